/** A client as FAPI 2.0 wants it: key pair instead of secret, pushed requests, tokens bound to a key, all at once. */
import test from 'ava';
import got, { type Response } from 'got';
import { decodeJwt } from 'jose';
import { LOGIN, newVisitor, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { CALLBACK, signIn, type TokenAnswer } from '../support/relying-party.ts';
import { ASSERTION_TYPE, type KeyedApp, newKeyedApp } from './client-assertions.ts';
import { type DpopKey, newDpopKey } from './dpop-proofs.ts';

const fixture = await sharedProvider();
const { issuer } = fixture.latchkey;
const HIGH_SECURITY = {
  require_pushed_authorization_requests: true,
  dpop_bound_access_tokens: true,
  id_token_signed_response_alg: 'ES256',
};

type Form = Readonly<Record<string, string>>;

async function post(keyed: KeyedApp, path: string, form: Form, key?: DpopKey): Promise<Response<TokenAnswer>> {
  const proof = await key?.proof({ address: `${issuer}${path}` });
  return (await got.post(`${issuer}${path}`, {
    form: { ...form, client_assertion_type: ASSERTION_TYPE, client_assertion: await keyed.assertion() },
    headers: proof === undefined ? {} : { dpop: proof },
    ...{ throwHttpErrors: false, retry: { limit: 0 }, responseType: 'json' },
  })) as Response<TokenAnswer>;
}

async function push(keyed: KeyedApp, key?: DpopKey, more: Form = {}) {
  const { url, verifier } = keyed.app.request({ scope: 'openid email', ...more });
  const answer = await post(keyed, '/request', Object.fromEntries(new URL(url).searchParams), key);
  return { answer, verifier, requestUri: String((answer.body as unknown as { request_uri?: string }).request_uri) };
}

/** Signs in with a pushed request, as far as what redeems the code. */
async function codeFor(keyed: KeyedApp, key?: DpopKey): Promise<Form> {
  const { requestUri, verifier } = await push(keyed, key);
  const query = new URLSearchParams({ client_id: keyed.app.client.client_id, request_uri: requestUri });
  const { code = '' } = toldApp(await signIn(newVisitor(), `${issuer}/auth?${query}`, LOGIN));
  return { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK };
}

async function useAtUserinfo(accessToken: string, key: DpopKey): Promise<number> {
  const address = `${issuer}/me`;
  const proof = await key.proof({ method: 'GET', address, accessToken });
  const headers = { authorization: `DPoP ${accessToken}`, dpop: proof };
  return (await got(address, { headers, throwHttpErrors: false })).statusCode;
}

test('the whole way: pushed, signed in, redeemed, used and refreshed with one key', async (t) => {
  const [keyed, key] = [await newKeyedApp(fixture, HIGH_SECURITY), await newDpopKey()];
  const { statusCode, body } = await post(keyed, '/token', await codeFor(keyed, key), key);
  t.is(statusCode, 200);
  t.is(body.token_type, 'DPoP');
  t.is(decodeJwt(body.id_token ?? '').aud, keyed.app.client.client_id);
  t.is(await useAtUserinfo(body.access_token, key), 200);

  const refresh = { grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' };
  const refreshed = await post(keyed, '/token', refresh, key);
  t.is(refreshed.statusCode, 200);
  t.is(await useAtUserinfo(refreshed.body.access_token, key), 200);
});

test('its refresh token is not rotated, and stays good (FAPI 2.0 Security Profile 5.3.2.1)', async (t) => {
  const [keyed, key] = [await newKeyedApp(fixture, HIGH_SECURITY), await newDpopKey()];
  const { body } = await post(keyed, '/token', await codeFor(keyed), key);
  const refresh = { grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' };
  for (let time = 0; time < 3; time += 1) {
    const answer = await post(keyed, '/token', refresh, key);
    t.is(answer.statusCode, 200);
    t.true([undefined, refresh.refresh_token].includes(answer.body.refresh_token));
  }
});

test('a code that was pushed with a proof is redeemed with that key alone', async (t) => {
  const [keyed, key] = [await newKeyedApp(fixture, HIGH_SECURITY), await newDpopKey()];
  const { body } = await post(keyed, '/token', await codeFor(keyed, key), await newDpopKey());
  t.true(['invalid_grant', 'invalid_dpop_proof'].includes(body.error ?? ''));
});

test('without a proof there are no tokens', async (t) => {
  const keyed = await newKeyedApp(fixture, HIGH_SECURITY);
  const { statusCode, body } = await post(keyed, '/token', await codeFor(keyed));
  t.is(statusCode, 400);
  t.true(['invalid_grant', 'invalid_dpop_proof', 'invalid_request'].includes(body.error ?? ''));
});

test('a proof and a thumbprint that contradict each other are refused when they are pushed', async (t) => {
  const [keyed, key] = [await newKeyedApp(fixture, HIGH_SECURITY), await newDpopKey()];
  const { thumbprint } = await newDpopKey();
  const { answer } = await push(keyed, key, { dpop_jkt: thumbprint });
  t.is(answer.statusCode, 400);
  t.true(['invalid_request', 'invalid_dpop_proof'].includes(answer.body.error ?? ''));
});

test('a request that was not pushed is refused by redirect', async (t) => {
  const keyed = await newKeyedApp(fixture, HIGH_SECURITY);
  t.is(toldApp(await newVisitor().open(keyed.app.request().url)).error, 'invalid_request');
});
