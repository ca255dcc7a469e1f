/** Which claims of a user an app gets to see, and where (OIDC Core 5.4, 5.5). */
import test from 'ava';
import got from 'got';
import { decodeJwt } from 'jose';
import { claimsByScope } from '../../src/domain/accounts/claims.ts';
import { newVisitor, obtainCode, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import type { App } from '../support/relying-party.ts';

const claims = {
  given_name: 'Ada',
  family_name: 'Lovelace',
  middle_name: 'King',
  nickname: 'ada',
  profile: 'https://people.example.com/ada',
  picture: 'https://people.example.com/ada.png',
  website: 'https://example.com/',
  gender: 'female',
  birthdate: '1815-12-10',
  zoneinfo: 'Europe/London',
  locale: 'en-GB',
  phone_number: '+44 20 123456',
  phone_number_verified: false,
  address: {
    formatted: '1 Road\nTown',
    street_address: '1 Road',
    locality: 'Town',
    region: 'Region',
    postal_code: '12345',
    country: 'GB',
  },
  groups: ['mathematics'],
};
const { latchkey, account, newApp } = await sharedProvider({
  user: { name: 'Ada Lovelace', username: 'ada', emailVerified: true, claims },
});

interface Seen {
  readonly userinfo: Readonly<Record<string, unknown>>;
  readonly idToken: Readonly<Record<string, unknown>>;
}

async function seenBy(app: App, parameters: Readonly<Record<string, string>>): Promise<Seen> {
  const { body } = await redeem(app, await obtainCode(app, parameters));
  const userinfo = await got(`${latchkey.issuer}/me`, {
    headers: { authorization: `Bearer ${body.access_token}` },
  }).json<Seen['userinfo']>();
  return { userinfo, idToken: decodeJwt(body.id_token ?? '') };
}

const PROTOCOL_CLAIMS = ['sub', 'nonce', 'aud', 'exp', 'iat', 'iss', 'auth_time', 'acr', 'amr', 'sid', 'at_hash'];

for (const [scope, names] of Object.entries(claimsByScope())) {
  test(`the scope ${scope} releases its claims at userinfo, and none of them in the ID token`, async (t) => {
    const { userinfo, idToken } = await seenBy(await newApp({ scope: `openid ${scope}` }), {
      scope: `openid ${scope}`,
    });
    t.deepEqual(Object.keys(userinfo).sort(), ['sub', ...names].sort());
    t.deepEqual(
      Object.keys(idToken).filter((name) => !PROTOCOL_CLAIMS.includes(name)),
      [],
    );
  });
}

test('all scopes together release the standard claims and the groups, in the right types', async (t) => {
  const { userinfo } = await seenBy(await newApp(), { scope: 'openid address email groups phone profile' });
  const { updated_at: updatedAt, ...rest } = userinfo;
  t.deepEqual(rest, {
    ...claims,
    sub: account.id,
    name: 'Ada Lovelace',
    preferred_username: 'ada',
    email: 'ada@example.com',
    email_verified: true,
  });
  const seconds = Number(updatedAt);
  t.true(Number.isInteger(seconds) && seconds <= Date.now() / 1000 && seconds > 1_000_000_000);
});

test('openid alone releases the subject and nothing else', async (t) => {
  const { userinfo } = await seenBy(await newApp(), { scope: 'openid' });
  t.deepEqual(userinfo, { sub: account.id });
});

test('a scope that is not about the user releases nothing', async (t) => {
  const { userinfo } = await seenBy(await newApp(), { scope: 'openid notes:read' });
  t.deepEqual(userinfo, { sub: account.id });
});

test('a claim that is asked for by name is released where it was asked for, when it was allowed', async (t) => {
  const request = { userinfo: { name: { essential: true }, nickname: null }, id_token: { email: { essential: true } } };
  const seen = await seenBy(await newApp(), { scope: 'openid', claims: JSON.stringify(request) });
  t.deepEqual(seen.userinfo, { sub: account.id, name: 'Ada Lovelace', nickname: 'ada' });
  t.is(seen.idToken.email, 'ada@example.com');
  t.false('name' in seen.idToken);
});

test('claims that nobody knows are ignored', async (t) => {
  const request = { userinfo: { shoe_size: { essential: true }, name: { value: 'x', unheard_of: 1 } } };
  const seen = await seenBy(await newApp(), { scope: 'openid', claims: JSON.stringify(request) });
  t.deepEqual(Object.keys(seen.userinfo).sort(), ['name', 'sub']);
});

test('acr and amr come in every ID token, auth_time when it is asked for', async (t) => {
  const request = { id_token: { auth_time: { essential: true } } };
  const { idToken } = await seenBy(await newApp(), { claims: JSON.stringify(request) });
  t.is(typeof idToken.auth_time, 'number');
  t.is(idToken.acr, 'urn:latchkey:acr:password');
  t.deepEqual(idToken.amr, ['pwd']);
});

test('a subject that is asked for by value is the one that signs in, or nobody', async (t) => {
  const app = await newApp();
  const { user } = await obtainCode(app);
  const asking = (value: string) => JSON.stringify({ id_token: { sub: { value } } });
  t.true('code' in toldApp(await user.open(app.request({ prompt: 'none', claims: asking(account.id) }).url)));
  t.is(
    toldApp(await user.open(app.request({ prompt: 'none', claims: asking('somebody') }).url)).error,
    'login_required',
  );
});

test('claims of the wrong shape are the app’s mistake', async (t) => {
  const app = await newApp();
  const { user } = await obtainCode(app);
  const odd: readonly unknown[] = [
    { id_token: { sub: 'text' } },
    { id_token: { sub: 1 } },
    { id_token: { sub: ['a'] } },
    { id_token: { acr: 'text' } },
    { id_token: { acr: { essential: true, values: 'text' } } },
    { userinfo: { name: 'text' } },
    { userinfo: { name: true } },
    { userinfo: [] },
    { userinfo: 'text' },
    { id_token: null },
    {},
  ];
  for (const request of odd) {
    const visitors = [user, newVisitor()];
    for (const visitor of visitors) {
      const page = await visitor.open(app.request({ claims: JSON.stringify(request) }).url);
      t.is(toldApp(page).error, 'invalid_request', JSON.stringify(request));
    }
  }
});
