/** Keys that a client publishes at its own address are fetched there, if that may be called (RFC 7591 2, jwks_uri). */
import test from 'ava';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { sharedProvider } from '../support/provider-fixture.ts';
import { atOnce } from '../support/records.ts';
import { ASSERTION_TYPE } from './client-assertions.ts';
import { startOutside } from './outside.ts';

const { publicKey, privateKey } = await generateKeyPair('ES256');
const jwk: JWK = { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig', kid: 'of-the-app' };
const answers: Readonly<Record<string, readonly [number, string]>> = {
  '/keys': [200, JSON.stringify({ keys: [jwk] })],
  '/huge': [200, JSON.stringify({ keys: [jwk], filler: 'x'.repeat(200 * 1024) })],
  '/failing': [500, ''],
  '/nonsense': [200, '<html>'],
  '/list': [200, JSON.stringify([jwk])],
  '/private': [200, JSON.stringify({ keys: [{ ...jwk, d: 'x'.repeat(43) }] })],
  '/elsewhere': [302, ''],
  '/away': [307, ''],
};
const internal = await startOutside((_call, response) => response.end(JSON.stringify({ keys: [jwk] })));
const outside = await startOutside(({ path }, response) => {
  const [status, body] = answers[path.split('?')[0] ?? ''] ?? [404, ''];
  const location = path === '/away' ? `${internal.origin}/keys` : '/keys';
  response.writeHead(status, { 'content-type': 'application/json', location }).end(body);
});
const silent = await startOutside(() => undefined);
const { latchkey, newApp } = await sharedProvider({
  environment: { OUTBOUND_ALLOW_PRIVATE: `${outside.origin},${silent.origin}` },
});
test.after.always(() => Promise.all([outside, internal, silent].map(({ stop }) => stop())));

let assertions = 0;

async function isLetIn(keysAddress: string) {
  const app = await newApp({
    ...{ grant_types: ['client_credentials'], response_types: [], redirect_uris: [] },
    ...{ token_endpoint_auth_method: 'private_key_jwt', jwks_uri: keysAddress },
  });
  const { client_id: id } = app.client;
  const ask = async (): Promise<number> => {
    assertions += 1;
    const assertion = await new SignJWT({ iss: id, sub: id, aud: latchkey.issuer, jti: `a${assertions}` })
      .setProtectedHeader({ alg: 'ES256', kid: 'of-the-app' })
      .setExpirationTime('1m')
      .sign(privateKey);
    const form = { client_assertion_type: ASSERTION_TYPE, client_assertion: assertion };
    const body = new URLSearchParams({ ...form, grant_type: 'client_credentials' });
    return (await fetch(`${latchkey.issuer}/token`, { method: 'POST', body })).status;
  };
  return { status: await ask(), ask };
}

test('keys at an address that may be called are used', async (t) => {
  t.is((await isLetIn(`${outside.origin}/keys`)).status, 200);
});

test('keys are fetched once for many requests', async (t) => {
  const { ask } = await isLetIn(`${outside.origin}/keys?once`);
  t.deepEqual([...new Set(await atOnce(10, ask))], [200]);
  t.is(outside.calls.filter(({ path }) => path === '/keys?once').length, 1);
});

test('an internal address that the operator did not allow is never called', async (t) => {
  for (const origin of [internal.origin, internal.origin.replace('localhost', '127.0.0.1')]) {
    t.is((await isLetIn(`${origin}/keys`)).status, 401);
  }
  t.deepEqual(internal.calls, []);
});

for (const path of ['/huge', '/failing', '/nonsense', '/list', '/private', '/elsewhere', '/nowhere']) {
  test(`keys that are no keys let nobody in, and are no fault: ${path}`, async (t) => {
    t.is((await isLetIn(`${outside.origin}${path}`)).status, 401);
  });
}

test('a redirect does not lead from an allowed address to one that is not', async (t) => {
  t.is((await isLetIn(`${outside.origin}/away`)).status, 401);
  t.deepEqual(internal.calls, []);
});

test('an address that does not answer is not waited for', async (t) => {
  t.is((await isLetIn(`${silent.origin}/keys`)).status, 401);
});
