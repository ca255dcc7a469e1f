/** Programs read JSON at their endpoints, whatever their HTTP library says in `Accept`, and other methods are 405 (RFC 9110 15.5.6). */
import test from 'ava';
import got, { type Method, type OptionsInit, type Response } from 'got';
import { systemClock } from '../../src/ports/clock.ts';
import { createOpsApp } from '../../src/web/app.ts';
import { serve } from '../pages/serve.ts';
import { pluggedFeatures } from '../support/plugged-features.ts';
import { obtainCode, ownProvider, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { breakableStorage } from './broken-storage.ts';

const fixture = await sharedProvider({ extraOptions: pluggedFeatures });
const { latchkey, newApp } = fixture;
const { issuer } = latchkey;
const options = { throwHttpErrors: false, followRedirect: false, retry: { limit: 0 } } as const;

const ask = (address: string, more: OptionsInit): Promise<Response<string>> =>
  got(address, { ...options, ...more }) as unknown as Promise<Response<string>>;

/** What HTTP libraries and browsers send, Java's HttpURLConnection first. */
const accepts = [
  'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2',
  'text/html',
  'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'application/xhtml+xml, text/html;q=0.9, application/json;q=0.1',
  'text/*;q=0.9, application/json;q=0.5',
  'image/png',
  'application/json',
  '*/*',
  ';;;q=x, text/html;q=9999',
  '',
];

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});

interface Failing extends OptionsInit {
  readonly path: string;
  readonly status: number;
  readonly error: string;
}

const post = (path: string, form: Record<string, string>, status: number, error: string, headers = {}): Failing => ({
  ...{ path, method: 'POST', form, status, error, headers },
});
const at = (path: string, status: number, error: string, method: Method = 'GET'): Failing => ({
  ...{ path, status, error, method },
});

const failing: Readonly<Record<string, Failing>> = {
  'a grant type that is none': post('/token', { client_id: 'nobody', grant_type: 'x' }, 401, 'invalid_client'),
  'a token request without a client': post('/token', { grant_type: 'x' }, 401, 'invalid_client'),
  'a token request of the wrong type': { ...at('/token', 400, 'invalid_request', 'POST'), json: {} },
  'an introspection by nobody': post('/token/introspection', { token: 'x' }, 401, 'invalid_client', basic('no', 'x')),
  'a revocation by nobody': post('/token/revocation', { token: 'x' }, 401, 'invalid_client', basic('no', 'x')),
  'a pushed request by nobody': post('/request', { response_type: 'code' }, 401, 'invalid_client', basic('no', 'x')),
  'a device that is unknown': post('/device/auth', { client_id: 'nobody' }, 401, 'invalid_client'),
  'userinfo without a token': at('/me', 401, 'invalid_token'),
  'userinfo with a wrong one': { ...at('/me', 401, 'invalid_token', 'POST'), headers: { authorization: 'Bearer x' } },
  'a registration without a token': { ...at('/reg', 401, 'invalid_token', 'POST'), json: {} },
  'a registration that is not there': at('/reg/some', 401, 'invalid_token'),
  'nothing below the token endpoint': at('/token/nothing', 404, 'not_found'),
  'nothing behind two slashes': at('/token//', 404, 'not_found', 'POST'),
  'nothing behind the slash of an issuer': at('//token', 404, 'not_found', 'POST'),
  'a feature that is off': at('/backchannel', 404, 'not_found', 'POST'),
  'nothing that is well known': at('/.well-known/oauth-protected-resource', 404, 'not_found'),
  'nothing below a health check': at('/livez/x', 404, 'not_found'),
  'a GET of the token endpoint': at('/token', 405, 'invalid_request'),
  'a PATCH of userinfo': at('/ME/', 405, 'invalid_request', 'PATCH'),
  'a POST to the keys': at('/jwks', 405, 'invalid_request', 'POST'),
  'a DELETE of discovery': at('/.well-known/openid-configuration', 405, 'invalid_request', 'DELETE'),
  'a POST to a health check': at('/readyz', 405, 'invalid_request', 'POST'),
  'no resource for WebFinger': at('/.well-known/webfinger', 400, 'invalid_request'),
};

