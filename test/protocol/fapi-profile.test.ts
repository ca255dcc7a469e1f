/** A client that is registered for FAPI 2.0 is held to it: what it registers, what it signs, and for how long. */
import { randomUUID } from 'node:crypto';
import test from 'ava';
import got, { type Response } from 'got';
import { decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { updateClient } from '../../src/domain/clients/change.ts';
import { LOGIN, newVisitor, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { type App, CALLBACK, signIn, type TokenAnswer } from '../support/relying-party.ts';
import { ASSERTION_TYPE } from './client-assertions.ts';
import { newDpopKey } from './dpop-proofs.ts';

const key = await newDpopKey();
/** One for each algorithm, so that the algorithm alone is what is judged. */
const pairs = await Promise.all(
  ['PS256', 'ES256', 'RS256'].map(async (alg) => {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    return { alg, privateKey, jwk: { ...(await exportJWK(publicKey)), alg, use: 'sig', kid: alg } };
  }),
);
const fixture = await sharedProvider();
const { issuer, installation } = fixture.latchkey;
const now = (): number => Math.floor(Date.now() / 1000);

type Form = Readonly<Record<string, string>>;

interface FapiApp {
  readonly app: App;
  sign(claims: Readonly<Record<string, unknown>>, alg?: string): Promise<string>;
  post(path: string, form: Form, alg?: string): Promise<Response<TokenAnswer & { readonly request_uri?: string }>>;
}

async function newFapiApp(alg: 'PS256' | 'ES256', metadata: object = {}): Promise<FapiApp> {
  const app = await fixture.newApp({
    ...{ fapi_profile: '2.0', token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: alg },
    ...{ jwks: { keys: pairs.map(({ jwk }) => jwk) }, ...metadata },
  });
  const { client_id: id } = app.client;
  const sign = (claims: Readonly<Record<string, unknown>>, by: string = alg) => {
    const pair = pairs.find((each) => each.alg === by);
    if (pair === undefined) throw new Error(`no key for ${by}`);
    return new SignJWT({ ...claims }).setProtectedHeader({ alg: by, kid: by }).sign(pair.privateKey);
  };
  return {
    app,
    sign,
    async post(path, form, by) {
      const claims = { iss: id, sub: id, aud: issuer, jti: randomUUID(), iat: now(), exp: now() + 60 };
      const assertion = { client_assertion_type: ASSERTION_TYPE, client_assertion: await sign(claims, by) };
      return (await got.post(`${issuer}${path}`, {
        form: { ...form, ...assertion },
        headers: { dpop: (await key.proof({ address: `${issuer}${path}` })) ?? '' },
        ...{ throwHttpErrors: false, retry: { limit: 0 }, responseType: 'json' },
      })) as Response<TokenAnswer & { readonly request_uri?: string }>;
    },
  };
}

function requestOf({ app }: FapiApp, parameters: Form = {}) {
  const { url, verifier } = app.request(parameters);
  const usual = Object.fromEntries(new URL(url).searchParams);
  return { usual, verifier, times: { iss: app.client.client_id, aud: issuer, nbf: now(), exp: now() + 60 } };
}

for (const alg of ['PS256', 'ES256'] as const) {
  test(`${alg} through and through: a signed request, a signed answer, a signed ID token`, async (t) => {
    const signed = { id_token_signed_response_alg: alg, authorization_signed_response_alg: alg };
    const fapi = await newFapiApp(alg, { ...signed, require_signed_request_object: true, response_modes: ['jwt'] });
    const { usual, verifier, times } = requestOf(fapi, { response_mode: 'jwt', scope: 'openid' });
    const pushed = await fapi.post('/request', { request: await fapi.sign({ ...usual, ...times }) });
    t.is(pushed.statusCode, 201, JSON.stringify(pushed.body));
    const query = new URLSearchParams({
      client_id: fapi.app.client.client_id,
      request_uri: pushed.body.request_uri ?? '',
    });
    const { response = '' } = toldApp(await signIn(newVisitor(), `${issuer}/auth?${query}`, LOGIN));
    t.is(decodeProtectedHeader(response).alg, alg);
    const { code } = JSON.parse(Buffer.from(response.split('.')[1] ?? '', 'base64url').toString()) as { code: string };
    const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK };
    const { body } = await fapi.post('/token', form);
    t.is(decodeProtectedHeader(body.id_token ?? '').alg, alg);
    t.is(body.token_type, 'DPoP');
    const refresh = { grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' };
    for (let time = 0; time < 3; time += 1) {
      const answer = await fapi.post('/token', refresh);
      t.is(answer.statusCode, 200);
      t.true([undefined, body.refresh_token].includes(answer.body.refresh_token));
    }
  });
}

const odd: Readonly<Record<string, (at: number) => Readonly<Record<string, unknown>>>> = {
  'without exp': () => ({ exp: undefined }),
  'without nbf': () => ({ nbf: undefined }),
  'that counts for more than an hour': (at) => ({ exp: at + 3660 }),
  'that has counted for more than an hour': (at) => ({ nbf: at - 3660 }),
  'that has counted for an hour and will for a minute': (at) => ({ nbf: at - 3600, exp: at + 60 }),
  'that ends before it begins': (at) => ({ nbf: at + 12, exp: at + 10 }),
  'that has expired': (at) => ({ exp: at - 60 }),
  'that begins in two minutes': (at) => ({ nbf: at + 120 }),
  'that never expires': () => ({ exp: 1e300 }),
  'for another provider': () => ({ aud: 'https://other.example/' }),
};

for (const [what, change] of Object.entries(odd)) {
  test(`a request object ${what} is refused to it`, async (t) => {
    const fapi = await newFapiApp('ES256');
    const { usual, times } = requestOf(fapi);
    const { statusCode, body } = await fapi.post('/request', {
      request: await fapi.sign({ ...usual, ...times, ...change(now()) }),
    });
    t.deepEqual([statusCode, body.error], [400, 'invalid_request_object']);
  });
}

test('RS256 is refused to it: in its assertions, its request objects and its registration', async (t) => {
  const fapi = await newFapiApp('PS256');
  const { usual, times } = requestOf(fapi);
  const request = await fapi.sign({ ...usual, ...times }, 'RS256');
  t.is((await fapi.post('/request', { request })).body.error, 'invalid_request_object');
  t.is((await fapi.post('/request', usual, 'RS256')).statusCode, 401);
  t.is((await fapi.post('/request', usual)).statusCode, 201);
  for (const member of ['id_token_signed_response_alg', 'authorization_signed_response_alg'])
    await t.throwsAsync(newFapiApp('PS256', { [member]: 'RS256' }), { code: 'client_metadata_invalid' });
});

test('a plain pushed request is fine where it need not be signed', async (t) => {
  const fapi = await newFapiApp('ES256');
  const { body } = await fapi.post('/request', requestOf(fapi).usual);
  const query = new URLSearchParams({ client_id: fapi.app.client.client_id, request_uri: body.request_uri ?? '' });
  t.truthy(toldApp(await signIn(newVisitor(), `${issuer}/auth?${query}`, LOGIN)).code);
});

test('an update cannot take it out of its profile piece by piece, only as a whole', async (t) => {
  const { app } = await newFapiApp('ES256');
  const update = (patch: object) => updateClient(app.client.client_id, { ...patch }, installation.registration);
  for (const patch of [
    { id_token_signed_response_alg: 'RS256' },
    { require_pushed_authorization_requests: false },
    { dpop_bound_access_tokens: false },
    { token_endpoint_auth_method: 'client_secret_basic' },
    { require_pkce: false },
    { fapi_profile: '1.0' },
  ])
    await t.throwsAsync(update(patch), { code: 'client_metadata_invalid' }, JSON.stringify(patch));
  await t.notThrowsAsync(update({ fapi_profile: null, id_token_signed_response_alg: 'RS256' }));
});

test('another client may send objects without times, which are no business of theirs', async (t) => {
  const fapi = await newFapiApp('ES256', { fapi_profile: undefined });
  const { usual, times } = requestOf(fapi);
  const request = await fapi.sign({ ...usual, ...times, exp: undefined, nbf: undefined });
  t.is((await fapi.post('/request', { request })).statusCode, 201);
});
