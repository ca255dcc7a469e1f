/** Sender-constrained tokens (RFC 9449): worth nothing without the key that they were issued to. */
import test from 'ava';
import got, { type Response } from 'got';
import { decodeJwt } from 'jose';
import { API, obtainCode, sharedProvider } from '../support/provider-fixture.ts';
import { atOnce, tally } from '../support/records.ts';
import { type App, CALLBACK, type TokenAnswer } from '../support/relying-party.ts';
import { type DpopKey, newDpopKey, type ProofWishes } from './dpop-proofs.ts';
import { introspect } from './introspecting.ts';

const { latchkey, account, newApp } = await sharedProvider();
const { issuer } = latchkey;
const [TOKEN, USERINFO] = [`${issuer}/token`, `${issuer}/me`];

async function post({ client }: App, form: Readonly<Record<string, string>>, proof?: string) {
  return (await got.post(TOKEN, {
    form,
    ...{ username: client.client_id, password: client.client_secret, throwHttpErrors: false, responseType: 'json' },
    headers: proof === undefined ? {} : { dpop: proof },
  })) as Response<TokenAnswer>;
}

async function redeemWith(app: App, proof?: string, parameters: Readonly<Record<string, string>> = {}) {
  const { code, verifier } = await obtainCode(app, parameters);
  const { resource } = parameters;
  const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK };
  return post(app, { ...form, ...(resource !== undefined && { resource }) }, proof);
}

async function bound(parameters: Readonly<Record<string, string>> = {}, metadata = {}) {
  const [app, key] = [await newApp(metadata), await newDpopKey()];
  const { body } = await redeemWith(app, await key.proof({ address: TOKEN }), parameters);
  return { app, key, body };
}

function useAtUserinfo(accessToken: string, proof?: string, scheme = 'DPoP') {
  const headers = { authorization: `${scheme} ${accessToken}`, ...(proof !== undefined && { dpop: proof }) };
  return got(USERINFO, { headers, throwHttpErrors: false, retry: { limit: 0 } });
}

const forUserinfo = (accessToken: string, more: Partial<ProofWishes> = {}): ProofWishes => ({
  ...{ method: 'GET', address: USERINFO, accessToken },
  ...more,
});

test('a token that was asked for with a proof is bound to its key', async (t) => {
  const { app, key, body } = await bound();
  t.is(body.token_type, 'DPoP');
  const { body: said } = await introspect(app, body.access_token);
  t.like(said, { active: true, token_type: 'DPoP', cnf: { jkt: key.thumbprint } });
});

test('a JWT access token names the key', async (t) => {
  const { app, key, body } = await bound({ scope: 'openid notes:read', resource: API });
  t.deepEqual(decodeJwt(body.access_token).cnf, { jkt: key.thumbprint });
  t.like((await introspect(app, body.access_token)).body, { token_type: 'DPoP', cnf: { jkt: key.thumbprint } });
});

test('a bound token is taken with a proof, whatever the case of the scheme', async (t) => {
  const { key, body } = await bound();
  for (const scheme of ['DPoP', 'dpop']) {
    const proof = await key.proof(forUserinfo(body.access_token));
    const { statusCode, body: claims } = await useAtUserinfo(body.access_token, proof, scheme);
    t.is(statusCode, 200);
    t.is(JSON.parse(claims).sub, account.id);
  }
});

test('a bound token is not taken without a proof, with a foreign one, or as a bearer token', async (t) => {
  const { key, body } = await bound();
  const { access_token: token } = body;
  const thief = await newDpopKey();
  const attempts = await Promise.all([
    useAtUserinfo(token),
    useAtUserinfo(token, undefined, 'Bearer'),
    useAtUserinfo(token, await key.proof(forUserinfo(token)), 'Bearer'),
    useAtUserinfo(token, await thief.proof(forUserinfo(token))),
    useAtUserinfo(token, 'nonsense'),
  ]);
  for (const { statusCode } of attempts) t.true(statusCode === 400 || statusCode === 401, String(statusCode));
});

const now = (): number => Math.floor(Date.now() / 1000);
const badProofs: Readonly<Record<string, Partial<ProofWishes>>> = {
  'for another method': { method: 'POST' },
  'for another address': { address: `${issuer}/other` },
  'for another host': { address: 'https://evil.example/me' },
  'for another token': { accessToken: 'another' },
  'for no token': { claims: { ath: undefined } },
  'without an id': { claims: { jti: undefined } },
  'without a time': { claims: { iat: undefined } },
  'that is old': { claims: { iat: now() - 3600 } },
  'from the future': { claims: { iat: now() + 3600 } },
  'that has expired': { claims: { exp: now() - 100 } },
  'of another type': { typ: 'jwt' },
};

