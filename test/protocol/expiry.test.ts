/** What was issued runs out: codes in a minute, access tokens in ten, pushed requests in one. */
import test from 'ava';
import { LOGIN, newVisitor, obtainCode, redeem, sharedProvider, textOf, toldApp } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { newUser } from '../support/user.ts';
import { isActive, issue } from './introspecting.ts';
import { advance, stopTime } from './time.ts';

stopTime();
const fixture = await sharedProvider();
const { newApp } = fixture;
const MINUTE = 60;
const DAY = 24 * 3600;

test.serial('a code lives a minute', async (t) => {
  const app = await newApp();
  const [early, late] = [await obtainCode(app), await obtainCode(app)];
  advance(MINUTE - 5);
  t.is((await redeem(app, early)).statusCode, 200);
  advance(30);
  t.is((await redeem(app, late)).body.error, 'invalid_grant');
});

for (const kind of ['JWT access token', 'opaque access token', 'userinfo token'] as const) {
  test.serial(`a ${kind} lives ten minutes`, async (t) => {
    const { app, token } = await issue(fixture, kind);
    advance(10 * MINUTE - 5);
    t.true(await isActive(app, token));
    advance(30);
    t.false(await isActive(app, token));
  });
}

for (const kind of ['JWT access token', 'opaque access token', 'userinfo token'] as const) {
  test.serial(
    `a ${kind} that was revoked is inactive in every second until it has expired, tolerance included`,
    async (t) => {
      const { app, token } = await issue(fixture, kind);
      const other = await issue(fixture, kind);
      await app.post('/token/revocation', { token });
      advance(10 * MINUTE - 2);
      const seen = new Set<unknown>();
      for (let second = 0; second < 40; second += 1) {
        seen.add(await isActive(app, token));
        advance(1);
      }
      t.deepEqual([...seen], [false]);
      t.false(await isActive(other.app, other.token));
    },
  );
}

for (const kind of ['JWT access token', 'opaque access token', 'refresh token'] as const) {
  test.serial(
    `a ${kind} of a session that ended is inactive in every second until it has expired, tolerance included`,
    async (t) => {
      const account = await fixture.newAccount();
      const { app, token } = await issue(fixture, kind, { login: account.email });
      await fixture.latchkey.installation.sessions.destroyForAccount(account.id);
      const lifetime = kind === 'refresh token' ? 30 * DAY : 10 * MINUTE;
      const seen = new Set<unknown>();
      advance(lifetime - 2);
      for (let second = 0; second < 40; second += 1) {
        seen.add(await isActive(app, token));
        advance(1);
      }
      t.deepEqual([...seen], [false]);
    },
  );
}

test.serial('a refresh token lives a month without use, and its successor another', async (t) => {
  const { app, token } = await issue(fixture, 'refresh token', { isOffline: true });
  const refresh = (refreshToken: string) => app.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  advance(29 * DAY);
  const { statusCode, body } = await refresh(token);
  t.is(statusCode, 200);
  advance(29 * DAY);
  const second = await refresh(body.refresh_token ?? '');
  t.is(second.statusCode, 200);
  advance(31 * DAY);
  t.is((await refresh(second.body.refresh_token ?? '')).body.error, 'invalid_grant');
});

test.serial('refreshing goes on for a year and no longer', async (t) => {
  const { app, token } = await issue(fixture, 'refresh token', { isOffline: true });
  let refreshToken = token;
  let months = 0;
  for (; months < 20; months += 1) {
    advance(25 * DAY);
    const { statusCode, body } = await app.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
    if (statusCode !== 200) break;
    refreshToken = body.refresh_token ?? '';
  }
  t.is(months, Math.floor(366 / 25));
});

test.serial('a pushed request lives a minute', async (t) => {
  const app = await newApp();
  const { searchParams } = new URL(app.request().url);
  const { body } = await app.post('/request', Object.fromEntries(searchParams));
  t.is(body.expires_in, MINUTE);
  advance(MINUTE + 30);
  const query = new URLSearchParams({ client_id: app.client.client_id, request_uri: String(body.request_uri) });
  const page = await newVisitor().open(`${fixture.latchkey.issuer}/auth?${query}`);
  t.is(page.status, 400);
  t.true(textOf(page).includes('invalid_request_uri'));
});

test.serial('a sign-in under way lives twenty minutes, and another 20 from each step on', async (t) => {
  const { issuer } = fixture.latchkey;
  const user = newUser({ stopAt: 'http' });
  const login = await user.open((await newApp()).request().url);
  advance(20 * MINUTE - 5);
  const page = await user.open(login.url);
  t.is(page.status, 200);
  const proven = await user.submit(page, 'login-submit', { login: LOGIN, password: PASSWORD });
  const consent = await user.open(proven.url);
  advance(20 * MINUTE - 5);
  t.is((await user.open(consent.url)).status, 200);
  advance(30);
  t.is((await user.open(consent.url)).status, 400);
  t.true(consent.url.startsWith(`${issuer}/interaction/`));
});

test.serial('an ID token that has expired still says who wants to sign out', async (t) => {
  const app = await newApp();
  const { user, ...grant } = await obtainCode(app);
  const { body } = await redeem(app, grant);
  advance(2 * 3600);
  const query = new URLSearchParams({ id_token_hint: body.id_token ?? '' });
  const page = await user.open(`${fixture.latchkey.issuer}/session/end?${query}`);
  t.is(page.status, 200);
  t.true(textOf(page).includes('Notes'));
});

test.serial('a session ends after two weeks without use, and after ninety days at most', async (t) => {
  const app = await newApp();
  const { user } = await obtainCode(app);
  const signsIn = async () => 'code' in toldApp(await user.open(app.request({ prompt: 'none' }).url));
  for (let days = 0; days < 80; days += 10) {
    advance(10 * DAY);
    t.true(await signsIn());
  }
  advance(11 * DAY);
  t.false(await signsIn());

  const other = (await obtainCode(app)).user;
  advance(15 * DAY);
  t.is(toldApp(await other.open(app.request({ prompt: 'none' }).url)).error, 'login_required');
});
