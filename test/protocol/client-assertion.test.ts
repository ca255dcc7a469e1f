/** Clients that prove themselves by a signed assertion: for this issuer, by their own key, and once (RFC 7523 3). */
import test, { type ExecutionContext } from 'ava';
import { decodeJwt, generateKeyPair, UnsecuredJWT } from 'jose';
import { obtainCode, sharedProvider } from '../support/provider-fixture.ts';
import { atOnce, tally } from '../support/records.ts';
import { type AssertionClaims, type KeyedApp, newKeyedApp } from './client-assertions.ts';

const fixture = await sharedProvider();
const { issuer } = fixture.latchkey;
const service = { grant_types: ['client_credentials'], response_types: [], redirect_uris: [] };
const grant = { grant_type: 'client_credentials' };
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

async function isTaken(t: ExecutionContext, keyed: KeyedApp, claims: AssertionClaims = {}): Promise<boolean> {
  const { statusCode, body } = await keyed.post('/token', await keyed.assertion(claims), grant);
  if (statusCode === 200) return true;
  t.is(statusCode, 401);
  t.is(body.error, 'invalid_client');
  return false;
}

test('an assertion for the issuer is taken', async (t) => {
  t.true(await isTaken(t, await newKeyedApp(fixture, service)));
});

test('the issuer as the one entry of a list is the issuer', async (t) => {
  t.true(await isTaken(t, await newKeyedApp(fixture, service), { aud: [issuer] }));
});

const foreign = 'https://other.example';
const here = (path: string): string => `${issuer}${path}`;
const wrongAudiences: readonly unknown[] = [
  ...[foreign, here('/'), here('/token'), here('/request'), here('/TOKEN'), issuer.toUpperCase(), here('?a=b'), '', 7],
  ...[[issuer, foreign], [issuer, here('/token')], [issuer, issuer], [], [[issuer]], [7], { [issuer]: issuer }],
  ...['localhost', here('/.well-known/openid-configuration'), `${issuer} `],
];

test('an assertion for any other audience is refused, and the answer names the one that is wanted', async (t) => {
  const keyed = await newKeyedApp(fixture, service);
  for (const aud of wrongAudiences) {
    const visitor = await newKeyedApp(fixture, service);
    t.false(await isTaken(t, visitor, { aud }), JSON.stringify(aud));
    if (aud === '') continue;
    const { body } = await visitor.post('/token', await visitor.assertion({ aud }), grant);
    t.true(String(body.error_description).includes(`must be ${issuer}`), JSON.stringify(aud));
  }
  t.true(await isTaken(t, keyed));
});

test('what else is wrong with an assertion is not explained by its audience', async (t) => {
  const keyed = await newKeyedApp(fixture, service);
  const { privateKey } = await generateKeyPair('ES256');
  for (const assertion of [
    await keyed.assertion({}, privateKey),
    await keyed.assertion({ exp: 1 }),
    await keyed.assertion({ aud: here('/token') }, privateKey),
  ]) {
    const { body } = await keyed.post('/token', assertion, grant);
    t.is(body.error, 'invalid_client');
    t.false(String(body.error_description).includes('audience'));
  }
});

const endpointPaths = ['/token', '/token/introspection', '/token/revocation', '/request'] as const;

async function answerAt(keyed: KeyedApp, path: string, aud: unknown) {
  const request = Object.fromEntries(new URL(keyed.app.request().url).searchParams);
  const form = path === '/token' ? grant : { ...request, token: 'x' };
  return keyed.post(path, await keyed.assertion({ aud }), form);
}

for (const path of endpointPaths) {
  test(`where an administrator allows it, an assertion at ${path} may name that endpoint, or the token endpoint`, async (t) => {
    const usual = { grant_types: ['authorization_code', 'client_credentials'] };
    const allowed = await newKeyedApp(fixture, { ...usual, allow_endpoint_audience: true });
    const called = here(path);
    const good: readonly unknown[] = [
      issuer,
      called,
      here('/token'),
      [called],
      [issuer, called],
      [here('/token'), issuer],
    ];
    for (const aud of good) t.true((await answerAt(allowed, path, aud)).statusCode < 300, JSON.stringify(aud));
    const others = endpointPaths.filter((other) => other !== path && other !== '/token').map(here);
    const bad: readonly unknown[] = [
      foreign,
      `${called}/`,
      `${called}?x`,
      [called, foreign],
      [],
      ...others,
      here('/'),
      here('/me'),
    ];
    for (const aud of bad) t.is((await answerAt(allowed, path, aud)).body.error, 'invalid_client', JSON.stringify(aud));

    for (const metadata of [usual, { ...usual, allow_endpoint_audience: false }]) {
      const strict = await newKeyedApp(fixture, metadata);
      t.is((await answerAt(strict, path, called)).body.error, 'invalid_client');
    }
  });
}

