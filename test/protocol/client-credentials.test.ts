/** Tokens that an app gets for itself (RFC 6749 4.4). */
import test from 'ava';
import { decodeJwt } from 'jose';
import { API, sharedProvider } from '../support/provider-fixture.ts';
import type { App } from '../support/relying-party.ts';

const OTHER = 'https://other.example.com/';
const { latchkey, newApp } = await sharedProvider({
  resources: [{ identifier: OTHER, scopes: { 'other:do': 'Do other things' } }],
});
const service = { grant_types: ['client_credentials'], response_types: [], redirect_uris: [], resources: [API] };
const grant = { grant_type: 'client_credentials' };

test('a service gets a token for an API that it is registered for, in its own name', async (t) => {
  const app = await newApp(service);
  const { statusCode, body } = await app.token({ ...grant, resource: API, scope: 'notes:read' });
  t.is(statusCode, 200);
  const claims = decodeJwt(body.access_token);
  t.like(claims, { iss: latchkey.issuer, aud: API, scope: 'notes:read', client_id: app.client.client_id });
  t.is(claims.sub, app.client.client_id);
  t.is(body.refresh_token, undefined);
  t.is(body.id_token, undefined);
});

test('a service that is registered for no API gets a token for none', async (t) => {
  const { resources: _none, ...unregistered } = service;
  for (const app of [await newApp(unregistered), await newApp({ ...service, resources: [] })]) {
    const { statusCode, body } = await app.token({ ...grant, resource: API, scope: 'notes:read' });
    t.is(statusCode, 400);
    t.is(body.error, 'invalid_target');
  }
});

test('a service gets no token for an API of somebody else, for one that is not known, or for two', async (t) => {
  const app = await newApp({ ...service });
  for (const resource of [OTHER, 'https://unknown.example/', 'nonsense']) {
    t.is((await app.token({ ...grant, resource })).body.error, 'invalid_target', resource);
  }
});

for (const [scope, granted] of [
  ['notes:read other:do openid', 'notes:read'],
  ['admin notes:write', 'notes:write'],
  ['notes:read notes:write', 'notes:read notes:write'],
  ['offline_access profile notes:read everything', 'notes:read'],
  ['NOTES:READ notes:write', 'notes:write'],
] as const) {
  test(`of ${scope} an API that has less grants ${granted}, and the answer says so`, async (t) => {
    const { statusCode, body } = await (await newApp(service)).token({ ...grant, resource: API, scope });
    t.is(statusCode, 200);
    t.is(body.scope, granted);
    t.is(decodeJwt(body.access_token).scope, granted);
  });
}

const invented = [
  'openid',
  'admin',
  'openid admin everything',
  'other:do',
  'NOTES:READ',
  'notes',
  'constructor',
  '__proto__',
];

async function errorFor({ client }: App, scope: string, resources: readonly string[]): Promise<unknown> {
  const body = new URLSearchParams([
    ...Object.entries({ ...grant, scope }),
    ...resources.map((one): [string, string] => ['resource', one]),
  ]);
  const credentials = Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64');
  const headers = { authorization: `Basic ${credentials}` };
  const answer = await fetch(`${latchkey.issuer}/token`, { method: 'POST', body, headers });
  return ((await answer.json()) as { readonly error?: unknown }).error;
}

test('where the API has nothing of what is asked for, it is invalid_scope', async (t) => {
  const app = await newApp(service);
  for (const scope of [...invented, 'offline_access', 'profile email']) {
    const { statusCode, body } = await app.token({ ...grant, resource: API, scope });
    t.is(statusCode, 400, scope);
    t.is(body.error, 'invalid_scope', scope);
    t.false('access_token' in body, scope);
    // One resource named twice is one.
    t.is(await errorFor(app, scope, [API, API]), 'invalid_scope', scope);
  }
});

test('scopes without a resource are invalid_scope, and the answer says what is missing', async (t) => {
  const app = await newApp(service);
  for (const form of [...invented, 'notes:read'].map((scope) => ({ ...grant, scope }))) {
    for (const request of [form, { ...form, resource: '' }]) {
      const { statusCode, body } = await app.token(request);
      t.is(statusCode, 400, request.scope);
      t.is(body.error, 'invalid_scope', request.scope);
      t.regex(String(body.error_description), /\bresource\b/, request.scope);
    }
  }
});

test('an empty scope is not in the answer, and not in the token', async (t) => {
  const app = await newApp(service);
  const forms: readonly Readonly<Record<string, string>>[] = [
    {},
    { scope: '' },
    { scope: '   ' },
    { resource: API },
    { resource: API, scope: ' ' },
  ];
  for (const form of forms) {
    const { statusCode, body } = await app.token({ ...grant, ...form });
    t.is(statusCode, 200, JSON.stringify(form));
    t.false('scope' in body, JSON.stringify(form));
    if ('resource' in form) t.false('scope' in decodeJwt(body.access_token));
  }
});

test('of two APIs there is no token, whatever scope is asked for', async (t) => {
  const app = await newApp({ ...service, resources: [API, OTHER] });
  for (const scope of ['notes:read', 'other:do', 'nothing']) {
    t.is(await errorFor(app, scope, [API, OTHER]), 'invalid_target', scope);
  }
});

test('what is not about an API is about nobody: no user, no userinfo', async (t) => {
  const app = await newApp(service);
  const { body } = await app.token(grant);
  t.is(typeof body.access_token, 'string');
  const answer = await fetch(`${latchkey.issuer}/me`, { headers: { authorization: `Bearer ${body.access_token}` } });
  t.true(answer.status === 401 || answer.status === 403);
});

test('a web app cannot act as a service', async (t) => {
  const { statusCode } = await (await newApp()).token({ ...grant, resource: API });
  t.is(statusCode, 400);
});
