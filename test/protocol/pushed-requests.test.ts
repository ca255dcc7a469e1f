/** Pushed authorization requests (RFC 9126): checked at once, used once, by their own client. */
import test from 'ava';
import got from 'got';
import { API, LOGIN, newVisitor, redeem, sharedProvider, textOf, toldApp } from '../support/provider-fixture.ts';
import { type App, codeOf, signIn } from '../support/relying-party.ts';
import { newKeyedApp } from './client-assertions.ts';

const fixture = await sharedProvider();
const { latchkey, newApp } = fixture;
const { issuer } = latchkey;

function parametersOf(url: string): Record<string, string> {
  return Object.fromEntries(new URL(url).searchParams);
}

async function push(app: App, parameters: Readonly<Record<string, string>> = {}) {
  const { url, verifier } = app.request(parameters);
  const { statusCode, body } = await app.post('/request', parametersOf(url));
  return { statusCode, body, verifier, requestUri: String(body.request_uri) };
}

function address(clientId: string, requestUri: string, more: Readonly<Record<string, string>> = {}): string {
  return `${issuer}/auth?${new URLSearchParams({ client_id: clientId, request_uri: requestUri, ...more })}`;
}

test('a pushed request signs in with what was pushed', async (t) => {
  const app = await newApp();
  const { statusCode, body, verifier, requestUri } = await push(app, { state: 'pushed', nonce: 'n-1' });
  t.is(statusCode, 201);
  t.deepEqual(Object.keys(body).sort(), ['expires_in', 'request_uri']);
  t.true(requestUri.startsWith('urn:ietf:params:oauth:request_uri:'));

  const page = await signIn(newVisitor(), address(app.client.client_id, requestUri), LOGIN);

  t.is(toldApp(page).state, 'pushed');
  t.is((await redeem(app, { code: codeOf(page), verifier })).statusCode, 200);
});

test('what stands beside the request_uri does not count', async (t) => {
  const app = await newApp();
  const { requestUri, verifier } = await push(app, { state: 'pushed', scope: 'openid' });
  const beside = { state: 'forged', scope: 'openid email', redirect_uri: 'https://evil.example/' };
  const page = await signIn(newVisitor(), address(app.client.client_id, requestUri, beside), LOGIN);
  t.is(toldApp(page).state, 'pushed');
  t.is((await redeem(app, { code: codeOf(page), verifier })).body.scope, 'openid');
});

test('a request may be opened twice before somebody signs in with it, and pays out once', async (t) => {
  const app = await newApp();
  const { requestUri } = await push(app);
  const user = newVisitor();
  await user.open(address(app.client.client_id, requestUri));
  t.truthy(codeOf(await signIn(user, address(app.client.client_id, requestUri), LOGIN)));

  const again = await user.open(address(app.client.client_id, requestUri));

  t.true(again.url.startsWith(issuer));
  t.is(again.status, 400);
  t.true(textOf(again).includes('invalid_request_uri'));
});

test('a request of one client is worth nothing to another', async (t) => {
  const [app, other] = [await newApp(), await newApp()];
  const { requestUri } = await push(app);
  const page = await newVisitor().open(address(other.client.client_id, requestUri));
  t.is(page.status, 400);
  t.true(page.url.startsWith(issuer));
});

test('a request_uri that nobody pushed is an error page', async (t) => {
  const app = await newApp();
  for (const uri of [
    'urn:ietf:params:oauth:request_uri:nonsense',
    'urn:ietf:params:oauth:request_uri:',
    'https://a.b/',
  ]) {
    const page = await newVisitor().open(address(app.client.client_id, uri));
    t.is(page.status, 400, uri);
    t.true(page.url.startsWith(issuer), uri);
  }
});

test('a client that must push cannot ask otherwise', async (t) => {
  const app = await newApp({ require_pushed_authorization_requests: true });
  t.is(toldApp(await newVisitor().open(app.request().url)).error, 'invalid_request');
  const { requestUri } = await push(app);
  t.truthy(codeOf(await signIn(newVisitor(), address(app.client.client_id, requestUri), LOGIN)));
});

const mistakes: Readonly<Record<string, readonly [Readonly<Record<string, string>>, string]>> = {
  'a redirect URI that is not registered': [{ redirect_uri: 'https://evil.example/' }, 'invalid_request'],
  'no PKCE': [{ code_challenge: '' }, 'invalid_request'],
  'plain PKCE': [{ code_challenge_method: 'plain' }, 'invalid_request'],
  'a response type that is not offered': [{ response_type: 'token' }, 'unsupported_response_type'],
  'a request_uri inside': [{ request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'request_uri_not_supported'],
  'a request object that is none': [{ request: 'a.b.c' }, 'invalid_request_object'],
  'a resource that is not known': [{ resource: 'https://unknown.example/' }, 'invalid_target'],
  'another client_id': [{ client_id: 'nobody' }, 'invalid_request'],
};

for (const [mistake, [parameters, error]] of Object.entries(mistakes)) {
  test(`${mistake} is refused when it is pushed`, async (t) => {
    const { statusCode, body } = await push(await newApp(), parameters);
    t.is(statusCode, 400);
    t.is(body.error, error);
    t.is(body.request_uri, undefined);
  });
}

test('a client that cannot authenticate pushes nothing', async (t) => {
  const app = await newApp();
  const answer = await got.post(`${issuer}/request`, {
    ...{ form: parametersOf(app.request().url), throwHttpErrors: false },
    ...{ username: app.client.client_id, password: 'wrong' },
  });
  t.is(answer.statusCode, 401);
});

test('a client with a key pushes, with the issuer as audience and no other', async (t) => {
  const keyed = await newKeyedApp(fixture);
  const form = parametersOf(keyed.app.request().url);
  t.is((await keyed.post('/request', await keyed.assertion(), form)).statusCode, 201);
  t.is((await keyed.post('/request', await keyed.assertion({ aud: `${issuer}/request` }), form)).statusCode, 401);
});

test('a resource is pushed like the rest', async (t) => {
  const app = await newApp();
  const { requestUri, verifier } = await push(app, { scope: 'openid notes:read', resource: API });
  const page = await signIn(newVisitor(), address(app.client.client_id, requestUri), LOGIN);
  t.is((await redeem(app, { code: codeOf(page), verifier }, { resource: API })).body.scope, 'notes:read');
});
