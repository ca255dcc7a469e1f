/** Apps are told when a session ends (OIDC Back-Channel Logout 1.0), at addresses that may be called. */
import test from 'ava';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { obtainCode, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import type { User } from '../support/user.ts';
import { startOutside } from './outside.ts';

const app = await startOutside((_call, response) => response.writeHead(200).end());
const broken = await startOutside((_call, response) => response.writeHead(500).end());
const silent = await startOutside(() => undefined);
const internal = await startOutside((_call, response) => response.writeHead(200).end());
const { latchkey, account, newApp } = await sharedProvider({
  environment: { OUTBOUND_ALLOW_PRIVATE: [app, broken, silent].map(({ origin }) => origin).join() },
});
const { issuer } = latchkey;
test.after.always(() => Promise.all([app, broken, silent, internal].map((outside) => outside.stop())));

/** Each test calls an address of its own. */
function told(outside: typeof app, path: string): string[] {
  return outside.calls
    .filter((call) => call.path === path)
    .map(({ body }) => new URLSearchParams(body).get('logout_token') ?? '');
}

async function signedIn(uri: string, { user, ...metadata }: { user?: User } & Record<string, unknown> = {}) {
  const client = await newApp({ backchannel_logout_uri: uri, ...metadata });
  const { user: visitor, ...grant } = await obtainCode(client, { ...(user && { user }) });
  const { body } = await redeem(client, grant);
  return { client, user: visitor, idToken: decodeJwt(body.id_token ?? ''), tokens: body };
}

async function signOut(user: User) {
  return user.submit(await user.open(`${issuer}/session/end`), 'logout-confirm');
}

test('the logout token says what the specification asks, about the session of the ID token', async (t) => {
  const { client, user, idToken } = await signedIn(`${app.origin}/content`, {
    backchannel_logout_session_required: true,
  });

  await signOut(user);

  const [token = '', ...others] = told(app, '/content');
  t.deepEqual(others, []);
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
  const { payload } = await jwtVerify(token, keys, { issuer, audience: client.client.client_id });
  t.is(decodeProtectedHeader(token).typ, 'logout+jwt');
  t.is(payload.sub, account.id);
  t.is(typeof payload.sid, 'string');
  t.is(payload.sid, idToken.sid);
  t.deepEqual(payload.events, { 'http://schemas.openid.net/event/backchannel-logout': {} });
  t.is(typeof payload.jti, 'string');
  t.true(Number(payload.exp) > Number(payload.iat));
  t.false('nonce' in payload);
});

test('the call is a form post', async (t) => {
  const { user } = await signedIn(`${app.origin}/form`);
  await signOut(user);
  const call = app.calls.find(({ path }) => path === '/form');
  t.is(call?.method, 'POST');
  t.regex(call?.headers['content-type'] ?? '', /^application\/x-www-form-urlencoded/);
});

test('every app of the session is told, each in its own words, and no app of another', async (t) => {
  const first = await signedIn(`${app.origin}/first`);
  const second = await signedIn(`${app.origin}/second`, { user: first.user });
  await signedIn(`${app.origin}/stranger`);

  await signOut(first.user);

  const [one = '', two = ''] = [...told(app, '/first'), ...told(app, '/second')];
  t.is(decodeJwt(one).aud, first.client.client.client_id);
  t.is(decodeJwt(two).aud, second.client.client.client_id);
  t.not(decodeJwt(one).jti, decodeJwt(two).jti);
  t.deepEqual(told(app, '/stranger'), []);
});

test('an app that signs out asks for the others too, and the browser comes back', async (t) => {
  const after = 'https://app.example.com/callback?signed-out';
  const { client, user, tokens } = await signedIn(`${app.origin}/asking`, { post_logout_redirect_uris: [after] });
  const other = await signedIn(`${app.origin}/other`, { user });
  const query = { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: after, state: 'kept' };
  const page = await user.open(`${issuer}/session/end?${new URLSearchParams(query)}`);
  const { url } = await user.submit(page, 'logout-confirm');
  t.is(new URL(url).searchParams.get('state'), 'kept');
  t.is(told(app, '/asking').length + told(app, '/other').length, 2);
  for (const each of [client, other.client]) {
    t.is(toldApp(await user.open(each.request({ prompt: 'none' }).url)).error, 'login_required');
  }
});

test('leaving one app tells that one alone', async (t) => {
  const leaving = await signedIn(`${app.origin}/leaving`);
  await signedIn(`${app.origin}/staying`, { user: leaving.user });
  const query = new URLSearchParams({ id_token_hint: leaving.tokens.id_token ?? '' });
  const page = await leaving.user.open(`${issuer}/session/end?${query}`);
  await leaving.user.submit(page, 'logout-stay');
  t.is(told(app, '/leaving').length, 1);
  t.deepEqual(told(app, '/staying'), []);
});

test('an app that fails, or does not answer, keeps nobody from signing out', async (t) => {
  const { client, user } = await signedIn(`${broken.origin}/broken`);
  await signedIn(`${silent.origin}/silent`, { user });
  const page = await signOut(user);
  t.is(page.status, 200);
  t.is(told(broken, '/broken').length, 1);
  t.is(toldApp(await user.open(client.request({ prompt: 'none' }).url)).error, 'login_required');
});

test('an internal address that the operator did not allow is never called, and signing out works', async (t) => {
  for (const uri of [`${internal.origin}/internal`, `${internal.origin.replace('localhost', '127.0.0.1')}/internal`]) {
    const { client, user } = await signedIn(uri);
    const page = await signOut(user);
    t.is(page.status, 200);
    t.is(toldApp(await user.open(client.request({ prompt: 'none' }).url)).error, 'login_required');
  }
  t.deepEqual(internal.calls, []);
  t.true(latchkey.logged.some(({ event }) => event === 'backchannel.error'));
});

test('no logout token and no address shows up in the log', async (t) => {
  const { user } = await signedIn(`${broken.origin}/logged`);
  await signOut(user);
  const [token = ''] = told(broken, '/logged');
  const text = JSON.stringify(latchkey.logged);
  t.true(token.length > 100);
  t.false(text.includes(token.split('.')[1] ?? token));
});
