/** That the search of the dump test finds a secret in every form, and looks for every value that was sent. */
import { createHash } from 'node:crypto';
import test from 'ava';
import { findSecrets } from './dump/find-secrets.ts';
import { secretsAmong } from './dump/secret-names.ts';
import { valuesIn } from './dump/seen-values.ts';

const TOKEN = 'hZ3vN0qk7Jx-T4mQ_9uWcE2yRb6sLdKfA1oPgViXtBw';
const PASSWORD = 'a quill & a feather, 1815 times';
const secrets = [
  { name: 'token', value: TOKEN },
  { name: 'password', value: PASSWORD },
];

const isFound = test.macro<[name: string, written: string | Uint8Array]>((t, name, written) => {
  for (const before of ['', 'x', 'xy', 'xyz']) {
    const bytes = Buffer.concat([Buffer.from(before), Buffer.from(written), Buffer.from('!')]);
    t.deepEqual(findSecrets(secrets, [{ name: 'here', bytes }]), [`${name} in here`]);
  }
});

const inside = (text: string): Buffer => Buffer.from(`client:${text}, and more`);
const sha256 = (text: string) => createHash('sha256').update(text).digest();

test('a secret is found as it is', isFound, 'token', TOKEN);
test('its first twelve characters are found', isFound, 'token', TOKEN.slice(0, 12));
test('its bytes are found', isFound, 'token', Buffer.from(TOKEN, 'base64url'));
test('its bytes in hexadecimal are found', isFound, 'token', Buffer.from(TOKEN, 'base64url').toString('hex'));
test('it is found in hexadecimal', isFound, 'password', Buffer.from(PASSWORD).toString('hex'));
test('it is found in capitals', isFound, 'password', Buffer.from(PASSWORD).toString('hex').toUpperCase());
test('it is found in base64', isFound, 'password', Buffer.from(PASSWORD).toString('base64'));
test('it is found inside of base64', isFound, 'password', inside(PASSWORD).toString('base64'));
test('it is found inside of base64url', isFound, 'token', inside(`, ${TOKEN}`).toString('base64url'));
test('it is found in an address', isFound, 'password', encodeURIComponent(PASSWORD));
test('it is found in a form', isFound, 'password', new URLSearchParams({ PASSWORD }).toString());
test('its plain hash is found', isFound, 'password', sha256(PASSWORD));
test('its plain hash in hexadecimal is found', isFound, 'password', sha256(PASSWORD).toString('hex'));

test('nothing is found where nothing is', (t) => {
  const keyed = createHash('sha256').update(`label\0${TOKEN}`).digest('base64url');
  const bytes = Buffer.from(`${keyed} ${TOKEN.slice(0, 11)} ${TOKEN.slice(1)}`);
  t.deepEqual(findSecrets(secrets, [{ name: 'here', bytes }]), []);
});

test('a value too short to be searched for is an error, and so is a name in neither list', (t) => {
  t.throws(() => findSecrets([{ name: 'code', value: 'short' }], []), { message: /too short/ });
  t.throws(() => secretsAmong([{ name: 'brand_new', value: TOKEN }]), { message: /brand_new/ });
});

test('every place in which a request can carry a value is read', (t) => {
  const seen = valuesIn([
    {
      method: 'POST',
      url: `/interaction/${TOKEN}/login?code=in-query`,
      request: {
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${Buffer.from('app:in%20secret').toString('base64')}`,
          cookie: 'one=in-cookie; one.sig=in-signature',
        },
        body: 'password=in+form',
      },
      response: {
        status: 303,
        headers: {
          'content-type': 'text/html',
          'set-cookie': ['two=in-set-cookie; path=/'],
          location: `/auth/${TOKEN}?state=in-location`,
        },
        body: '<a href="/?nonce=in-link"><input type="hidden" name="csrf" value="in-input">',
      },
    },
  ]);
  const expected = ['in-query', 'in secret', 'in-cookie', 'in-signature', 'in form', 'in-set-cookie', 'in-location'];
  t.deepEqual(
    [TOKEN, ...expected, 'in-link', 'in-input'].filter((value) => !seen.some((each) => each.value === value)),
    [],
  );
});
