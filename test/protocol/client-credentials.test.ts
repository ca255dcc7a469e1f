/** Tokens that an app gets for itself (RFC 6749 4.4). */
import test from 'ava';
import { decodeJwt } from 'jose';
import { API, sharedProvider } from '../support/provider-fixture.ts';

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

test('scopes that the API does not have are not granted', async (t) => {
  const app = await newApp(service);
  const { body } = await app.token({ ...grant, resource: API, scope: 'notes:read other:do openid' });
  t.is(body.scope, 'notes:read');
});

test('what is not about an API is about nobody: no user, no userinfo', async (t) => {
  const app = await newApp(service);
  const { body } = await app.token({ ...grant, scope: 'openid' });
  const answer = await fetch(`${latchkey.issuer}/me`, { headers: { authorization: `Bearer ${body.access_token}` } });
  t.is(answer.status, 401);
});

test('a web app cannot act as a service', async (t) => {
  const { statusCode } = await (await newApp()).token({ ...grant, resource: API });
  t.is(statusCode, 400);
});
