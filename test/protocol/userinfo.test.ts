/** The userinfo endpoint: how a token is handed in, and which one is taken (OIDC Core 5.3, RFC 6750). */
import test from 'ava';
import got, { type OptionsInit, type Response } from 'got';
import { API, obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';

const { latchkey, account, newApp } = await sharedProvider();

async function ask(options: OptionsInit): Promise<Response<Record<string, unknown>>> {
  const fixed = { throwHttpErrors: false, retry: { limit: 0 }, responseType: 'json' } as const;
  return (await got(`${latchkey.issuer}/me`, { ...fixed, ...options })) as Response<Record<string, unknown>>;
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function newToken(): Promise<string> {
  const app = await newApp();
  return (await redeem(app, await obtainCode(app))).body.access_token;
}

test('a token is taken in the header of a GET or POST and in the body of a POST', async (t) => {
  const token = await newToken();
  const answers = await Promise.all([
    ask({ headers: bearer(token) }),
    ask({ headers: { authorization: `bearer ${token}` } }),
    ask({ method: 'POST', headers: bearer(token) }),
    ask({ method: 'POST', form: { access_token: token } }),
  ]);
  for (const { statusCode, body } of answers) {
    t.is(statusCode, 200);
    t.like(body, { sub: account.id });
  }
});

test('a token in the query is not taken', async (t) => {
  const { statusCode } = await ask({ searchParams: { access_token: await newToken() } });
  t.true(statusCode === 400 || statusCode === 401);
});

test('a token in two places is not taken', async (t) => {
  const token = await newToken();
  const { statusCode, body } = await ask({ method: 'POST', headers: bearer(token), form: { access_token: token } });
  t.is(statusCode, 400);
  t.like(body, { error: 'invalid_request' });
});

test('without a token, or with one that is none, the answer says how to come back', async (t) => {
  for (const headers of [{}, bearer('nonsense'), bearer('a.b.c'), { authorization: 'Basic YTpi' }]) {
    const answer = await ask({ headers });
    t.true(answer.statusCode === 400 || answer.statusCode === 401);
    t.regex(String(answer.headers['www-authenticate']), /^Bearer /);
    t.like(answer.body, { error: answer.statusCode === 400 ? 'invalid_request' : 'invalid_token' });
  }
});

test('a token for an API is not for userinfo, whatever its format', async (t) => {
  const opaque = 'https://opaque.example.com/';
  await latchkey.createResource({ identifier: opaque, scopes: { 'a:b': 'Do things' }, format: 'opaque' });
  for (const [resource, scope] of [
    [API, 'openid notes:read'],
    [opaque, 'openid a:b'],
  ] as const) {
    const app = await newApp();
    const { body } = await redeem(app, await obtainCode(app, { scope, resource }), { resource });
    const { statusCode } = await ask({ headers: bearer(body.access_token) });
    t.true(statusCode === 401 || statusCode === 403);
  }
});

test('a token without the scope openid is not for userinfo', async (t) => {
  const app = await newApp();
  const { body } = await redeem(app, await obtainCode(app, { scope: 'profile' }));
  const answer = await ask({ headers: bearer(body.access_token) });
  t.is(answer.statusCode, 403);
  t.like(answer.body, { error: 'insufficient_scope' });
});

test('an ID token and a refresh token are no access tokens', async (t) => {
  const app = await newApp();
  const { body } = await redeem(app, await obtainCode(app));
  for (const token of [body.id_token ?? '', body.refresh_token ?? '']) {
    t.is((await ask({ headers: bearer(token) })).statusCode, 401);
  }
});

test('an answer is not kept by caches', async (t) => {
  const { headers } = await ask({ headers: bearer(await newToken()) });
  t.is(headers['cache-control'], 'no-store');
});
