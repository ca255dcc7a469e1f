/** Access tokens for APIs: one audience each, with its scopes, lifetime and format (RFC 8707). */
import test from 'ava';
import got from 'got';
import { decodeJwt } from 'jose';
import { API, LOGIN, newVisitor, obtainCode, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { type App, CALLBACK, codeOf, signIn } from '../support/relying-party.ts';

const BOOKS = 'https://books.example.com/';
const OPAQUE = 'urn:example:opaque';
const { latchkey, newApp } = await sharedProvider({
  resources: [
    { identifier: BOOKS, scopes: { 'books:read': 'Read your books' }, ttlSeconds: 90 },
    { identifier: OPAQUE, scopes: { 'things:do': 'Do things' }, format: 'opaque', ttlSeconds: 42 },
  ],
});

async function tokenFor(app: App, resource: string, scope: string) {
  return (await redeem(app, await obtainCode(app, { scope, resource }), { resource })).body;
}

/** Signs in for both APIs at once. */
async function obtainCodeForBoth(app: App) {
  const { url, verifier } = app.request({ scope: 'openid notes:read books:read', resource: API });
  const page = await signIn(newVisitor(), `${url}&resource=${encodeURIComponent(BOOKS)}`, LOGIN);
  return { code: codeOf(page), verifier };
}

test('a token for one API names that API alone, with the scopes that belong to it', async (t) => {
  const body = await tokenFor(await newApp(), API, 'openid email notes:read notes:write books:read');
  t.is(decodeJwt(body.access_token).aud, API);
  t.is(decodeJwt(body.access_token).scope, 'notes:read notes:write');
  t.is(body.scope, 'notes:read notes:write');
});

test('each API decides how long its tokens live and what they look like', async (t) => {
  const app = await newApp();
  const books = await tokenFor(app, BOOKS, 'books:read');
  t.like(books, { expires_in: 90, token_type: 'Bearer' });
  const { exp, iat } = decodeJwt(books.access_token);
  t.is(Number(exp) - Number(iat), 90);

  const opaque = await tokenFor(app, OPAQUE, 'things:do');
  t.like(opaque, { expires_in: 42, token_type: 'Bearer' });
  t.false(opaque.access_token.includes('.'));
});

test('of two APIs in one sign-in each gets a token of its own, one at a time', async (t) => {
  const app = await newApp();
  const first = await redeem(app, await obtainCodeForBoth(app), { resource: API });
  t.is(decodeJwt(first.body.access_token).aud, API);
  t.is(first.body.scope, 'notes:read');

  const refresh = { grant_type: 'refresh_token', refresh_token: first.body.refresh_token ?? '' };
  const second = await app.token({ ...refresh, resource: BOOKS });
  t.is(decodeJwt(second.body.access_token).aud, BOOKS);
  t.is(second.body.scope, 'books:read');
});

test('two APIs in one token are refused', async (t) => {
  const app = await newApp();
  const { code, verifier } = await obtainCodeForBoth(app);
  const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK };
  const body = new URLSearchParams([...Object.entries(form), ['resource', API], ['resource', BOOKS]]);
  const { client_id: username, client_secret: password } = app.client;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await got.post(`${latchkey.issuer}/token`, {
    ...{ username, password, headers, throwHttpErrors: false },
    body: body.toString(),
  });
  t.is(answer.statusCode, 400);
  t.is(JSON.parse(answer.body).error, 'invalid_target');
});

test('without a resource at the token endpoint the token is for userinfo, and opaque', async (t) => {
  const app = await newApp();
  const { body } = await redeem(app, await obtainCodeForBoth(app));
  t.false(body.access_token.includes('.'));
  t.is(body.scope, 'openid');
});

test('an API that was not part of the sign-in is refused at the token endpoint', async (t) => {
  const app = await newApp();
  for (const resource of [BOOKS, 'https://unknown.example/', 'nonsense']) {
    const grant = await obtainCode(app, { scope: 'openid notes:read', resource: API });
    const { statusCode, body } = await redeem(app, grant, { resource });
    t.is(statusCode, 400, resource);
    t.is(body.error, 'invalid_target', resource);
  }
});

