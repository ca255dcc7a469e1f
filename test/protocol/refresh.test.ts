/** Refresh tokens: they rotate, they carry no more than was granted, and they end with what they stand on. */
import test from 'ava';
import got from 'got';
import { decodeJwt } from 'jose';
import { disableAccount, enableAccount } from '../../src/domain/accounts/change.ts';
import { LOGIN, newVisitor, obtainCode, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { type App, CALLBACK, codeOf, signIn, type TokenAnswer } from '../support/relying-party.ts';
import { newDpopKey } from './dpop-proofs.ts';

const fixture = await sharedProvider();
const { latchkey, newApp } = fixture;
const OFFLINE = { scope: 'openid email offline_access', prompt: 'consent' };

const refresh = (app: App, { refresh_token: token = '' }: TokenAnswer, extra: Record<string, string> = {}) =>
  app.token({ grant_type: 'refresh_token', refresh_token: token, ...extra });

async function signOut(user: ReturnType<typeof newVisitor>): Promise<void> {
  await user.submit(await user.open(`${latchkey.issuer}/session/end`), 'logout-confirm');
}

test('each refresh gives another refresh token, and the chain goes on', async (t) => {
  const app = await newApp();
  let { body } = await redeem(app, await obtainCode(app));
  const seen = new Set([body.refresh_token]);
  for (let round = 0; round < 5; round += 1) {
    const next = await refresh(app, body);
    t.is(next.statusCode, 200);
    ({ body } = next);
    t.false(seen.has(body.refresh_token));
    seen.add(body.refresh_token);
  }
});

test('a refreshed ID token speaks of the same sign-in', async (t) => {
  const app = await newApp();
  const grant = await obtainCode(app, { nonce: 'n-1', max_age: '100', ...OFFLINE });
  const first = (await redeem(app, grant)).body;
  const second = (await refresh(app, first)).body;
  const [before, after] = [decodeJwt(first.id_token ?? ''), decodeJwt(second.id_token ?? '')];
  for (const claim of ['iss', 'sub', 'aud', 'auth_time'] as const) t.deepEqual(after[claim], before[claim], claim);
});

for (const [what, metadata, nonce] of [
  ['a web app', {}, 'n-2'],
  ['a public app', { token_endpoint_auth_method: 'none' }, 'n-3'],
  ['an app of the organisation', { first_party: true }, 'n-4'],
  ['an app without a nonce', {}, ''],
  [
    'an app that does not rotate',
    { require_pushed_authorization_requests: true, dpop_bound_access_tokens: true },
    'n-5',
  ],
] as const) {
  test(`a refreshed ID token of ${what} has no nonce, in no round (OIDC Core 12.2)`, async (t) => {
    const app = await newApp(metadata);
    const key = 'dpop_bound_access_tokens' in metadata ? await newDpopKey() : undefined;
    const address = `${latchkey.issuer}/token`;
    const send = async (form: Readonly<Record<string, string>>): Promise<TokenAnswer> => {
      const { client_id: username, client_secret: password } = app.client;
      const isPublic = app.client.token_endpoint_auth_method === 'none';
      return got
        .post(address, {
          form: isPublic ? { client_id: username, ...form } : form,
          ...(!isPublic && { username, password }),
          headers: { ...(key !== undefined && { dpop: await key.proof({ address }) }) },
        })
        .json();
    };
    const { url, verifier } = app.request({ nonce, ...OFFLINE });
    const pushed = await app.post('/request', Object.fromEntries(new URL(url).searchParams));
    const query = { client_id: app.client.client_id, request_uri: String(pushed.body.request_uri) };
    const page = await signIn(newVisitor(), `${latchkey.issuer}/auth?${new URLSearchParams(query)}`, LOGIN);
    let tokens = await send({
      ...{ grant_type: 'authorization_code', code: codeOf(page), redirect_uri: CALLBACK, code_verifier: verifier },
    });
    t.is(decodeJwt(tokens.id_token ?? '').nonce, nonce === '' ? undefined : nonce);
    for (let round = 0; round < 3; round += 1) {
      tokens = await send({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' });
      t.false('nonce' in decodeJwt(tokens.id_token ?? ''));
    }
  });
}

test('a second client’s token is refused to the first with invalid_grant, and stays good', async (t) => {
  const [app, other] = [await newApp(), await newApp()];
  const { body } = await redeem(app, await obtainCode(app, OFFLINE));
  const stolen = await refresh(other, body);
  t.is(stolen.statusCode, 400);
  t.is(stolen.body.error, 'invalid_grant');
  t.is((await refresh(app, body)).statusCode, 200);
});

test('an app that is not registered to refresh gets no refresh token', async (t) => {
  const app = await newApp({ grant_types: ['authorization_code'] });
  const { body } = await redeem(app, await obtainCode(app, OFFLINE));
  t.is(body.refresh_token, undefined);
});

test('without offline_access a refresh token dies with the session', async (t) => {
  const app = await newApp();
  const { user, ...grant } = await obtainCode(app);
  const { body } = await redeem(app, grant);
  await signOut(user);
  const answer = await refresh(app, body);
  t.is(answer.statusCode, 400);
  t.is(answer.body.error, 'invalid_grant');
});

test('with offline_access it outlives the session', async (t) => {
  const app = await newApp();
  const { user, ...grant } = await obtainCode(app, OFFLINE);
  const { body } = await redeem(app, grant);
  await signOut(user);
  t.is((await refresh(app, body)).statusCode, 200);
});

test('a first-party app that says prompt=consent asks, too', async (t) => {
  const app = await newApp({ first_party: true });
  const user = newVisitor();
  await obtainCode(app, { user });
  const page = await user.open(app.request(OFFLINE).url);
  t.true(page.body.includes('id="consent-submit"'));
  t.true('code' in toldApp(await user.submit(page, 'consent-submit')));
});

test('a refresh may ask for less, and gets no more than was granted', async (t) => {
  const app = await newApp();
  const { body } = await redeem(app, await obtainCode(app, { scope: 'openid email profile' }));
  const less = await refresh(app, body, { scope: 'openid email' });
  t.is(less.body.scope, 'openid email');
  const more = await refresh(app, less.body, { scope: 'openid email phone' });
  t.is(more.statusCode, 400);
  t.is(more.body.error, 'invalid_scope');
});

test('an account that is disabled refreshes nothing, and not again when it is enabled', async (t) => {
  const account = await fixture.newAccount();
  const app = await newApp();
  const { body } = await redeem(app, await obtainCode(app, { login: account.email, ...OFFLINE }));
  await disableAccount(account.id, latchkey.installation);
  t.is((await refresh(app, body)).body.error, 'invalid_grant');
  await enableAccount(account.id, latchkey.installation);
  t.is((await refresh(app, body)).body.error, 'invalid_grant');
});

test('a user whose account was disabled is signed out everywhere, and signs in again when it is enabled', async (t) => {
  const account = await fixture.newAccount();
  const app = await newApp();
  const { user } = await obtainCode(app, { login: account.email });
  await disableAccount(account.id, latchkey.installation);
  t.is(toldApp(await user.open(app.request({ prompt: 'none' }).url)).error, 'login_required');
  await enableAccount(account.id, latchkey.installation);
  t.is(toldApp(await user.open(app.request({ prompt: 'none' }).url)).error, 'login_required');
  await t.notThrowsAsync(obtainCode(app, { user, login: account.email }));
});

test('what is no refresh token is invalid_grant, what is missing is invalid_request', async (t) => {
  const app = await newApp();
  const { body } = await redeem(app, await obtainCode(app));
  for (const token of ['nonsense', body.access_token, body.id_token ?? '', 'a.b.c', '\u0000']) {
    const answer = await refresh(app, { ...body, refresh_token: token });
    t.is(answer.statusCode, 400, token);
    t.is(answer.body.error, 'invalid_grant', token);
  }
  t.is((await refresh(app, { ...body, refresh_token: '' })).body.error, 'invalid_request');
});
