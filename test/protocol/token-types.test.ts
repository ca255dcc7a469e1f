/** A resource may ask for plain JWTs: they are worth what the others are, and no other token of ours is taken for one. */
import test from 'ava';
import got from 'got';
import { decodeProtectedHeader } from 'jose';
import { updateResource } from '../../src/domain/resources/resources.ts';
import { createAccessTokenVerifier } from '../../src/resource-server/resource-server.ts';
import { API, obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';

const PLAIN = 'https://plain.example.com/';
const PS256 = 'https://ps.example.com/';
const fixture = await sharedProvider({
  resources: [
    { identifier: PLAIN, scopes: { 'plain:do': 'Do it' }, tokenType: 'JWT' },
    { identifier: PS256, scopes: { 'ps:do': 'Do it' }, alg: 'PS256', tokenType: 'JWT' },
  ],
});
const { latchkey, newApp } = fixture;
const { issuer, installation } = latchkey;

async function tokensFor(resource: string, metadata: Readonly<Record<string, unknown>> = {}) {
  const app = await newApp(metadata);
  const grant = await obtainCode(app, { scope: 'openid plain:do ps:do notes:read', resource, nonce: 'n-1' });
  return { app, tokens: (await redeem(app, grant, { resource })).body };
}

const isActive = async ({ app }: Pick<Awaited<ReturnType<typeof tokensFor>>, 'app'>, token: string) =>
  (await app.post('/token/introspection', { token })).body.active;

for (const [resource, header] of [
  [API, { alg: 'ES256', typ: 'at+jwt' }],
  [PLAIN, { alg: 'ES256', typ: 'JWT' }],
  [PS256, { alg: 'PS256', typ: 'JWT' }],
] as const) {
  test(`a token for ${resource} says ${header.typ}, is active, known to its API, and ends when it is revoked`, async (t) => {
    const signedIn = await tokensFor(resource);
    const { app, tokens } = signedIn;
    const { kid: _kid, ...rest } = decodeProtectedHeader(tokens.access_token);
    t.deepEqual(rest, header);
    t.true(await isActive(signedIn, tokens.access_token));
    const verifier = createAccessTokenVerifier({ issuer, audience: resource, tokenTypes: [header.typ] });
    t.is((await verifier.verify(`Bearer ${tokens.access_token}`)).clientId, app.client.client_id);
    await app.post('/token/revocation', { token: tokens.access_token });
    t.false(await isActive(signedIn, tokens.access_token));
  });
}

test('an API that was not told takes no plain JWT', async (t) => {
  const { tokens } = await tokensFor(PLAIN);
  const verifier = createAccessTokenVerifier({ issuer, audience: PLAIN });
  await t.throwsAsync(verifier.verify(`Bearer ${tokens.access_token}`), { message: /another kind/ });
});

test('an ID token is no access token: not at introspection, nor at an API, nor at userinfo', async (t) => {
  // An audience that an API could have too.
  const signedIn = await tokensFor(PLAIN, { client_id: 'https://app.example.com/client' });
  const { app, tokens } = signedIn;
  const { id_token: idToken = '' } = tokens;
  t.false(await isActive(signedIn, idToken));
  for (const audience of [PLAIN, app.client.client_id])
    await t.throwsAsync(
      createAccessTokenVerifier({ issuer, audience, tokenTypes: ['at+jwt', 'JWT'] }).verify(`Bearer ${idToken}`),
      { message: /another kind/ },
    );
  for (const token of [idToken, tokens.access_token]) {
    const options = { headers: { authorization: `Bearer ${token}` }, throwHttpErrors: false };
    t.is((await got(`${issuer}/me`, options)).statusCode, 401);
  }
  await app.post('/token/revocation', { token: idToken });
  t.true(await isActive(signedIn, tokens.access_token));
});

test('a token stays good when its resource changes the type, and the next one has the new type', async (t) => {
  const identifier = 'https://changing.example.com/';
  await latchkey.createResource({ identifier, scopes: { 'plain:do': 'Do it' }, tokenType: 'JWT' });
  const before = await tokensFor(identifier);
  await updateResource(identifier, { tokenType: 'at+jwt' }, installation);
  await installation.providerDeps.caches.resources.reload(identifier);
  t.true(await isActive(before, before.tokens.access_token));
  const refresh = {
    grant_type: 'refresh_token',
    refresh_token: before.tokens.refresh_token ?? '',
    resource: identifier,
  };
  const { body } = await before.app.token(refresh);
  t.is(decodeProtectedHeader(body.access_token).typ, 'at+jwt');
});
