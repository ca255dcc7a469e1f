/** One browser, two people: signing in as somebody else ends the session that was there. */
import test from 'ava';
import { decodeJwt } from 'jose';
import { LOGIN, OTHER_LOGIN, obtainCode, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { isActive } from './introspecting.ts';

const { account, newApp } = await sharedProvider();

test('the tokens and the session of the user before end, and the new one is signed in', async (t) => {
  const app = await newApp();
  const { user, ...grant } = await obtainCode(app);
  const { body: before } = await redeem(app, grant);

  const { url, verifier } = app.request({ prompt: 'login', state: 'kept' });
  const login = await user.open(url);
  const handover = await user.submit(login, 'login-submit', { login: OTHER_LOGIN, password: PASSWORD });
  const consent = await user.submit(handover, 'hand-over-submit');
  const { code = '', state } = toldApp(await user.submit(consent, 'consent-submit'));

  t.is(state, 'kept');
  const { body: after } = await redeem(app, { code, verifier });
  t.not(decodeJwt(after.id_token ?? '').sub, account.id);
  t.false(await isActive(app, before.access_token));
  t.false(await isActive(app, before.refresh_token ?? ''));
  t.true(await isActive(app, after.access_token));
});

test('what the user before allowed is not taken as allowed by the next', async (t) => {
  const app = await newApp();
  const { user } = await obtainCode(app, { login: OTHER_LOGIN });
  const login = await user.open(app.request({ prompt: 'login' }).url);
  const consent = await user.submit(
    await user.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD }),
    'hand-over-submit',
  );
  t.true(consent.body.includes('id="consent-submit"'));
});

test('the cookie of the session before opens nothing any more', async (t) => {
  const app = await newApp();
  const { user } = await obtainCode(app);
  const old = await user.jar.clone();
  const login = await user.open(app.request({ prompt: 'login' }).url);
  await user.submit(
    await user.submit(login, 'login-submit', { login: OTHER_LOGIN, password: PASSWORD }),
    'hand-over-submit',
  );

  const thief = (await obtainCode(app)).user;
  await thief.jar.removeAllCookies();
  for (const { key, value, path } of (await old.serialize()).cookies) {
    await thief.jar.setCookie(`${key}=${value}; path=${path ?? '/'}`, new URL(app.request().url).origin);
  }
  t.is(toldApp(await thief.open(app.request({ prompt: 'none' }).url)).error, 'login_required');
});
