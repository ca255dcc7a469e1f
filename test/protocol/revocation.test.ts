/** Revocation (RFC 7009): an app ends its own tokens, and nobody else's. */
import test from 'ava';
import got from 'got';
import { obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { isActive, issue, kinds, newApi } from './introspecting.ts';

const fixture = await sharedProvider();
const { latchkey, newApp } = fixture;

for (const kind of kinds) {
  test(`a ${kind} that was revoked is inactive at once`, async (t) => {
    const { app, token, api } = await issue(fixture, kind);
    const { statusCode, rawBody } = await app.post('/token/revocation', { token });
    t.is(statusCode, 200);
    t.is(rawBody.byteLength, 0);
    for (const asking of api === undefined ? [app] : [app, api.client]) t.false(await isActive(asking, token));
  });

  test(`revoking a ${kind} twice is no error`, async (t) => {
    const { app, token } = await issue(fixture, kind);
    for (let time = 0; time < 2; time += 1) {
      t.is((await app.post('/token/revocation', { token })).statusCode, 200);
    }
    t.false(await isActive(app, token));
  });

  test(`another app, or the API itself, cannot revoke a ${kind}`, async (t) => {
    const { app, token, api } = await issue(fixture, kind);
    for (const other of [await newApp(), await newApp({ token_endpoint_auth_method: 'none' }), api?.client]) {
      if (other === undefined) continue;
      t.is((await other.post('/token/revocation', { token })).statusCode, 200);
      t.true(await isActive(app, token));
    }
  });

  test(`a wrong hint does not keep a ${kind} from being revoked`, async (t) => {
    for (const hint of ['access_token', 'refresh_token', 'nonsense']) {
      const { app, token } = await issue(fixture, kind);
      t.is((await app.post('/token/revocation', { token, token_type_hint: hint })).statusCode, 200);
      t.false(await isActive(app, token), hint);
    }
  });
}

test('revoking a refresh token ends all that came of the sign-in', async (t) => {
  const { app, answer } = await issue(fixture, 'userinfo token');
  const { body: refreshed } = await app.token({
    grant_type: 'refresh_token',
    refresh_token: answer.refresh_token ?? '',
  });

  await app.post('/token/revocation', { token: refreshed.refresh_token ?? '' });

  for (const token of [answer.access_token, refreshed.access_token, refreshed.refresh_token ?? '']) {
    t.false(await isActive(app, token));
  }
  const { body } = await app.token({ grant_type: 'refresh_token', refresh_token: refreshed.refresh_token ?? '' });
  t.is(body.error, 'invalid_grant');
});

for (const kind of ['JWT access token', 'opaque access token', 'userinfo token'] as const) {
  test(`revoking one ${kind} leaves the refresh token good`, async (t) => {
    const { app, token, answer } = await issue(fixture, kind);
    await app.post('/token/revocation', { token });
    const { statusCode, body } = await app.token({
      grant_type: 'refresh_token',
      refresh_token: answer.refresh_token ?? '',
    });
    t.is(statusCode, 200);
    t.true(await isActive(app, body.access_token));
  });
}

test('a token that a service got for itself can be revoked by it', async (t) => {
  for (const format of ['jwt', 'opaque'] as const) {
    const api = await newApi(fixture, format);
    const service = await newApp({
      ...{ grant_types: ['client_credentials'], response_types: [], redirect_uris: [] },
      resources: [api.identifier],
    });
    const grant = { grant_type: 'client_credentials', resource: api.identifier };
    const [first, second] = [(await service.token(grant)).body, (await service.token(grant)).body];
    await service.post('/token/revocation', { token: first.access_token });
    t.false(await isActive(api.client, first.access_token), format);
    t.true(await isActive(api.client, second.access_token), format);
  }
});

test('a public client revokes its own tokens', async (t) => {
  const app = await newApp({ token_endpoint_auth_method: 'none' });
  const { body } = await redeem(app, await obtainCode(app));
  await app.post('/token/revocation', { token: body.refresh_token ?? '' });
  t.false(await isActive(app, body.access_token));
});

test('a token that is none, was forged or belongs to another time is no error', async (t) => {
  const app = await newApp();
  const { body } = await redeem(app, await obtainCode(app));
  for (const token of ['nonsense', 'a.b.c', '..', 'eyJhbGciOiJub25lIn0.e30.', body.id_token ?? '', '\u0000ü']) {
    t.is((await app.post('/token/revocation', { token })).statusCode, 200, token);
  }
  t.true(await isActive(app, body.access_token));
});

test('a client that cannot authenticate revokes nothing', async (t) => {
  const { app, token } = await issue(fixture, 'refresh token');
  const { statusCode } = await got.post(`${latchkey.issuer}/token/revocation`, {
    ...{ username: app.client.client_id, password: 'wrong', throwHttpErrors: false, form: { token } },
  });
  t.is(statusCode, 401);
  t.true(await isActive(app, token));
});

test('a question without a token is the asker’s mistake', async (t) => {
  const { statusCode, body } = await (await newApp()).post('/token/revocation', {});
  t.is(statusCode, 400);
  t.is(body.error, 'invalid_request');
});
