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

test('an assertion for any other audience is refused, lists of audiences too', async (t) => {
  const keyed = await newKeyedApp(fixture, service);
  const foreign = 'https://other.example';
  for (const aud of [foreign, `${issuer}/token`, `${issuer}/`, [issuer, foreign], [issuer], `${issuer}/request`]) {
    t.false(await isTaken(t, keyed, { aud }), String(aud));
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
