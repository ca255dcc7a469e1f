/** Authorization requests that cannot go on: an error page where the app is not proven, else its error by redirect. */
import test from 'ava';
import { API, newVisitor, sharedProvider, textOf, toldApp } from '../support/provider-fixture.ts';
import { CALLBACK } from '../support/relying-party.ts';

const { latchkey, newApp } = await sharedProvider();
const { issuer } = latchkey;
const OTHER_CALLBACK = 'https://app.example.com/other';

/** With these parameters instead; null takes one away. */
async function request(changes: Readonly<Record<string, string | null>>, metadata: object = {}) {
  const app = await newApp({ ...metadata });
  const url = new URL(app.request({ state: 'kept' }).url);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return newVisitor().open(url.href);
}

const onErrorPage = test.macro({
  title: (fact) => `${fact}: an error page and no redirect`,
  async exec(t, changes: Readonly<Record<string, string | null>>, error: string, metadata: object = {}) {
    const page = await request(changes, metadata);
    t.is(Math.floor(page.status / 100), 4);
    t.true(page.url.startsWith(issuer));
    t.is(page.headers.location, undefined);
    t.true(textOf(page).includes(error), textOf(page));
  },
});

test('a client that is not known', onErrorPage, { client_id: 'nobody' }, 'invalid_client');
test('a client_id that is missing', onErrorPage, { client_id: null }, 'invalid_request');
test('a redirect URI that is not registered', onErrorPage, { redirect_uri: OTHER_CALLBACK }, 'invalid_redirect_uri');
test('a redirect URI that adds a query', onErrorPage, { redirect_uri: `${CALLBACK}?a=b` }, 'invalid_redirect_uri');
test('a redirect URI that adds a slash', onErrorPage, { redirect_uri: `${CALLBACK}/` }, 'invalid_redirect_uri');
test('a redirect URI of another case', onErrorPage, { redirect_uri: CALLBACK.toUpperCase() }, 'invalid_redirect_uri');
test('a redirect URI that climbs', onErrorPage, { redirect_uri: `${CALLBACK}/../other` }, 'invalid_redirect_uri');
test('a redirect URI that is no URI', onErrorPage, { redirect_uri: 'not a uri' }, 'invalid_redirect_uri');
test('a redirect URI of another scheme', onErrorPage, { redirect_uri: 'javascript:alert(1)' }, 'invalid_redirect_uri');
test('a redirect URI that is missing', onErrorPage, { redirect_uri: null }, 'invalid_request');
test(
  'a redirect URI that is missing where two are registered',
  onErrorPage,
  { redirect_uri: null },
  'invalid_request',
  { redirect_uris: [CALLBACK, OTHER_CALLBACK] },
);
test(
  'another error beside a redirect URI that is not registered',
  onErrorPage,
  { redirect_uri: OTHER_CALLBACK, response_type: 'token' },
  'invalid_redirect_uri',
);

const toldByRedirect = test.macro({
  title: (fact) => `${fact}: the app is told by redirect`,
  async exec(t, changes: Readonly<Record<string, string | null>>, error: string, metadata: object = {}) {
    const page = await request(changes, metadata);
    const told = toldApp(page);
    t.like(told, { error, state: 'kept', iss: issuer });
    t.is(told.code, undefined);
  },
});

test('no PKCE', toldByRedirect, { code_challenge: null, code_challenge_method: null }, 'invalid_request');
test('plain PKCE', toldByRedirect, { code_challenge_method: 'plain' }, 'invalid_request');
test('PKCE without a method, which would be plain', toldByRedirect, { code_challenge_method: null }, 'invalid_request');
test('a PKCE challenge that is none', toldByRedirect, { code_challenge: 'short' }, 'invalid_request');
test('a response type that is missing', toldByRedirect, { response_type: null }, 'invalid_request');
test('the implicit flow', toldByRedirect, { response_type: 'token' }, 'unsupported_response_type');
test('the hybrid flow', toldByRedirect, { response_type: 'code id_token' }, 'unsupported_response_type');
test('a response type that nobody knows', toldByRedirect, { response_type: 'cookie' }, 'unsupported_response_type');
test('a prompt that nobody knows', toldByRedirect, { prompt: 'sing' }, 'invalid_request');
test('prompt none beside another', toldByRedirect, { prompt: 'none login' }, 'invalid_request');
test('a max_age that is no number', toldByRedirect, { max_age: 'soon' }, 'invalid_request');
test('a negative max_age', toldByRedirect, { max_age: '-1' }, 'invalid_request');
test('claims that are no JSON', toldByRedirect, { claims: '{' }, 'invalid_request');
test('claims that are a list', toldByRedirect, { claims: '[]' }, 'invalid_request');
test('a scope that nobody offers', toldByRedirect, { scope: 'openid no\u0000pe' }, 'invalid_scope');
test('an id_token_hint that is none', toldByRedirect, { id_token_hint: 'nonsense' }, 'invalid_request');
test('a request object by value that is none', toldByRedirect, { request: 'a.b.c' }, 'invalid_request_object');
test(
  'a request object by reference',
  toldByRedirect,
  { request_uri: 'https://app.example.com/r' },
  'request_uri_not_supported',
);
test('a registration parameter', toldByRedirect, { registration: '{}' }, 'registration_not_supported');
test('a resource that is not known', toldByRedirect, { resource: 'https://unknown.example/' }, 'invalid_target');
test('a resource that is no URI', toldByRedirect, { resource: 'notes' }, 'invalid_target');
test('a resource that the client is not registered for', toldByRedirect, { resource: API }, 'invalid_target', {
  resources: ['https://another.example/'],
});
test('a response mode that nobody knows', toldByRedirect, { response_mode: 'pigeon' }, 'unsupported_response_mode');

test('a request for tokens in the front channel gets its error in the fragment, where such apps look', async (t) => {
  const { url } = await request({ response_type: 'token' });
  t.true(url.startsWith(`${CALLBACK}#`));
});

test('a request object with another redirect URI is refused on a page', async (t) => {
  const page = await request({ request: 'a.b.c', redirect_uri: OTHER_CALLBACK });
  t.true(page.url.startsWith(issuer));
  t.true(textOf(page).includes('invalid_redirect_uri'));
});

test('each parameter counts once', async (t) => {
  const app = await newApp();
  for (const name of ['scope', 'state', 'prompt', 'nonce', 'code_challenge', 'response_type']) {
    const page = await newVisitor().open(`${app.request().url}&${name}=a&${name}=b`);
    t.is(toldApp(page).error, 'invalid_request', name);
  }
  for (const name of ['client_id', 'redirect_uri']) {
    const page = await newVisitor().open(`${app.request().url}&${name}=b`);
    t.true(page.url.startsWith(issuer), name);
    t.is(page.status, 400, name);
  }
});

test('what nobody knows is ignored', async (t) => {
  const page = await request({ extra: 'foobar', 'a[]': '1', '': 'x', __proto__: 'y', constructor: 'z' });
  t.true(page.body.includes('id="login-submit"'));
});

test('parameters that only shape the page are taken', async (t) => {
  for (const changes of [
    { display: 'page' },
    { display: 'popup' },
    { ui_locales: 'se tlh de' },
    { claims_locales: 'de' },
    { login_hint: 'somebody@example.com' },
    { acr_values: '1 2' },
  ]) {
    const page = await request(changes);
    t.true(page.body.includes('id="login-submit"'), JSON.stringify(changes));
  }
});
