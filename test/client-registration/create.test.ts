/** Registering: who may, with what, and what the answer holds (RFC 7591). */
import test from 'ava';
import got from 'got';
import { listInitialAccessTokens, revokeInitialAccessToken } from '../../src/domain/clients/initial-access-tokens.ts';
import { parsePolicy } from '../../src/domain/clients/metadata-policy.ts';
import { ManualClock } from '../support/clock.ts';
import { ownProvider, sharedProvider } from '../support/provider-fixture.ts';
import { type Asked, ask, newInitialAccessToken } from '../support/registrations.ts';
import { appOf, CALLBACK } from '../support/relying-party.ts';

const clock = new ManualClock();
const { latchkey } = await sharedProvider({ clock });
const { issuer, installation } = latchkey;
const endpoint = `${issuer}/reg`;
const plain = { client_name: 'Notes', redirect_uris: [CALLBACK] };

const newToken = (policy?: object, uses = 1): Promise<string> =>
  newInitialAccessToken(installation, { uses, ...(policy && { policy: parsePolicy(policy) }) });

const post = async (json: unknown, token?: string) =>
  ask(endpoint, { method: 'POST', bearer: token ?? (await newToken()), json });

test('a registration shows the client, its secret and where it is managed, and stores no secret', async (t) => {
  const { statusCode, headers, body } = await post(plain);
  t.is(statusCode, 201);
  t.is(headers['cache-control'], 'no-store');
  t.like(body, { ...plain, token_endpoint_auth_method: 'client_secret_basic', client_secret_expires_at: 0 });
  t.regex(body.client_secret, /^lk_cs_/);
  t.regex(body.registration_access_token, /^lk_reg_/);
  t.is(body.registration_client_uri, `${endpoint}/${body.client_id}`);
  t.is(typeof body.client_id_issued_at, 'number');
  const stored = await installation.clients.get(body.client_id);
  t.like(stored, { origin: 'registration', decidedMembers: undefined, unusedUntil: undefined });
  t.false(JSON.stringify(stored).includes(body.client_secret));
  t.false(JSON.stringify(stored).includes(body.registration_access_token));
  const known = await appOf(latchkey, body).token({
    grant_type: 'authorization_code',
    code: 'x',
    redirect_uri: CALLBACK,
  });
  t.is(known.body.error, 'invalid_grant');
});

test('a public client gets no secret', async (t) => {
  const { body } = await post({ ...plain, token_endpoint_auth_method: 'none' });
  t.deepEqual([body.client_secret, body.client_secret_expires_at], [undefined, undefined] as never);
});

test('one problem is told of each member that has one, and the code is that of redirect URIs if they alone have', async (t) => {
  const token = await newToken();
  const wrong = {
    redirect_uris: ['http://a.example/', 'ftp://b.example/'],
    jwks_uri: 'http://a.example/',
    first_party: true,
  };
  const many = await post({ ...plain, ...wrong }, token);
  t.deepEqual([many.statusCode, many.body.error], [400, 'invalid_client_metadata']);
  t.deepEqual(many.body.problems?.map(({ member }) => member).sort(), Object.keys(wrong).sort());
  for (const { description } of many.body.problems ?? []) t.true(many.body.error_description?.includes(description));
  t.true(String(many.body.error_uri).endsWith('/docs/errors/invalid_client_metadata'));
  const { body } = await post({ ...plain, redirect_uris: ['javascript:alert(1)'] }, token);
  t.is(body.error, 'invalid_redirect_uri');
  t.deepEqual(
    body.problems?.map(({ member }) => member),
    ['redirect_uris'],
  );
  t.is((await post(plain, token)).statusCode, 201, 'a refused registration costs no use');
});

test('an app brings along no id and no secret', async (t) => {
  for (const made of [{ client_id: 'mine' }, { client_secret: 'x'.repeat(40) }, { client_id_issued_at: 1 }]) {
    const { body } = await post({ ...plain, ...made });
    t.deepEqual(
      body.problems?.map(({ member }) => member),
      Object.keys(made),
    );
  }
});

for (const authorization of [undefined, 'Bearer', 'Bearer x y', 'Basic eDp5', 'Bearer lk_iat_unknown', 'DPoP x']) {
  test(`a registration with the authorization ${authorization} is 401 invalid_token, with a challenge`, async (t) => {
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await ask(endpoint, { method: 'POST', json: plain, headers });
    t.deepEqual([answer.statusCode, answer.body.error], [401, 'invalid_token']);
    const challenge = String(answer.headers['www-authenticate']);
    t.true(challenge.startsWith(`Bearer realm="${issuer}"`));
    t.is(challenge.includes('error="invalid_token"'), authorization !== undefined);
  });
}

