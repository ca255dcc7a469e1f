/** Whom introspection tells what about a token (RFC 7662). */
import test from 'ava';
import got from 'got';
import { decodeJwt } from 'jose';
import { obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { introspect, isActive, issue, kinds, newApi } from './introspecting.ts';

const fixture = await sharedProvider();
const { latchkey, account, newApp } = fixture;
const INACTIVE = { active: false };

for (const kind of kinds) {
  test(`an app is told about its own ${kind}`, async (t) => {
    const { app, token } = await issue(fixture, kind);
    const { statusCode, body } = await introspect(app, token);
    t.is(statusCode, 200);
    t.like(body, { active: true, client_id: app.client.client_id, iss: latchkey.issuer });
    if (kind !== 'refresh token') t.is(body.token_type, 'Bearer');
    t.is(body.sub, account.id);
    t.true(Number(body.exp) > Date.now() / 1000);
  });

  test(`another app is told nothing about a ${kind}`, async (t) => {
    const { token } = await issue(fixture, kind);
    const { statusCode, body } = await introspect(await newApp(), token);
    t.is(statusCode, 200);
    t.deepEqual(body, INACTIVE);
  });

  test(`an API that a ${kind} is not meant for is told nothing`, async (t) => {
    const { token } = await issue(fixture, kind);
    const foreign = await newApi(fixture, 'jwt');
    t.deepEqual((await introspect(foreign.client, token)).body, INACTIVE);
  });

  test(`what is said of a ${kind} does not depend on a right, wrong or unknown hint`, async (t) => {
    const { app, token } = await issue(fixture, kind);
    const { body: plain } = await introspect(app, token);
    for (const hint of ['access_token', 'refresh_token', 'nonsense']) {
      t.deepEqual((await introspect(app, token, { token_type_hint: hint })).body, plain, hint);
    }
  });

  test(`a ${kind} that was changed by one character is no token`, async (t) => {
    const { app, token } = await issue(fixture, kind);
    const last = token.at(-2) === 'A' ? 'B' : 'A';
    t.deepEqual((await introspect(app, `${token.slice(0, -2)}${last}${token.slice(-1)}`)).body, INACTIVE);
  });

  test(`no answer about a ${kind} gives a reference to grant or session away`, async (t) => {
    const { app, token, api } = await issue(fixture, kind);
    for (const asking of api === undefined ? [app] : [app, api.client]) {
      const { body } = await introspect(asking, token);
      t.true(body.active);
      t.deepEqual(
        Object.keys(body).filter((name) => name.startsWith('urn:latchkey')),
        [],
      );
    }
  });
}

for (const kind of ['JWT access token', 'opaque access token'] as const) {
  test(`the API that a ${kind} is meant for is told about it`, async (t) => {
    const { app, token, api } = await issue(fixture, kind);
    const { body } = await introspect(api?.client ?? app, token);
    const { exp, iat, jti: _jti, auth_time: authTime, ...rest } = body;
    t.true(Number(iat) - Number(authTime) < 10);
    t.deepEqual(rest, {
      active: true,
      acr: 'urn:latchkey:acr:password',
      client_id: app.client.client_id,
      sub: account.id,
      aud: api?.identifier,
      iss: latchkey.issuer,
      scope: 'things:do',
      token_type: 'Bearer',
    });
    t.is(Number(exp) - Number(iat), 600);
  });
}

test('introspection of a JWT says what the JWT says', async (t) => {
  const { app, token } = await issue(fixture, 'JWT access token');
  const { body } = await introspect(app, token);
  const { 'urn:latchkey:grant': _grant, 'urn:latchkey:session': _session, ...claims } = decodeJwt(token);
  t.deepEqual(body, { active: true, ...claims, token_type: 'Bearer' });
});

test('a JWT that is introspected or revoked is no error in the log', async (t) => {
  const { app, token } = await issue(fixture, 'JWT access token');
  await introspect(app, token);
  await app.post('/token/revocation', { token });
  const lines = latchkey.logged.filter(({ clientId }) => clientId === app.client.client_id);
  const events = lines.flatMap(({ event, events: done }) => [event, done].flat());
  t.true(events.includes('grant.success'));
  t.deepEqual(
    events.filter((event) => String(event).endsWith('.error')),
    [],
  );
});

test('a token that a service got for itself is introspected by it and by the API', async (t) => {
  for (const format of ['jwt', 'opaque'] as const) {
    const api = await newApi(fixture, format);
    const service = await newApp({
      ...{ grant_types: ['client_credentials'], response_types: [], redirect_uris: [] },
      resources: [api.identifier],
    });
    const { body } = await service.token({ grant_type: 'client_credentials', resource: api.identifier });
    t.true(await isActive(service, body.access_token), format);
    t.true(await isActive(api.client, body.access_token), format);
    t.false(await isActive(await newApp(), body.access_token), format);
  }
});

test('a public client is told about its own tokens, and about no other, whatever a resource says', async (t) => {
  const publicApp = await newApp({ token_endpoint_auth_method: 'none' });
  const { body } = await redeem(publicApp, await obtainCode(publicApp));
  t.true(await isActive(publicApp, body.access_token));

  const identifier = 'https://careless.example.com/';
  const scopes = { 'things:do': 'Do things' };
  const introspectionClients = [publicApp.client.client_id];
  await latchkey.createResource({ identifier, scopes, introspectionClients });
  const app = await newApp();
  const grant = await obtainCode(app, { scope: 'openid things:do', resource: identifier });
  const { body: foreign } = await redeem(app, grant, { resource: identifier });
  t.false(await isActive(publicApp, foreign.access_token));
});

test('codes, ID tokens and things that are none are no tokens', async (t) => {
  const app = await newApp();
  const grant = await obtainCode(app);
  t.false(await isActive(app, grant.code));
  const { body } = await redeem(app, grant);
  for (const token of [body.id_token ?? '', 'nonsense', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.', '..', '\u0000', 'ü']) {
    const { statusCode, body: said } = await introspect(app, token);
    t.is(statusCode, 200, token);
    t.deepEqual(said, INACTIVE, token);
  }
});

test('a client that cannot authenticate gets 401 and nothing else', async (t) => {
  const { app, token } = await issue(fixture, 'JWT access token');
  const wrong = await got.post(`${latchkey.issuer}/token/introspection`, {
    ...{ username: app.client.client_id, password: 'wrong', throwHttpErrors: false, form: { token } },
  });
  t.is(wrong.statusCode, 401);
  t.is(JSON.parse(wrong.body).error, 'invalid_client');
  const nobody = await got.post(`${latchkey.issuer}/token/introspection`, { throwHttpErrors: false, form: { token } });
  t.is(nobody.statusCode, 401);
});

test('a question without a token is the asker’s mistake', async (t) => {
  const { statusCode, body } = await (await newApp()).post('/token/introspection', {});
  t.is(statusCode, 400);
  t.is(body.error, 'invalid_request');
});
