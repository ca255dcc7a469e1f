/** Apps that run in a browser: public clients, called from the origins they are registered with (CORS). */
import test from 'ava';
import got, { type OptionsInit, type Response } from 'got';
import { API, obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { CALLBACK } from '../support/relying-party.ts';

const { latchkey, newApp } = await sharedProvider();
const ORIGIN = 'https://app.example.com';
const FOREIGN = 'https://evil.example';
const BROWSER_APP = { token_endpoint_auth_method: 'none', cors_origins: [ORIGIN] };

async function call(path: string, options: OptionsInit): Promise<Response<Record<string, unknown>>> {
  const fixed = { throwHttpErrors: false, retry: { limit: 0 }, responseType: 'json' } as const;
  return (await got(`${latchkey.issuer}${path}`, { ...fixed, ...options })) as Response<Record<string, unknown>>;
}

const allowedOrigin = ({ headers }: Response<unknown>) => headers['access-control-allow-origin'];

test('a browser app redeems its code and refreshes from its own origin', async (t) => {
  const app = await newApp(BROWSER_APP);
  const { code, verifier } = await obtainCode(app);
  const form = { client_id: app.client.client_id, redirect_uri: CALLBACK, code, code_verifier: verifier };
  const redeemed = await call('/token', {
    method: 'POST',
    headers: { origin: ORIGIN },
    form: { ...form, grant_type: 'authorization_code' },
  });
  t.is(redeemed.statusCode, 200);
  t.is(allowedOrigin(redeemed), ORIGIN);

  const refreshed = await call('/token', {
    method: 'POST',
    headers: { origin: ORIGIN },
    form: {
      grant_type: 'refresh_token',
      client_id: app.client.client_id,
      refresh_token: String(redeemed.body.refresh_token),
    },
  });
  t.is(refreshed.statusCode, 200);
  t.is(allowedOrigin(refreshed), ORIGIN);
});

for (const origin of [FOREIGN, 'null', `${ORIGIN}:8443`, 'http://app.example.com', 'https://sub.app.example.com']) {
  test(`the origin ${origin} is not let in, and the code stays good`, async (t) => {
    const app = await newApp(BROWSER_APP);
    const grant = await obtainCode(app);
    const form = { client_id: app.client.client_id, redirect_uri: CALLBACK, code_verifier: grant.verifier };
    const answer = await call('/token', {
      method: 'POST',
      headers: { origin },
      form: { ...form, grant_type: 'authorization_code', code: grant.code },
    });
    t.is(answer.statusCode, 400);
    t.is(allowedOrigin(answer), undefined);
    t.is(answer.body.access_token, undefined);
    t.is((await redeem(app, grant)).statusCode, 200);
  });
}

test('userinfo is read from the origin of the app that the token is for, and from no other', async (t) => {
  const app = await newApp(BROWSER_APP);
  const { body } = await redeem(app, await obtainCode(app));
  const authorization = `Bearer ${body.access_token}`;
  const own = await call('/me', { headers: { origin: ORIGIN, authorization } });
  t.is(own.statusCode, 200);
  t.is(allowedOrigin(own), ORIGIN);

  const foreign = await call('/me', { headers: { origin: FOREIGN, authorization } });
  t.is(foreign.statusCode, 400);
  t.is(allowedOrigin(foreign), undefined);
  t.is(foreign.body.sub, undefined);
});

test('an app that is registered with no origin is not called from any', async (t) => {
  const app = await newApp({ grant_types: ['client_credentials'], response_types: [], redirect_uris: [] });
  const answer = await call('/token', {
    method: 'POST',
    headers: { origin: ORIGIN },
    form: { grant_type: 'client_credentials' },
    username: app.client.client_id,
    password: app.client.client_secret,
  });
  t.is(answer.statusCode, 400);
  t.is(allowedOrigin(answer), undefined);
});

test('a preflight is answered for the endpoints that browser apps call', async (t) => {
  for (const path of ['/token', '/me', '/token/revocation', '/token/introspection', '/request', '/jwks']) {
    const { statusCode, headers } = await call(path, {
      method: 'OPTIONS',
      responseType: 'text',
      headers: {
        origin: ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,dpop',
      },
    });
    t.is(statusCode, 204, path);
    t.is(headers['access-control-allow-origin'], ORIGIN, path);
    t.is(headers['access-control-allow-credentials'], undefined, path);
  }
});

test('pages are never for other origins to read', async (t) => {
  const app = await newApp(BROWSER_APP);
  for (const address of [app.request().url, `${latchkey.issuer}/`, `${latchkey.issuer}/session/end`]) {
    const { headers } = await got(address, { headers: { origin: ORIGIN }, throwHttpErrors: false });
    t.is(headers['access-control-allow-origin'], undefined, address);
  }
});

test('a refresh token of a browser app is worth nothing to another app', async (t) => {
  const [app, other] = [await newApp(BROWSER_APP), await newApp(BROWSER_APP)];
  const { body } = await redeem(app, await obtainCode(app, { scope: 'openid notes:read', resource: API }));
  const stolen = await other.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' });
  t.is(stolen.body.error, 'invalid_grant');
  const own = await app.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' });
  t.is(own.statusCode, 200);
});