for (const [what, { path, status, error, headers, ...request }] of Object.entries(failing)) {
  test(`${what} is JSON, whatever Accept says`, async (t) => {
    for (const accept of accepts) {
      const answer = await ask(`${issuer}${path}`, { ...request, headers: { ...headers, accept } });
      t.is(answer.statusCode, status, accept);
      t.regex(answer.headers['content-type'] ?? '', /^application\/json/, accept);
      const body = JSON.parse(answer.body);
      t.is(body.error, error, accept);
      t.true(body.error_description.length > 0, accept);
      t.is(answer.headers['cache-control'], 'no-store', accept);
    }
  });
}

test('JSON too are a failure with a code of its own, and the answer to a client that failed too often', async (t) => {
  const { client, token } = await newApp();
  t.is((await token({ grant_type: 'authorization_code' })).body.error, 'invalid_request');
  for (let time = 0; time < 40; time += 1) {
    const accept = String(accepts[time % accepts.length]);
    const headers = { accept, ...basic(client.client_id, 'wrong'), 'x-forwarded-for': '203.0.113.77' };
    const { statusCode, body } = await got.post(`${issuer}/request`, { ...options, form: { a: 'b' }, headers });
    t.true([401, 429].includes(statusCode));
    t.is(JSON.parse(body).error, statusCode === 401 ? 'invalid_client' : 'temporarily_unavailable', accept);
    if (statusCode === 429) return;
  }
  t.fail('no failure was one too many');
});

test('a pushed request over the budget of its address is JSON', async (t) => {
  const { client } = await newApp({ token_endpoint_auth_method: 'none' });
  const address = '203.0.113.78';
  const { searchParams } = new URL((await newApp()).request({ client_id: client.client_id }).url);
  for (const accept of accepts) {
    const form = Object.fromEntries(searchParams);
    const headers = { accept, 'x-forwarded-for': address };
    // It refills by one in half a second.
    while ((await latchkey.installation.budgets.take('pushedRequests', address)).isAllowed);
    const { statusCode, body } = await got.post(`${issuer}/request`, { ...options, form, headers });
    t.is(statusCode, 429, accept);
    t.is(JSON.parse(body).error, 'temporarily_unavailable', accept);
  }
});

test('an address that is not allowed, and a lost database, are JSON', async (t) => {
  const bound = await ownProvider(t, { environment: { ALLOWED_IPS: '10.0.0.0/8' } });
  const headers = { accept: 'text/html', 'x-forwarded-for': '203.0.113.9' };
  const refused = await got.post(`${bound.latchkey.issuer}/token/introspection`, { ...options, form: {}, headers });
  t.is(refused.statusCode, 403);
  t.is(JSON.parse(refused.body).error, 'access_denied');

  const storage = breakableStorage();
  const lost = await ownProvider(t, storage);
  const app = await lost.newApp();
  const { body: tokens } = await redeem(app, await obtainCode(app));
  const { client_id: id, client_secret: secret } = app.client;
  const request = Object.fromEntries(new URL(app.request().url).searchParams);
  storage.lose();
  const calls: readonly (readonly [string, OptionsInit])[] = [
    ...['/token', '/token/introspection', '/token/revocation', '/request'].map(
      (path) => [path, { method: 'POST', form: { ...request, token: 'x' }, headers: basic(id, secret) }] as const,
    ),
    ['/me', { headers: { authorization: `Bearer ${tokens.access_token}` } }],
    ['/readyz', {}],
  ];
  for (const [path, call] of calls) {
    const answer = await ask(`${lost.latchkey.issuer}${path}`, {
      ...call,
      headers: { ...call.headers, accept: 'text/html' },
    });
    t.is(answer.statusCode, 503, path);
    if (path !== '/readyz') t.is(JSON.parse(answer.body).error, 'temporarily_unavailable', path);
  }
  storage.recover();
});

test('a token of an API is introspected by who prefers pages', async (t) => {
  const app = await newApp({
    grant_types: ['client_credentials'],
    redirect_uris: [],
    resources: ['https://api.example.com/'],
  });
  const { body } = await app.token({ grant_type: 'client_credentials', resource: 'https://api.example.com/' });
  const { client_id: id, client_secret: secret } = app.client;
  const headers = { ...basic(id, secret), accept: 'text/html' };
  const answer = await got.post(`${issuer}/token/introspection`, {
    ...options,
    form: { token: body.access_token },
    headers,
  });
  t.true(JSON.parse(answer.body).active);
});