const hostile: Readonly<Record<string, Omit<Asked, 'method'> & { readonly status: number }>> = {
  'a form': { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' }, status: 415 },
  'another charset': { body: '{}', headers: { 'content-type': 'application/json; charset=utf-16' }, status: 415 },
  'a compressed body': {
    body: '{}',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    status: 415,
  },
  nothing: { status: 415 },
  'an empty body': { body: '', headers: { 'content-type': 'application/json' }, status: 400 },
  'half of JSON': { body: '{"client_name":', headers: { 'content-type': 'application/json' }, status: 400 },
  'bytes that are no UTF-8': {
    body: Buffer.from([0x22, 0xff, 0x22]).toString('latin1'),
    headers: { 'content-type': 'application/json' },
    status: 400,
  },
  'a list': { json: [plain], status: 400 },
  null: { json: null, status: 400 },
  'a text': { json: 'text', status: 400 },
  'JSON of eleven levels': {
    body: `{"jwks":${'['.repeat(11)}${']'.repeat(11)}}`,
    headers: { 'content-type': 'application/json' },
    status: 400,
  },
  'JSON of fifteen thousand levels': {
    body: `{"a":${'['.repeat(15_000)}${']'.repeat(15_000)}}`,
    headers: { 'content-type': 'application/json' },
    status: 400,
  },
  'a body of 40 KB': { json: { client_name: 'x'.repeat(40_000) }, status: 413 },
  'members of the wrong kind': {
    json: { redirect_uris: { a: 1 }, grant_types: 'x', jwks: 7, client_name: [], scope: {} },
    status: 400,
  },
  'members that hide what objects have': {
    json: { client_name: { toString: 1 }, redirect_uris: [{ toString: 1 }] },
    status: 400,
  },
};

for (const [what, { status, ...asked }] of Object.entries(hostile)) {
  test(`a registration of ${what} is ${status}, and costs no use`, async (t) => {
    const bearer = await newToken();
    const { statusCode, body } = await ask(endpoint, { method: 'POST', bearer, ...asked });
    t.is(statusCode, status, JSON.stringify(body));
    t.is(typeof body.error_description, 'string');
    t.is((await post(plain, bearer)).statusCode, 201);
  });
}

test('a policy sets, bounds and defaults, also what else is for administrators', async (t) => {
  const token = await newToken(
    {
      first_party: true,
      scope: { subset_of: ['openid', 'email'] },
      resources: { value: ['https://api.example.com/'] },
      client_name: { default: 'By default' },
    },
    5,
  );
  const { statusCode, body } = await post({ redirect_uris: [CALLBACK], scope: 'openid email profile roles' }, token);
  t.is(statusCode, 201, JSON.stringify(body));
  t.like(body, {
    first_party: true,
    scope: 'openid email',
    resources: ['https://api.example.com/'],
    client_name: 'By default',
  });
  for (const wrong of [{ require_pkce: false }, { allowed_groups: ['staff'] }, { scope: 'profile' }]) {
    const refused = await post({ redirect_uris: [CALLBACK], scope: 'openid', ...wrong }, token);
    t.deepEqual(
      refused.body.problems?.map(({ member }) => member),
      Object.keys(wrong),
    );
  }
});

test.serial('a token that expired, was revoked or used up registers nothing', async (t) => {
  const spent = await newToken();
  t.is((await post(plain, spent)).statusCode, 201);
  const revoked = await newToken();
  const { items } = await listInitialAccessTokens({ limit: 1000 }, installation);
  for (const { id } of items) await revokeInitialAccessToken(id, installation);
  const expired = await newToken();
  clock.advance(8 * 24 * 60 * 60);
  for (const token of [spent, revoked, expired])
    t.deepEqual([(await post(plain, token)).statusCode, (await post(plain, token)).body.error], [401, 'invalid_token']);
});

test('a registration and its refusals are events that name the client and the members, and no value', async (t) => {
  const { body } = await post(plain);
  t.true(
    latchkey.logged.some(
      ({ event, reason, clientId }) =>
        event === 'client.created' && reason === 'registration' && clientId === body.client_id,
    ),
  );
  await post({ ...plain, policy_uri: 'secret-place' });
  const refused = latchkey.logged.filter(
    ({ event, reason }) => event === 'request.refused' && reason === 'invalid_client_metadata',
  );
  t.true(refused.some(({ detail, endpoint: where }) => detail === 'policy_uri' && where === 'registration'));
  t.false(JSON.stringify(refused).includes('secret-place'));
});

test('any origin may call, preflight included, and no cookie is asked for', async (t) => {
  const headers = { origin: 'https://anywhere.example', 'access-control-request-method': 'PUT' };
  for (const [path, methods] of [
    ['/reg', 'POST'],
    ['/reg/some', 'GET, HEAD, PUT, DELETE'],
  ] as const) {
    const preflight = await got(`${issuer}${path}`, { method: 'OPTIONS', headers });
    t.is(preflight.statusCode, 204);
    t.is(preflight.headers['access-control-allow-origin'], '*');
    t.is(preflight.headers['access-control-allow-methods'], methods);
    t.regex(String(preflight.headers['access-control-allow-headers']), /Authorization/);
    t.is(preflight.headers['access-control-allow-credentials'], undefined);
  }
  t.is((await post(plain)).headers['access-control-allow-origin'], '*');
  t.is((await post(plain, 'x')).headers['access-control-allow-origin'], '*');
});

test('discovery names the endpoint', async (t) => {
  const discovery = await got(`${issuer}/.well-known/openid-configuration`).json<Record<string, unknown>>();
  t.is(discovery.registration_endpoint, endpoint);
});

test('with REGISTRATION=off there is no endpoint, and discovery names none', async (t) => {
  const { latchkey: closed } = await ownProvider(t, { environment: { REGISTRATION: 'off' } });
  const discovery = await got(`${closed.issuer}/.well-known/openid-configuration`).json<Record<string, unknown>>();
  t.false('registration_endpoint' in discovery);
  const bearer = await newInitialAccessToken(closed.installation);
  for (const [method, path] of [
    ['POST', '/reg'],
    ['GET', '/reg/x'],
    ['PUT', '/reg/x'],
    ['DELETE', '/reg/x'],
  ] as const) {
    const { statusCode } = await ask(`${closed.issuer}${path}`, {
      method,
      bearer,
      ...(method !== 'GET' && { json: plain }),
    });
    t.is(statusCode, 404, `${method} ${path}`);
  }
});