for (const [what, options] of Object.entries(badProofs)) {
  test(`a proof ${what} is refused`, async (t) => {
    const { key, body } = await bound();
    const { statusCode } = await useAtUserinfo(
      body.access_token,
      await key.proof(forUserinfo(body.access_token, options)),
    );
    t.true(statusCode === 400 || statusCode === 401, String(statusCode));
  });
}

test('a clock that differs by ten seconds is tolerated', async (t) => {
  const { key, body } = await bound();
  for (const iat of [now() - 10, now() + 10]) {
    const proof = await key.proof(forUserinfo(body.access_token, { claims: { iat } }));
    t.is((await useAtUserinfo(body.access_token, proof)).statusCode, 200);
  }
});

test('a proof is taken once', async (t) => {
  const { key, body } = await bound();
  const proof = await key.proof(forUserinfo(body.access_token));
  t.is((await useAtUserinfo(body.access_token, proof)).statusCode, 200);
  t.is((await useAtUserinfo(body.access_token, proof)).statusCode, 401);
});

test('of fifty that present one proof at once, one is let in', async (t) => {
  const { key, body } = await bound();
  const proof = await key.proof(forUserinfo(body.access_token));
  const answers = await atOnce(50, async () => (await useAtUserinfo(body.access_token, proof)).statusCode);
  t.is(tally(answers, 200), 1);
  t.is(tally(answers, 401), 49);
});

test('a bad proof at the token endpoint issues nothing', async (t) => {
  const [app, key] = [await newApp(), await newDpopKey()];
  for (const options of [{ method: 'GET' }, { address: USERINFO }, { claims: { jti: undefined } }, { typ: 'jwt' }]) {
    const { statusCode, body } = await redeemWith(app, await key.proof({ address: TOKEN, ...options }));
    t.is(statusCode, 400);
    t.is(body.error, 'invalid_dpop_proof');
  }
});

test('whose clock is far off is told a nonce, and gets through with it (RFC 9449 8)', async (t) => {
  const [app, key] = [await newApp(), await newDpopKey()];
  const { code, verifier } = await obtainCode(app);
  const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK };
  const iat = now() - 3600;

  const told = await post(app, form, await key.proof({ address: TOKEN, claims: { iat } }));
  t.is(told.statusCode, 400);
  t.is(told.body.error, 'use_dpop_nonce');

  const nonce = String(told.headers['dpop-nonce']);
  t.is((await post(app, form, await key.proof({ address: TOKEN, claims: { iat, nonce } }))).statusCode, 200);
});

test('a code that is bound to a key is redeemed with that key alone', async (t) => {
  const [app, key, thief] = [await newApp(), await newDpopKey(), await newDpopKey()];
  const parameters = { dpop_jkt: key.thumbprint };
  t.is((await redeemWith(app, await key.proof({ address: TOKEN }), parameters)).statusCode, 200);
  const stolen: readonly (DpopKey | undefined)[] = [thief, undefined];
  for (const other of stolen) {
    const { body } = await redeemWith(app, await other?.proof({ address: TOKEN }), parameters);
    t.true(['invalid_grant', 'invalid_dpop_proof'].includes(body.error ?? ''));
  }
});

test('a refresh token of a public client is bound, too', async (t) => {
  const [app, key] = [await newApp({ token_endpoint_auth_method: 'none' }), await newDpopKey()];
  const { code, verifier } = await obtainCode(app);
  const send = async (form: Record<string, string>, holder: DpopKey) =>
    (await got.post(TOKEN, {
      form: { client_id: app.client.client_id, ...form },
      headers: { dpop: await holder.proof({ address: TOKEN }) },
      ...{ throwHttpErrors: false, responseType: 'json' },
    })) as Response<TokenAnswer>;
  const redeemed = await send(
    { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK },
    key,
  );
  t.is(redeemed.statusCode, 200);
  const refresh = { grant_type: 'refresh_token', refresh_token: redeemed.body.refresh_token ?? '' };
  t.is((await send(refresh, await newDpopKey())).body.error, 'invalid_grant');
  t.is((await send(refresh, key)).statusCode, 200);
});

test('a client that is registered for bound tokens gets no others', async (t) => {
  const app = await newApp({ dpop_bound_access_tokens: true });
  const { statusCode, body } = await redeemWith(app);
  t.is(statusCode, 400);
  t.is(body.error, 'invalid_grant');
});

test('the proof counts for the address of the issuer, whatever host the request names', async (t) => {
  const { key, body } = await bound();
  const proof = await key.proof(forUserinfo(body.access_token, { address: 'http://evil.example/me' }));
  const { statusCode } = await got(USERINFO, {
    headers: { authorization: `DPoP ${body.access_token}`, dpop: proof, host: 'evil.example' },
    ...{ throwHttpErrors: false },
  });
  t.true(statusCode === 400 || statusCode === 401);
});
