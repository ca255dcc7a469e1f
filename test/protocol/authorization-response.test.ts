/** What the app gets back when a sign-in succeeds. */
import test from 'ava';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { LOGIN, newVisitor, obtainCode, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { CALLBACK, signIn } from '../support/relying-party.ts';

const { latchkey, account, newApp } = await sharedProvider();
const { issuer } = latchkey;

test('code, state and issuer come back, and nothing else', async (t) => {
  const app = await newApp();
  const { code, ...rest } = toldApp(await signIn(newVisitor(), app.request({ state: 'a&b=c d/ü' }).url, LOGIN));
  t.deepEqual(rest, { state: 'a&b=c d/ü', iss: issuer });
  t.true((code ?? '').length >= 43, 'at least 256 bits');
});

test('an app that sends no state gets none', async (t) => {
  const app = await newApp();
  const url = new URL(app.request().url);
  url.searchParams.delete('state');
  const told = toldApp(await signIn(newVisitor(), url.href, LOGIN));
  t.false('state' in told);
  t.true('code' in told);
});

test('a long state and a long nonce come back whole', async (t) => {
  const app = await newApp();
  const [state, nonce] = ['s'.repeat(1000), 'n'.repeat(1000)];
  const { url, verifier } = app.request({ state, nonce });
  const told = toldApp(await signIn(newVisitor(), url, LOGIN));
  t.is(told.state, state);
  const { body } = await redeem(app, { code: told.code ?? '', verifier });
  t.is(decodeJwt(body.id_token ?? '').nonce, nonce);
});

test('the query of a registered redirect URI is kept', async (t) => {
  const redirectUri = `${CALLBACK}?dummy1=lorem&dummy2=ipsum`;
  const app = await newApp({ redirect_uris: [redirectUri] });
  const told = toldApp(await signIn(newVisitor(), app.request({ redirect_uri: redirectUri }).url, LOGIN));
  t.like(told, { dummy1: 'lorem', dummy2: 'ipsum' });
  t.true('code' in told);
});

test('the order of scopes and parameters does not matter', async (t) => {
  const app = await newApp();
  const { url, verifier } = app.request({ scope: 'email profile openid' });
  const address = new URL(url);
  address.search = new URLSearchParams([...address.searchParams].reverse()).toString();
  const told = toldApp(await signIn(newVisitor(), address.href, LOGIN));
  t.is((await redeem(app, { code: told.code ?? '', verifier })).statusCode, 200);
});

test('form_post hands the answer over by a form that posts to the app', async (t) => {
  const app = await newApp();
  const page = await signIn(newVisitor(), app.request({ response_mode: 'form_post', state: 'kept' }).url, LOGIN);
  t.is(page.status, 200);
  t.regex(page.body, new RegExp(`<form[^>]*method="post"[^>]*action="${CALLBACK}"`));
  for (const name of ['code', 'state', 'iss']) t.regex(page.body, new RegExp(`name="${name}"`));
  t.regex(page.headers['cache-control'] ?? '', /no-store/);
});

test('form_post carries errors too', async (t) => {
  const app = await newApp();
  const page = await newVisitor().open(app.request({ response_mode: 'form_post', prompt: 'none' }).url);
  t.regex(page.body, /name="error"[^>]*value="login_required"/);
});

test('the ID token holds what the code flow promises, how the user signed in, and nothing else of them', async (t) => {
  const app = await newApp();
  const { body } = await redeem(app, await obtainCode(app, { nonce: 'n-1', scope: 'openid profile email' }));
  const { iat, exp, ...claims } = decodeJwt(body.id_token ?? '');
  const signIn = { acr: 'urn:latchkey:acr:password', amr: ['pwd'] };
  t.deepEqual(claims, { iss: issuer, aud: app.client.client_id, sub: account.id, nonce: 'n-1', ...signIn });
  t.true(Number(exp) > Number(iat));
});

test('an ID token without nonce is fine where none was sent', async (t) => {
  const app = await newApp();
  const { body } = await redeem(app, await obtainCode(app));
  t.false('nonce' in decodeJwt(body.id_token ?? ''));
});

test('an ID token is signed as the client registered it, by a key that is published', async (t) => {
  for (const alg of ['ES256', 'RS256', 'PS256']) {
    const app = await newApp({ id_token_signed_response_alg: alg });
    const { body } = await redeem(app, await obtainCode(app));
    const header = decodeProtectedHeader(body.id_token ?? '');
    t.is(header.alg, alg);
    t.regex(header.kid ?? '', new RegExp(`^${alg}-`, 'i'));
  }
});

test('the token response is not kept by caches and says how long the token lives', async (t) => {
  const app = await newApp();
  const { body, headers } = await redeem(app, await obtainCode(app));
  t.is(headers['cache-control'], 'no-store');
  t.like(body, { token_type: 'Bearer', scope: 'openid profile email', expires_in: 600 });
  t.true(body.access_token.length >= 43);
  t.false(body.access_token.includes('.'));
});

test('no redirect of a sign-in is kept by caches', async (t) => {
  const app = await newApp();
  const page = await signIn(newVisitor(), app.request().url, LOGIN);
  t.regex(page.headers['cache-control'] ?? '', /no-store/);
});

test('a user who denies is sent back with access_denied', async (t) => {
  const app = await newApp();
  const user = newVisitor();
  const login = await user.open(app.request({ state: 'kept' }).url);
  t.deepEqual(
    { ...toldApp(await user.submit(login, 'abort')), error_description: '' },
    {
      error: 'access_denied',
      error_description: '',
      error_uri: `${issuer}/docs/errors/access_denied`,
      state: 'kept',
      iss: issuer,
    },
  );
});
