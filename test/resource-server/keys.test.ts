/** How the issuer's keys are fetched, kept and renewed. */
import { generateKeyPairSync } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { AccessTokenError } from '@latchkey/resource-server';
import test from 'ava';
import type { JWK } from 'jose';
import { startProtectedApi } from './protected-api.ts';

/** The issuer is gone: connections are cut. */
const down = (_: unknown, response: ServerResponse) => void response.socket?.destroy();

test('the keys are fetched once for many requests at once', async (t) => {
  const api = await startProtectedApi(t);
  const token = await api.issuer.token();
  const answers = await Promise.all(Array.from({ length: 50 }, () => api.call(token)));
  t.true(answers.every(({ status }) => status === 200));
  t.deepEqual(api.issuer.requests, { discovery: 1, keys: 1 });
});

test('a token with a new key id is taken as soon as the cool-down is over', async (t) => {
  const api = await startProtectedApi(t);
  await api.call(await api.issuer.token());
  await api.issuer.rotate();
  api.advance(31);
  t.is((await api.call(await api.issuer.token())).status, 200);
});

test('unknown key ids do not hammer the issuer', async (t) => {
  const api = await startProtectedApi(t);
  await api.call(await api.issuer.token());
  api.advance(31);
  const foreign = await Promise.all(
    Array.from({ length: 50 }, (_, index) => api.issuer.token({ header: { kid: `unknown-${index}` } })),
  );
  const answers = await Promise.all(foreign.map((token) => api.call(token)));
  t.true(answers.every(({ status }) => status === 401));
  t.deepEqual(api.issuer.requests, { discovery: 2, keys: 2 });
});

test('a withdrawn key is refused once the keys are fetched again', async (t) => {
  const api = await startProtectedApi(t);
  const token = await api.issuer.token({ claims: { exp: api.nowSeconds() + 3600 } });
  t.is((await api.call(token)).status, 200);
  await api.issuer.rotate();
  api.advance(601);
  t.is((await api.call(token)).status, 401);
});

test('an issuer that cannot be reached at first is a 503 that says when to come back, without a challenge', async (t) => {
  const api = await startProtectedApi(t);
  api.issuer.misbehaviour = down;
  const { status, headers, challenge, body } = await api.call(await api.issuer.token());
  t.is(status, 503);
  t.is(headers['retry-after'], '5');
  t.is(challenge, undefined);
  t.like(body, { error: 'issuer_unavailable' });
});

test('the API learns why the issuer could not be reached', async (t) => {
  const refusals: AccessTokenError[] = [];
  const api = await startProtectedApi(t, { onRefusal: (error) => void refusals.push(error) });
  api.issuer.discoveryChanges = { issuer: 'https://other.example' };
  await api.call(await api.issuer.token());
  t.is(refusals[0]?.reason, 'issuer_unavailable');
  t.true(refusals[0]?.cause instanceof Error);
});

test('an issuer that is down is asked again only after a pause, and found when it is back', async (t) => {
  const api = await startProtectedApi(t);
  const token = await api.issuer.token();
  api.issuer.misbehaviour = down;
  for (let call = 0; call < 10; call += 1) t.is((await api.call(token)).status, 503);
  t.is(api.issuer.requests.discovery, 1);
  api.issuer.misbehaviour = undefined;
  api.advance(5);
  t.is((await api.call(token)).status, 200);
});

test('known keys outlive an outage of the issuer, up to their bound', async (t) => {
  const api = await startProtectedApi(t);
  const token = await api.issuer.token({ claims: { exp: api.nowSeconds() + 7200 } });
  await api.call(token);
  api.issuer.misbehaviour = down;
  api.advance(3599);
  t.is((await api.call(token)).status, 200);
  api.advance(2);
  t.is((await api.call(token)).status, 503);
});

test('during an outage a token with an unknown key is not called invalid', async (t) => {
  const api = await startProtectedApi(t);
  await api.call(await api.issuer.token());
  await api.issuer.rotate();
  api.issuer.misbehaviour = down;
  api.advance(31);
  t.is((await api.call(await api.issuer.token())).status, 503);
});

test('requests without a token are answered 401 during an outage', async (t) => {
  const api = await startProtectedApi(t);
  api.issuer.misbehaviour = down;
  t.is((await api.send(undefined)).status, 401);
});

test('an issuer that never answers costs one deadline, then known keys serve without waiting', async (t) => {
  const api = await startProtectedApi(t, { requestTimeoutSeconds: 0.3 });
  const token = await api.issuer.token({ claims: { exp: api.nowSeconds() + 7200 } });
  await api.call(token);
  api.issuer.misbehaviour = () => undefined;
  api.advance(601);
  t.is((await api.call(token)).status, 200);
  t.is(api.issuer.requests.discovery, 2);
  api.advance(5);
  const began = performance.now();
  t.is((await api.call(token)).status, 200);
  t.true(performance.now() - began < 250);
  t.is(api.issuer.requests.discovery, 3);
});

for (const [what, misbehaviour] of [
  ['a server error', (response: ServerResponse) => response.writeHead(500).end()],
  ['a redirect', (response: ServerResponse) => response.writeHead(302, { location: 'https://other.example/' }).end()],
  ['what is no JSON', (response: ServerResponse) => response.end('<html>')],
  ['null', (response: ServerResponse) => response.end('null')],
] as const) {
  test(`an issuer that answers with ${what} is a 503`, async (t) => {
    const api = await startProtectedApi(t);
    api.issuer.misbehaviour = (_, response) => void misbehaviour(response);
    t.is((await api.call(await api.issuer.token())).status, 503);
  });
}

for (const [what, changes] of [
  ['names another issuer', { issuer: 'https://other.example' }],
  ['names its issuer with another last slash', { issuer: 'http://127.0.0.1/' }],
  ['is larger than 256 KiB', { padding: 'x'.repeat(256 * 1024) }],
  ['names no keys', { jwks_uri: undefined }],
  ['has its keys on plain http elsewhere', { jwks_uri: 'http://192.0.2.1/jwks' }],
] as const) {
  test(`discovery that ${what} is not used`, async (t) => {
    const api = await startProtectedApi(t);
    api.issuer.discoveryChanges = changes;
    t.is((await api.call(await api.issuer.token())).status, 503);
    t.is(api.issuer.requests.keys, 0);
  });
}

test('a key set that is none is a 503', async (t) => {
  const api = await startProtectedApi(t);
  api.issuer.publishedKeys = [7 as never];
  t.is((await api.call(await api.issuer.token())).status, 503);
});

test('a published key that is broken is a 503, never a crash', async (t) => {
  const api = await startProtectedApi(t);
  const [key] = api.issuer.publishedKeys;
  api.issuer.publishedKeys = [{ ...key, kty: 'EC', x: 'AAAA' }];
  t.is((await api.call(await api.issuer.token())).status, 503);
});

test('a published RSA key that is too short is not used', async (t) => {
  const api = await startProtectedApi(t);
  await api.issuer.rotate('RS256', { kid: 'short' });
  const token = await api.issuer.token();
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  api.issuer.publishedKeys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'short' } as JWK];
  t.is((await api.call(token)).status, 503);
});
