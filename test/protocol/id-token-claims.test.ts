/** `id_token_claims`: granted claims that stand in the ID token too, for apps that read nothing else. */
import test from 'ava';
import got from 'got';
import { decodeJwt } from 'jose';
import { pluggedFeatures } from '../support/plugged-features.ts';
import { API, newVisitor, obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import type { App, TokenAnswer } from '../support/relying-party.ts';

const claims = { groups: ['staff', 'ops'], team: 'blue', badge: 7, locale: 'en' };
const { latchkey, account, newApp } = await sharedProvider({
  extraOptions: pluggedFeatures,
  environment: { REGISTRATION: 'open' },
  user: { claims, username: 'ada' },
  scopes: [{ name: 'teams', claims: ['team', 'groups'], description: 'See your team' }],
});

const OF_PROTOCOL = ['sub', 'aud', 'exp', 'iat', 'iss', 'at_hash', 'sid', 'nonce', 'auth_time', 'acr', 'amr'];

function extraIn({ id_token: token }: TokenAnswer): object {
  return Object.fromEntries(Object.entries(decodeJwt(token ?? '')).filter(([name]) => !OF_PROTOCOL.includes(name)));
}

function refresh(app: App, { refresh_token: token }: TokenAnswer, more = {}) {
  return app.token({ grant_type: 'refresh_token', refresh_token: token ?? '', ...more });
}

interface Case {
  readonly wanted: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly holds: object;
}

const groups = { groups: claims.groups };
const cases: Readonly<Record<string, Case>> = {
  'the claim of a scope': { wanted: ['groups'], parameters: { scope: 'openid groups' }, holds: groups },
  'claims of several scopes, one of them ours': {
    wanted: ['groups', 'email', 'preferred_username', 'team'],
    parameters: { scope: 'openid profile email teams' },
    holds: { ...groups, email: account.email, preferred_username: 'ada', team: 'blue' },
  },
  'what is wanted of a scope, and no more of it': {
    wanted: ['locale'],
    parameters: { scope: 'openid profile email' },
    holds: { locale: 'en' },
  },
  'nothing of a scope that was not asked for': { wanted: ['groups'], parameters: { scope: 'openid email' }, holds: {} },
  'nothing that no scope releases': {
    wanted: ['badge', 'groups'],
    parameters: { scope: 'openid groups' },
    holds: groups,
  },
  'nothing where nothing is wanted': { wanted: [], parameters: { scope: 'openid groups teams' }, holds: {} },
  'a claim that was asked for by name at userinfo': {
    wanted: ['groups'],
    parameters: { scope: 'openid', claims: JSON.stringify({ userinfo: { groups: null, locale: null } }) },
    holds: groups,
  },
  'a claim that was asked for by name in the ID token, beside those': {
    wanted: ['groups'],
    parameters: { scope: 'openid groups', claims: JSON.stringify({ id_token: { locale: { essential: true } } }) },
    holds: { ...groups, locale: 'en' },
  },
};

for (const [what, { wanted, parameters, holds }] of Object.entries(cases)) {
  for (const metadata of [{}, { first_party: true }]) {
    test(`the ID token holds ${what}, at the refresh too${'first_party' in metadata ? ' (first party)' : ''}`, async (t) => {
      const app = await newApp({ ...metadata, id_token_claims: wanted });
      const { body } = await redeem(app, await obtainCode(app, parameters));
      t.deepEqual(extraIn(body), holds);
      t.deepEqual(extraIn((await refresh(app, body)).body), holds);
    });
  }
}

test('a refresh for fewer scopes holds their claims alone', async (t) => {
  const app = await newApp({ id_token_claims: ['groups', 'email'] });
  const { body } = await redeem(app, await obtainCode(app, { scope: 'openid groups email' }));
  t.deepEqual(extraIn((await refresh(app, body, { scope: 'openid email' })).body), { email: account.email });
});

test('what the user rejected stays out', async (t) => {
  const app = await newApp({ id_token_claims: ['groups', 'email', 'team'] });
  const { body } = await redeem(app, await obtainCode(app, { scope: 'openid teams email groups' }));
  const { issued, refreshTokens } = { ...latchkey.installation, ...latchkey.installation.providerDeps.stores };
  const grantId = String((await refreshTokens.find(body.refresh_token ?? ''))?.payload.grantId);
  await issued.change('Grant', grantId, (payload) => ({
    payload: { ...payload, rejected: { openid: { scope: 'email', claims: ['groups'] } } },
    expiresAt: Number(payload.exp) * 1000,
  }));
  t.deepEqual(extraIn((await refresh(app, body)).body), { team: 'blue' });
});

test('a pushed request releases the same ID token claims', async (t) => {
  const app = await newApp({ id_token_claims: ['groups'] });
  const byName = JSON.stringify({ userinfo: { groups: null } });
  for (const asked of [{ scope: 'openid groups' }, { scope: 'openid', claims: byName }]) {
    const { url, verifier } = app.request(asked);
    const { body: pushed } = await app.post('/request', Object.fromEntries(new URL(url).searchParams));
    const { code } = await obtainCode(app, { request_uri: String(pushed.request_uri), ...asked });
    t.deepEqual(extraIn((await redeem(app, { code, verifier })).body), groups);
  }
});

test('beside a token for an API the ID token holds the claims of all scopes, as before', async (t) => {
  const app = await newApp({ id_token_claims: ['groups'] });
  const asked = { scope: 'openid email groups notes:read', resource: API };
  const { body } = await redeem(app, await obtainCode(app, asked), { resource: API });
  t.deepEqual(extraIn(body), { ...groups, email: account.email, email_verified: false });
});

test('claims of the protocol, and what is no list of names, are refused', async (t) => {
  const wrong = [
    'groups',
    [1],
    [''],
    ['sub'],
    ['acr'],
    ['amr', 'groups'],
    ['Roles'],
    ['a b'],
    ['constructor'],
    { a: 1 },
  ];
  for (const value of wrong)
    await t.throwsAsync(newApp({ id_token_claims: value }), { code: 'client_metadata_invalid' }, JSON.stringify(value));
});

for (const member of [{ id_token_claims: ['groups'] }, { allowed_groups: ['staff'] }, { id_token_claims: [] }]) {
  test(`a client that registers itself cannot set ${JSON.stringify(member)}`, async (t) => {
    const { statusCode, body } = await got.post<{ error: string }>(`${latchkey.issuer}/reg`, {
      json: { redirect_uris: ['https://app.example.com/callback'], ...member },
      throwHttpErrors: false,
      responseType: 'json',
    });
    t.deepEqual([statusCode, body.error], [400, 'invalid_client_metadata']);
  });
}

test('what is asked for at userinfo takes no room of the request twice', async (t) => {
  const app = await newApp({ id_token_claims: ['groups'] });
  const wanted = { groups: { values: ['x'.repeat(3500)] } };
  const asking = { scope: 'openid', claims: JSON.stringify({ userinfo: wanted }) };
  t.deepEqual(extraIn((await redeem(app, await obtainCode(app, asking))).body), groups);
});

test('a device gets nothing that was taken off its client while its page was open', async (t) => {
  const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
  const app = await newApp({ grant_types: [grantType], response_types: [], redirect_uris: [] });
  const { body } = await app.post('/device/auth', { scope: 'openid email groups' });
  const user = newVisitor();
  const code = { user_code: String(body.user_code) };
  const asked = await user.submit(await user.open(`${latchkey.issuer}/device`), 'code-submit', code);
  const login = await user.submit(asked, 'confirm-submit');
  const consent = await user.submit(login, 'login-submit', {
    login: account.email,
    password: 'correct horse battery staple',
  });
  await latchkey.installation.clients.update(String(app.client.client_id), (client) => ({
    ...client,
    metadata: { ...client.metadata, scope: 'openid' },
  }));
  await user.submit(consent, 'consent-submit');
  const answer = await app.token({ grant_type: grantType, device_code: String(body.device_code) });
  t.false('access_token' in answer.body);
});

test('a device that signs somebody in gets them too', async (t) => {
  const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
  const app = await newApp({
    grant_types: [grantType, 'refresh_token'],
    response_types: [],
    redirect_uris: [],
    first_party: true,
    id_token_claims: ['groups'],
  });
  const { body } = await app.post('/device/auth', { scope: 'openid groups' });
  const user = newVisitor();
  const asked = await user.submit(await user.open(`${latchkey.issuer}/device`), 'code-submit', {
    user_code: String(body.user_code),
  });
  const login = await user.submit(asked, 'confirm-submit');
  await user.submit(login, 'login-submit', { login: account.email, password: 'correct horse battery staple' });
  const answer = await app.token({ grant_type: grantType, device_code: String(body.device_code) });
  t.deepEqual(extraIn(answer.body), groups);
});
