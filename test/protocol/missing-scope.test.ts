/** A request without scope (RFC 6749 3.3): its client's, its resource's, or an error before anybody signs in. */
import test from 'ava';
import { decodeJwt } from 'jose';
import { API, LOGIN, newVisitor, redeem, sharedProvider, textOf, toldApp } from '../support/provider-fixture.ts';
import { CALLBACK, codeOf, signIn } from '../support/relying-party.ts';
import { comeIn, doors, newSigningApp } from '../support/request-doors.ts';

const BOOKS = 'https://books.example.com/';
const EMPTY = 'https://empty.example.com/';
const fixture = await sharedProvider({
  resources: [
    { identifier: BOOKS, scopes: { 'books:read': 'Read your books' } },
    { identifier: EMPTY, scopes: {} },
  ],
});
const { latchkey, newApp } = fixture;

/** What stands for no scope. */
const missing: readonly string[] = ['', ' ', '      '];

async function ask(door: string, metadata: object, parameters: Readonly<Record<string, string>>) {
  const app = await newSigningApp(fixture, metadata);
  const user = newVisitor();
  const { page, verifier } = await comeIn(fixture, { door, app, user }, parameters);
  return { app, user, page, verifier };
}

for (const door of Object.keys(doors)) {
  for (const scope of missing) {
    const what = `"${scope.replaceAll(' ', '_')}", ${door}`;

    test(`${what}: the app is told invalid_scope, before anybody signs in`, async (t) => {
      for (const parameters of [{ scope }, { scope, nonce: 'n', max_age: '1' }, { scope, prompt: 'none' }]) {
        const asked = ask(door, {}, parameters);
        if (door === 'pushed' || door === 'as a pushed request object') {
          await t.throwsAsync(asked, { message: /not pushed.*invalid_scope.*scope is missing/ });
          continue;
        }
        const told = toldApp((await asked).page);
        t.like(told, { error: 'invalid_scope', iss: latchkey.issuer });
        t.truthy(told.state);
        t.regex(told.error_description ?? '', /scope is missing/);
        t.is(told.scope, undefined);
      }
    });

    test(`${what}: the scope that its client is registered for`, async (t) => {
      const { app, user, page, verifier } = await ask(door, { scope: 'openid email groups' }, { scope, nonce: 'n' });
      const login = await user.submit(page, 'login-submit', { login: LOGIN, password: 'correct horse battery staple' });
      t.regex(textOf(login), /groups/);
      const code = codeOf(await user.submit(login, 'consent-submit'));
      const { body } = await redeem(app, { code, verifier });
      t.is(body.scope, 'openid email groups');
      t.is(decodeJwt(String(body.id_token)).nonce, 'n');
    });

    test(`${what}: the scopes of its resource, with consent`, async (t) => {
      for (const metadata of [{}, { scope: 'openid email' }, { resources: [API] }]) {
        const { app, user, page, verifier } = await ask(door, metadata, { scope, resource: API });
        const login = await user.submit(page, 'login-submit', {
          login: LOGIN,
          password: 'correct horse battery staple',
        });
        t.regex(textOf(login), /Read your notes.*Write notes for you/);
        const code = codeOf(await user.submit(login, 'consent-submit'));
        const { body } = await redeem(app, { code, verifier });
        t.is(body.scope, 'notes:read notes:write');
        t.is(decodeJwt(body.access_token).aud, API);
        t.is(body.id_token, undefined);
      }
    });
  }
}

test('of several resources all scopes; of one without any, none', async (t) => {
  const app = await newApp();
  const { url, verifier } = app.request({ scope: '', resource: API });
  const code = codeOf(await signIn(newVisitor(), `${url}&resource=${encodeURIComponent(BOOKS)}`, LOGIN));
  const { body } = await redeem(app, { code, verifier }, { resource: BOOKS });
  t.is(body.scope, 'books:read');
  const form = { grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '', resource: API };
  t.is((await app.token(form)).body.scope, 'notes:read notes:write');
  const empty = await newVisitor().open(app.request({ scope: '', resource: EMPTY }).url);
  t.is(toldApp(empty).error, 'invalid_scope');
});

test('a resource that is unknown, or that the client may not ask for, is invalid_target', async (t) => {
  for (const resources of [['https://another.example/'], [API]]) {
    const app = await newApp({ resources });
    const page = await newVisitor().open(app.request({ scope: '', resource: BOOKS }).url);
    t.is(toldApp(page).error, 'invalid_target');
  }
});

test('what nobody knows is no scope either, and is told before anybody signs in', async (t) => {
  const app = await newApp();
  for (const parameters of [
    { scope: 'books:burn' },
    { scope: 'notes:read' },
    { scope: 'books:read', resource: API },
    { scope: 'a b c' },
  ]) {
    t.is(toldApp(await newVisitor().open(app.request(parameters).url)).error, 'invalid_scope');
    const { searchParams } = new URL(app.request(parameters).url);
    t.is((await app.post('/request', Object.fromEntries(searchParams))).body.error, 'invalid_scope');
  }
  t.is(
    toldApp(await newVisitor().open(app.request({ scope: 'openid a', prompt: 'none' }).url)).error,
    'login_required',
  );
});

test('without a scope too, an error goes to a registered address and nowhere else', async (t) => {
  const app = await newApp();
  for (const changes of [
    { client_id: 'nobody' },
    { redirect_uri: 'https://evil.example/' },
    { redirect_uri: `${CALLBACK}/` },
    { redirect_uri: '' },
    { client_id: '' },
  ]) {
    for (const scope of missing) {
      for (const resource of ['', API]) {
        const page = await newVisitor().open(app.request({ ...changes, scope, resource }).url);
        t.true(page.url.startsWith(latchkey.issuer), JSON.stringify(changes));
        t.true(page.status >= 400);
        t.is(page.headers.location, undefined);
      }
    }
  }
});

test('offline_access of the registration counts as if it had been sent', async (t) => {
  const scope = 'openid offline_access';
  const redeemed = async (metadata: object, parameters: object) => {
    const app = await newApp({ ...metadata, scope });
    const { url, verifier } = app.request({ scope: '', ...parameters });
    return (await redeem(app, { code: codeOf(await signIn(newVisitor(), url, LOGIN)), verifier })).body.scope;
  };
  for (const metadata of [{}, { first_party: true }])
    for (const parameters of [{}, { prompt: 'consent' }])
      t.is(await redeemed(metadata, parameters), await redeemed(metadata, { ...parameters, scope }));
  t.notRegex(String(await redeemed({}, { resource: API })), /offline/);
});

test('a client that is registered for nothing but offline_access is not signed in for that alone', async (t) => {
  const app = await newApp({ scope: 'offline_access' });
  t.is(toldApp(await newVisitor().open(app.request({ scope: '' }).url)).error, 'invalid_scope');
});

test('a request without openid signs nobody in: no ID token, and none of its parameters', async (t) => {
  const app = await newApp();
  const { url, verifier } = app.request({ scope: 'notes:read', resource: API });
  const { body } = await redeem(app, { code: codeOf(await signIn(newVisitor(), url, LOGIN)), verifier });
  t.is(body.id_token, undefined);
  t.is(body.scope, 'notes:read');
  for (const parameters of [{ nonce: 'n' }, { max_age: '5' }, { claims: '{"userinfo":{"email":null}}' }]) {
    const page = await newVisitor().open(app.request({ scope: '', resource: API, ...parameters }).url);
    t.is(toldApp(page).error, 'invalid_request');
  }
});
