/** Signatures and algorithms: only what the issuer really signed. */
import { createHmac, createPublicKey } from 'node:crypto';
import test from 'ava';
import { startProtectedApi } from './protected-api.ts';

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The token with another header, and whatever the forger makes of the signature. */
function forge(token: string, header: Record<string, unknown>, sign: (input: string) => string): string {
  const input = `${base64url(header)}.${token.split('.')[1]}`;
  return `${input}.${sign(input)}`;
}

test('a token with a changed payload is refused', async (t) => {
  const api = await startProtectedApi(t);
  const [header, payload = '', signature] = (await api.issuer.token()).split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const { status, body } = await api.call(`${header}.${base64url({ ...claims, sub: 'eve' })}.${signature}`);
  t.is(status, 401);
  t.like(body, { error: 'invalid_token' });
});

test('an unsigned token (alg none) is refused', async (t) => {
  const api = await startProtectedApi(t);
  const token = forge(await api.issuer.token(), { alg: 'none', typ: 'at+jwt' }, () => '');
  t.is((await api.call(token)).status, 401);
});

test('a token signed with the published key as an HMAC secret is refused', async (t) => {
  const api = await startProtectedApi(t);
  await api.issuer.rotate('RS256', { kid: 'rsa' });
  const [published] = api.issuer.publishedKeys;
  const pem = createPublicKey({ key: published ?? {}, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const header = { alg: 'HS256', typ: 'at+jwt', kid: 'rsa' };
  const token = forge(await api.issuer.token(), header, (input) =>
    createHmac('sha256', pem).update(input).digest('base64url'),
  );
  t.is((await api.call(token)).status, 401);
});

test('a published secret key is never used', async (t) => {
  const api = await startProtectedApi(t);
  api.issuer.publishedKeys = [{ kty: 'oct', kid: 'shared', k: 'c2VjcmV0', alg: 'HS256' }];
  const header = { alg: 'HS256', typ: 'at+jwt', kid: 'shared' };
  const token = forge(await api.issuer.token(), header, (input) =>
    createHmac('sha256', 'secret').update(input).digest('base64url'),
  );
  t.is((await api.call(token)).status, 401);
});

test('a key inside the token is not believed', async (t) => {
  const api = await startProtectedApi(t);
  const trusted = api.issuer.publishedKeys;
  await api.issuer.rotate('ES256', { kid: 'forged' });
  const [forged] = api.issuer.publishedKeys;
  api.issuer.publishedKeys = trusted;
  t.is((await api.call(await api.issuer.token({ header: { jwk: forged, kid: trusted[0]?.kid } }))).status, 401);
});

test('an algorithm that the issuer has but the API does not list is refused', async (t) => {
  const api = await startProtectedApi(t);
  await api.issuer.rotate('PS512');
  t.is((await api.call(await api.issuer.token())).status, 401);
});

for (const algorithm of ['ES384', 'RS256', 'PS256', 'EdDSA', 'Ed25519'] as const) {
  test(`a token signed with ${algorithm} is taken where it is listed`, async (t) => {
    const api = await startProtectedApi(t, { algorithms: [algorithm] });
    await api.issuer.rotate(algorithm);
    t.is((await api.call(await api.issuer.token())).status, 200);
  });
}

test('RS256 is taken without being listed', async (t) => {
  const api = await startProtectedApi(t);
  await api.issuer.rotate('RS256');
  t.is((await api.call(await api.issuer.token())).status, 200);
});

test('a token without a key id is taken if one key alone can have signed it', async (t) => {
  const api = await startProtectedApi(t);
  t.is((await api.call(await api.issuer.token({ header: { kid: undefined } }))).status, 200);
});

for (const junk of ['opaque', 'a.b', 'a.b.c', '..', 'a.b.c.d.e', `${base64url([])}.${base64url([])}.x`]) {
  test(`what is no signed token is refused: ${junk}`, async (t) => {
    const api = await startProtectedApi(t);
    const { status, body } = await api.call(junk);
    t.is(status, 401);
    t.like(body, { error: 'invalid_token' });
  });
}

test('a forged and a foreign token are told the same', async (t) => {
  const api = await startProtectedApi(t);
  const token = await api.issuer.token();
  const forged = await api.call(`${token.slice(0, -8)}AAAAAAAA`);
  const foreign = await api.call(await api.issuer.token({ header: { kid: 'elsewhere' } }));
  t.deepEqual(forged.body, foreign.body);
});
