/** How long a secret goes on working after another took its place: on each database, and where a client is remembered. */
import test from 'ava';
import got from 'got';
import { advance, stopTime } from '../protocol/time.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { ownProvider } from '../support/provider-fixture.ts';
import { hasPortalMessage, secretOn, withClient } from './fixture.ts';

stopTime();

const HOUR = 3600;
/** Where nothing is issued, a client is remembered for so long (compose.ts). */
const REMEMBERED_SECONDS = 5;

await forEachDatabase(test, ({ name }) => {
  test.serial(`${name}: an older secret works until the overlap ends, and not after`, async (t) => {
    const fixture = await ownProvider(t, { database: name });
    const { user, clientId, secret: first } = await withClient(fixture);
    const { issuer } = fixture.latchkey;
    const page = await user.open(`${issuer}/developer/clients/${clientId}`);

    async function isAccepted(path: string, secret: string): Promise<boolean> {
      const form = { grant_type: 'authorization_code', code: 'none', redirect_uri: 'https://notes.example/callback' };
      const options = { form, username: clientId, password: secret, throwHttpErrors: false } as const;
      const { statusCode, body } = await got.post(`${issuer}${path}`, options);
      return statusCode !== 401 && !body.includes('invalid_client');
    }
    const accepted = async (secret: string) => [
      await isAccepted('/token', secret),
      await isAccepted('/request', secret),
    ];

    t.deepEqual(await accepted(first), [true, true]);
    const rotated = await user.submit(page, 'secret-rotate', { overlap: '4' });
    const second = secretOn(rotated);
    t.regex(second, /^lk_cs_/);
    t.true(rotated.body.includes('id="older-until"'));
    t.deepEqual(
      [await accepted(first), await accepted(second)],
      [
        [true, true],
        [true, true],
      ],
    );
    advance(4 * HOUR - 1);
    t.deepEqual(
      [await accepted(first), await accepted(second)],
      [
        [true, true],
        [true, true],
      ],
    );
    advance(1);
    t.false(await isAccepted('/token', first));
    advance(REMEMBERED_SECONDS);
    t.deepEqual(
      [await accepted(first), await accepted(second)],
      [
        [false, false],
        [true, true],
      ],
    );
  });

  test.serial(`${name}: a secret that is to stop at once does, and the one before it too`, async (t) => {
    const fixture = await ownProvider(t, { database: name });
    const { user, clientId, secret: first } = await withClient(fixture);
    const address = `${fixture.latchkey.issuer}/developer/clients/${clientId}`;
    const second = secretOn(await user.submit(await user.open(address), 'secret-rotate', { overlap: '24' }));
    const third = secretOn(await user.submit(await user.open(address), 'secret-rotate', { overlap: '0' }));
    const statuses = [first, second, third].map(async (secret) => {
      const form = { grant_type: 'refresh_token', refresh_token: 'none' };
      const options = { form, username: clientId, password: secret, throwHttpErrors: false } as const;
      return (await got.post(`${fixture.latchkey.issuer}/token`, options)).statusCode;
    });
    t.deepEqual(await Promise.all(statuses), [401, 401, 400]);
  });
});

test.serial(
  'a form that is sent again makes no other secret, so that the one that was shown goes on working',
  async (t) => {
    const fixture = await ownProvider(t);
    const { user, clientId } = await withClient(fixture);
    const page = await user.open(`${fixture.latchkey.issuer}/developer/clients/${clientId}`);
    await user.submit(page, 'secret-rotate', { overlap: '0' });
    const before = await fixture.latchkey.installation.clients.get(clientId);
    const again = await user.submit(page, 'secret-rotate', { overlap: '0' });
    t.is(again.status, 409);
    t.true(hasPortalMessage(again, 'secret_rotated'));
    t.is(secretOn(again), '');
    t.deepEqual(await fixture.latchkey.installation.clients.get(clientId), before);
  },
);

test.serial('an overlap is a whole number of hours up to a day', async (t) => {
  const fixture = await ownProvider(t);
  const { user, clientId } = await withClient(fixture);
  const page = await user.open(`${fixture.latchkey.issuer}/developer/clients/${clientId}`);
  for (const overlap of ['', '25', '-1', '1.5', '1e1', '99', 'always', '0x1']) {
    const refused = await user.submit(page, 'secret-rotate', { overlap });
    t.is(refused.status, 400, overlap);
    t.true(refused.body.includes('id="overlap-problem"'));
    t.is(secretOn(refused), '');
  }
});