test('endpoints as audiences are for administrators to allow, and for clients with a key', async (t) => {
  for (const wrong of ['true', 1, null, [true]])
    await t.throwsAsync(newKeyedApp(fixture, { allow_endpoint_audience: wrong }), { code: 'client_metadata_invalid' });
  for (const method of ['client_secret_basic', 'client_secret_post', 'none']) {
    const metadata = { token_endpoint_auth_method: method, allow_endpoint_audience: true };
    await t.throwsAsync(fixture.newApp(metadata), { code: 'client_metadata_invalid' }, method);
    await t.notThrowsAsync(fixture.newApp({ ...metadata, allow_endpoint_audience: false }), method);
  }
});

test('an assertion needs an expiry in the future, an id, and its client as issuer and subject', async (t) => {
  const keyed = await newKeyedApp(fixture, service);
  const other = await newKeyedApp(fixture, service);
  const wrong = [
    { exp: nowSeconds() - 300 },
    { exp: undefined },
    { jti: undefined },
    { iss: 'somebody' },
    { iss: undefined },
    { sub: undefined },
    { sub: other.app.client.client_id },
    { aud: undefined },
    { nbf: nowSeconds() + 300 },
  ];
  for (const claims of wrong) t.false(await isTaken(t, keyed, claims), JSON.stringify(claims));
});

test('an assertion may live for hours, and no longer than a day: its id is remembered as long', async (t) => {
  const keyed = await newKeyedApp(fixture, service);
  t.true(await isTaken(t, keyed, { exp: nowSeconds() + 20 * 3600 }));
  for (const exp of [nowSeconds() + 30 * 3600, 1e12, Number.MAX_SAFE_INTEGER]) {
    t.false(await isTaken(t, keyed, { exp }), String(exp));
  }
});

test('a clock that differs by seconds is tolerated', async (t) => {
  const keyed = await newKeyedApp(fixture, service);
  t.true(await isTaken(t, keyed, { nbf: nowSeconds() + 8 }));
  t.true(await isTaken(t, keyed, { iat: nowSeconds() + 8 }));
});

test('an assertion by a foreign key, or by none, is refused', async (t) => {
  const keyed = await newKeyedApp(fixture, service);
  const { privateKey } = await generateKeyPair('ES256');
  const unsigned = new UnsecuredJWT(decodeJwt(await keyed.assertion())).encode();
  for (const assertion of [await keyed.assertion({}, privateKey), unsigned, 'nonsense', 'a.b.c']) {
    const { statusCode } = await keyed.post('/token', assertion, grant);
    t.true(statusCode === 400 || statusCode === 401);
  }
});

test('an assertion is taken once', async (t) => {
  const keyed = await newKeyedApp(fixture, service);
  const assertion = await keyed.assertion();
  t.is((await keyed.post('/token', assertion, grant)).statusCode, 200);
  const again = await keyed.post('/token', assertion, grant);
  t.is(again.statusCode, 401);
  t.is(again.body.error, 'invalid_client');
});

test('of fifty that present one assertion at once, one is let in', async (t) => {
  const keyed = await newKeyedApp(fixture, service);
  const assertion = await keyed.assertion();
  const answers = await atOnce(50, async () => (await keyed.post('/token', assertion, grant)).statusCode);
  t.is(tally(answers, 200), 1);
  // More failures than are free (docs/security.md): the rest is told to wait.
  t.is(tally(answers, 401) + tally(answers, 429), 49);
});

test('two clients may use the same assertion id', async (t) => {
  const jti = 'chosen-badly';
  t.true(await isTaken(t, await newKeyedApp(fixture, service), { jti }));
  t.true(await isTaken(t, await newKeyedApp(fixture, service), { jti }));
});

test('a client with a key signs people in', async (t) => {
  const keyed = await newKeyedApp(fixture);
  const { code, verifier } = await obtainCode(keyed.app);
  const { statusCode, body } = await keyed.post('/token', await keyed.assertion(), {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: 'https://app.example.com/callback',
  });
  t.is(statusCode, 200);
  t.is(typeof body.id_token, 'string');
});

test('a client with a key cannot use a secret', async (t) => {
  const { app } = await newKeyedApp(fixture, service);
  t.is((await app.token(grant)).statusCode, 401);
});

test('an assertion beside a client_id of another client is refused', async (t) => {
  const [keyed, other] = [await newKeyedApp(fixture, service), await newKeyedApp(fixture, service)];
  const form = { ...grant, client_id: other.app.client.client_id };
  t.is((await keyed.post('/token', await keyed.assertion(), form)).statusCode, 400);
});