test('browsers read pages where they are sent', async (t) => {
  const headers = { accept: 'text/html' };
  for (const path of [
    '/nowhere',
    '/auth',
    '/auth/x',
    '/session/end/confirm',
    '/interaction/x',
    '/device/x',
    '/tokens',
  ]) {
    const { statusCode, body } = await got(`${issuer}${path}`, { ...options, headers });
    t.true(statusCode >= 400, path);
    t.regex(body, /^<(!doctype html|p)/, path);
  }
});

/** Each address with the methods that it answers. */
const methods: Readonly<Record<string, string>> = {
  '/': 'HEAD, GET',
  '/livez': 'HEAD, GET',
  '/readyz/': 'HEAD, GET',
  '/.well-known/webfinger': 'HEAD, GET, OPTIONS',
  '/.well-known/openid-configuration': 'HEAD, GET, OPTIONS',
  '/.well-known/oauth-authorization-server': 'HEAD, GET, OPTIONS',
  '/jwks': 'HEAD, GET, OPTIONS',
  '/auth': 'HEAD, GET, POST',
  '/auth/some': 'HEAD, GET',
  '/token': 'POST, OPTIONS',
  '/Token/Introspection/': 'POST, OPTIONS',
  '/token/revocation': 'POST, OPTIONS',
  '/request': 'POST, OPTIONS',
  '/me': 'HEAD, GET, POST, OPTIONS',
  '/session/end': 'HEAD, GET, POST',
  '/session/end/confirm': 'POST',
  '/session/end/success': 'HEAD, GET',
  '/interaction/some': 'HEAD, GET',
  '/interaction/some/login': 'HEAD, GET, POST',
  '/interaction/some/terms': 'POST',
  '/interaction/some/abort': 'POST',
  '/reg': 'POST',
  '/reg/some': 'HEAD, GET, PUT, DELETE',
  '/device': 'HEAD, GET, POST',
  '/device/some': 'HEAD, GET',
};
const everyMethod = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'REPORT'];

for (const [path, allow] of Object.entries(methods)) {
  test(`${path} answers ${allow}, and any other method with 405 that says so`, async (t) => {
    for (const method of everyMethod) {
      const answer = await got(`${issuer}${path}`, {
        ...options,
        method: method as Method,
        headers: { accept: 'text/html' },
      });
      if (allow.split(', ').includes(method)) t.not(answer.statusCode, 405, method);
      else {
        t.is(answer.statusCode, 405, method);
        t.is(answer.headers.allow, allow, method);
      }
      if (method === 'OPTIONS') t.is(answer.headers.allow, allow);
    }
  });
}

test('a preflight is answered where browser apps call', async (t) => {
  const headers = { origin: 'https://app.example', 'access-control-request-method': 'POST' };
  for (const path of ['/token', '/me', '/jwks', '/token/revocation', '/.well-known/webfinger']) {
    const answer = await got(`${issuer}${path}`, { ...options, method: 'OPTIONS', headers });
    t.is(answer.statusCode, 204, path);
    t.truthy(answer.headers['access-control-allow-origin'], path);
  }
});

test('the operations port answers programs alike', async (t) => {
  const ignore = () => undefined;
  const health = {
    ping: async () => undefined,
    isWritable: async () => true,
    isStopping: () => false,
    clock: systemClock,
  };
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const recorder = { record: async () => undefined };
  const app = createOpsApp({ config: { issuer: 'https://id.example', allowedAddresses: [] }, health, log, recorder });
  await using site = await serve(...app.middleware);
  const headers = { accept: 'text/html' };
  for (const method of ['POST', 'PUT', 'DELETE', 'TRACE', 'OPTIONS'] as const) {
    const answer = await site.get('/livez', { method: method as Method, headers });
    t.is(answer.statusCode, 405, method);
    t.is(answer.headers.allow, 'HEAD, GET');
    t.is(JSON.parse(answer.body).error, 'invalid_request');
  }
  t.is(JSON.parse((await site.get('/nowhere', { headers })).body).error, 'not_found');
});