test('a client that is registered for some APIs may ask for those alone', async (t) => {
  const app = await newApp({ resources: [BOOKS] });
  t.is(decodeJwt((await tokenFor(app, BOOKS, 'books:read')).access_token).aud, BOOKS);
  const page = await newVisitor().open(app.request({ scope: 'notes:read', resource: API }).url);
  t.is(toldApp(page).error, 'invalid_target');
});

test('an identifier counts as it is written', async (t) => {
  const app = await newApp();
  for (const resource of [API.slice(0, -1), API.toUpperCase(), `${API}#part`, `${API}?a=b`]) {
    const page = await newVisitor().open(app.request({ scope: 'notes:read', resource }).url);
    t.is(toldApp(page).error, 'invalid_target', resource);
  }
});

/** Each names the API for people and libraries, but not for us. */
const similarToApi = [
  API.slice(0, -1),
  `${API}/`,
  'https://API.example.com/',
  'HTTPS://api.example.com',
  'https://api.example.com:443/',
  'https://api.example.com/%2e/',
  'https://api.example.com?',
];

for (const resource of similarToApi) {
  test(`${resource} is invalid_target, and told which identifier was meant`, async (t) => {
    const described = (answer: { readonly error?: string; readonly error_description?: string }): void => {
      t.is(answer.error, 'invalid_target');
      t.regex(String(answer.error_description), new RegExp(`did you mean ${API} `));
    };
    const app = await newApp();
    const { url } = app.request({ scope: 'notes:read', resource });
    described(toldApp(await newVisitor().open(url)));
    described((await app.post('/request', Object.fromEntries(new URL(url).searchParams))).body);
    const service = await newApp({ grant_types: ['client_credentials'], redirect_uris: [], resources: [API] });
    described((await service.token({ grant_type: 'client_credentials', resource })).body);
    const grant = await obtainCode(app, { scope: 'openid notes:read', resource: API });
    const { body } = await redeem(app, grant, { resource });
    described(body);
    const tokens = (await redeem(app, await obtainCode(app, { scope: 'openid notes:read', resource: API }))).body;
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '', resource };
    described((await app.token(refresh)).body);
  });
}

test('what a client may not request is not told to it, and what differs in more than spelling is not guessed', async (t) => {
  const restricted = await newApp({ resources: [BOOKS] });
  const service = await newApp({ grant_types: ['client_credentials'], redirect_uris: [] });
  const told: (string | undefined)[] = [];
  for (const resource of similarToApi.slice(0, 4)) {
    const page = await newVisitor().open(restricted.request({ scope: 'books:read', resource }).url);
    told.push(toldApp(page).error_description);
    told.push((await service.token({ grant_type: 'client_credentials', resource })).body.error_description);
  }
  const app = await newApp();
  const far = [
    'http://api.example.com/',
    'https://api.example.com/Notes',
    'https://api.example.com.evil/',
    `${API}?a=b`,
  ];
  for (const resource of [
    ...far,
    'https://api.example.com:444/',
    'https://ada@api.example.com/',
    'nonsense',
    'urn:x',
  ]) {
    told.push(toldApp(await newVisitor().open(app.request({ resource }).url)).error_description);
  }
  t.deepEqual(
    told.filter((description) => !description || description.includes('did you mean')),
    [],
  );
});

test('a client that is registered for another spelling is told the one it is registered for, once that is declared', async (t) => {
  const upper = 'https://EXAMPLE.org/things';
  await latchkey.createResource({ identifier: upper, scopes: { a: 'A' } });
  const app = await newApp({ resources: [upper] });
  const page = await newVisitor().open(app.request({ resource: 'https://example.org/things/' }).url);
  t.true(String(toldApp(page).error_description).includes(upper));
});

test('less can be asked for at a refresh, and never more than was allowed', async (t) => {
  const app = await newApp();
  const body = await tokenFor(app, API, 'openid notes:read notes:write');
  const refresh = { grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '', resource: API };
  const more = await app.token({ ...refresh, scope: 'notes:read notes:delete' });
  t.is(more.statusCode, 400);
  t.is(more.body.error, 'invalid_scope');
  t.is((await app.token({ ...refresh, scope: 'notes:read' })).body.scope, 'notes:read');
});
