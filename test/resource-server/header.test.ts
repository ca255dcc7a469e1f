/** Where a token may stand in a request, and where not (RFC 6750 2.1). */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import test from 'ava';
import { startProtectedApi } from './protected-api.ts';

test('a good token in the Authorization header is let through, with what it says', async (t) => {
  const api = await startProtectedApi(t);
  const answer = await api.call(
    await api.issuer.token({ claims: { jti: 'token-1', scope: 'notes:read notes:write' } }),
  );
  t.is(answer.status, 200);
  t.like(answer.body, {
    subject: 'ada',
    clientId: 'notebook',
    tokenId: 'token-1',
    scopes: ['notes:read', 'notes:write'],
    issuedAt: api.nowSeconds() * 1000,
    expiresAt: (api.nowSeconds() + 600) * 1000,
  });
});

test('the scheme is read in any case', async (t) => {
  const api = await startProtectedApi(t);
  t.is((await api.send(`bEARER ${await api.issuer.token()}`)).status, 200);
});

test('a request without a token gets a challenge without an error code', async (t) => {
  const api = await startProtectedApi(t);
  const { status, challenge, body } = await api.send(undefined);
  t.is(status, 401);
  t.is(challenge, 'Bearer realm="https://notes.example/", scope="notes:read"');
  t.false(Object.hasOwn(Object(body), 'error'));
});

test('another scheme counts as no token', async (t) => {
  const api = await startProtectedApi(t);
  const { status, challenge } = await api.send('Basic YWRhOnNlY3JldA==');
  t.is(status, 401);
  t.notRegex(challenge ?? '', /error/);
});

test('a token in the query alone counts as no token', async (t) => {
  const api = await startProtectedApi(t);
  const { status, challenge } = await api.send(undefined, `?access_token=${await api.issuer.token()}`);
  t.is(status, 401);
  t.notRegex(challenge ?? '', /error/);
});

test('a second token in the query is an invalid request', async (t) => {
  const api = await startProtectedApi(t);
  const token = await api.issuer.token();
  const { status, body } = await api.send(`Bearer ${token}`, `?access_token=${token}`);
  t.is(status, 400);
  t.like(body, { error: 'invalid_request' });
});

test('two Authorization headers are an invalid request, even with the same good token', async (t) => {
  const api = await startProtectedApi(t);
  const header = `Bearer ${await api.issuer.token()}`;
  // got sends one Authorization header only.
  const asking = request(api.url, {
    headers: ['host', 'notes.example', 'authorization', header, 'authorization', header],
    agent: false,
  });
  const [response] = (await once(asking.end(), 'response')) as [IncomingMessage];
  response.resume();
  t.is(response.statusCode, 400);
  t.regex(
    response.headers['www-authenticate'] ?? '',
    /^Bearer realm="[^"]*", error="invalid_request", error_description="[^"\\]+"$/,
  );
});

for (const [what, header] of [
  ['no token after the scheme', 'Bearer'],
  ['two words after the scheme', 'Bearer one two'],
  ['two credentials in one header', 'Bearer one, Bearer two'],
  ['a character that no token has', 'Bearer on"e'],
] as const) {
  test(`${what}: an invalid request`, async (t) => {
    const api = await startProtectedApi(t);
    const { status, body } = await api.send(header);
    t.is(status, 400);
    t.like(body, { error: 'invalid_request' });
  });
}

test('an answer that refuses is JSON and not to be stored by caches', async (t) => {
  const api = await startProtectedApi(t);
  const { headers } = await api.send(undefined);
  t.regex(headers['content-type'] ?? '', /^application\/json/);
  t.is(headers['cache-control'], 'no-store');
});
