/** When a user sees a page and when not: prompt, hints and requested authentication (OIDC Core 3.1.2.1). */
import test from 'ava';
import { decodeJwt } from 'jose';
import { passwordLevel } from '../../src/domain/factors/levels.ts';
import {
  LOGIN,
  newVisitor,
  OTHER_LOGIN,
  obtainCode,
  redeem,
  sharedProvider,
  toldApp,
} from '../support/provider-fixture.ts';
import { type App, PASSWORD, signIn } from '../support/relying-party.ts';

const { account, newApp } = await sharedProvider();

async function idTokenOf(app: App, grant: { readonly code: string; readonly verifier: string }): Promise<string> {
  return (await redeem(app, grant)).body.id_token ?? '';
}

/** Signed in at an app and everything allowed. */
async function signedIn(metadata = {}) {
  const app = await newApp(metadata);
  const { user, ...grant } = await obtainCode(app);
  return { app, user, idToken: await idTokenOf(app, grant) };
}

test('prompt=none without a session is login_required', async (t) => {
  const app = await newApp();
  t.is(toldApp(await newVisitor().open(app.request({ prompt: 'none' }).url)).error, 'login_required');
});

test('the session of one visitor is not the session of another', async (t) => {
  const { app } = await signedIn();
  t.is(toldApp(await newVisitor().open(app.request({ prompt: 'none' }).url)).error, 'login_required');
});

test('prompt=none with a session and consent gives a code without a page', async (t) => {
  const { app, user, idToken } = await signedIn();
  const { url, verifier } = app.request({ prompt: 'none' });
  const { code = '' } = toldApp(await user.open(url));
  t.is(decodeJwt(await idTokenOf(app, { code, verifier })).sub, decodeJwt(idToken).sub);
});

test('prompt=none before consent is consent_required', async (t) => {
  const { user } = await signedIn();
  const other = await newApp();
  t.is(toldApp(await user.open(other.request({ prompt: 'none' }).url)).error, 'consent_required');
});

test('prompt=none for more than was allowed is consent_required', async (t) => {
  const { app, user } = await signedIn();
  const page = await user.open(app.request({ prompt: 'none', scope: 'openid profile email phone' }).url);
  t.is(toldApp(page).error, 'consent_required');
});

test('a second sign-in at the same app needs no page', async (t) => {
  const { app, user } = await signedIn();
  t.true('code' in toldApp(await user.open(app.request().url)));
});

test('a second app needs no password, but is asked for', async (t) => {
  const { user } = await signedIn();
  const page = await user.open((await newApp()).request().url);
  t.true(page.body.includes('id="consent-submit"'));
});

test('a first-party app is not asked for', async (t) => {
  const { user } = await signedIn();
  const app = await newApp({ first_party: true });
  t.true('code' in toldApp(await user.open(app.request().url)));
});

test('prompt=login shows the sign-in page again', async (t) => {
  const { app, user } = await signedIn();
  const page = await user.open(app.request({ prompt: 'login' }).url);
  t.true(page.body.includes('id="login-submit"'));
  t.true('code' in toldApp(await user.submit(page, 'login-submit', { login: LOGIN, password: PASSWORD })));
});

test('prompt=consent asks again, even an app that was allowed everything, and a first-party app', async (t) => {
  for (const metadata of [{}, { first_party: true }]) {
    const { app, user } = await signedIn(metadata);
    const page = await user.open(app.request({ prompt: 'consent' }).url);
    t.true(page.body.includes('id="consent-submit"'));
    t.true('code' in toldApp(await user.submit(page, 'consent-submit')));
  }
});

test('prompt=login consent shows both pages', async (t) => {
  const { app, user } = await signedIn();
  const login = await user.open(app.request({ prompt: 'login consent' }).url);
  const consent = await user.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD });
  t.true('code' in toldApp(await user.submit(consent, 'consent-submit')));
});

test('a login hint is filled in', async (t) => {
  const app = await newApp();
  const page = await newVisitor().open(app.request({ login_hint: 'grace"@example.com' }).url);
  t.regex(page.body, /name="login"[^>]*value="grace&#34;@example\.com"/);
});

test('max_age=0 signs in again', async (t) => {
  const { app, user } = await signedIn();
  t.true((await user.open(app.request({ max_age: '0' }).url)).body.includes('id="login-submit"'));
});

test('a long max_age is met by the session, and auth_time says since when', async (t) => {
  const { app, user } = await signedIn();
  const { url, verifier } = app.request({ max_age: '10000' });
  const { code = '' } = toldApp(await user.open(url));
  const { auth_time: since, iat } = decodeJwt(await idTokenOf(app, { code, verifier }));
  t.true(Number(since) <= Number(iat) && Number(since) > Number(iat) - 100);
});

test('id_token_hint of the user who is signed in goes on at once', async (t) => {
  const { app, user, idToken } = await signedIn();
  const page = await user.open(app.request({ prompt: 'none', id_token_hint: idToken }).url);
  t.true('code' in toldApp(page));
});

test('id_token_hint of somebody else is login_required, or the sign-in page', async (t) => {
  const app = await newApp();
  const grace = newVisitor();
  const { url, verifier } = app.request();
  const { code = '' } = toldApp(await signIn(grace, url, OTHER_LOGIN));
  const hint = { id_token_hint: await idTokenOf(app, { code, verifier }) };
  const ada = (await obtainCode(app)).user;

  t.is(toldApp(await ada.open(app.request({ prompt: 'none', ...hint }).url)).error, 'login_required');
  t.true((await ada.open(app.request(hint).url)).body.includes('id="login-submit"'));
});

test('an id_token_hint that was made for another client, or tampered with, is refused', async (t) => {
  const { app, user } = await signedIn();
  const { idToken } = await signedIn();
  const [header, , signature] = idToken.split('.');
  const forged = `${header}.${Buffer.from(JSON.stringify({ sub: account.id })).toString('base64url')}.${signature}`;
  for (const hint of [idToken, forged]) {
    const page = await user.open(app.request({ prompt: 'none', id_token_hint: hint }).url);
    t.is(toldApp(page).error, 'invalid_request');
  }
});

test('acr_values are answered with the level that was reached', async (t) => {
  const app = await newApp();
  const grant = await obtainCode(app, { acr_values: `1 ${passwordLevel}` });
  t.is(decodeJwt(await idTokenOf(app, grant)).acr, passwordLevel);
});

test('a level that is essential and out of reach is told to the app before anybody types a password', async (t) => {
  const { app, user } = await signedIn();
  for (const requested of [{ values: ['urn:example:gold', 'urn:example:silver'] }, { value: 'urn:example:gold' }]) {
    const claims = JSON.stringify({ id_token: { acr: { essential: true, ...requested } } });
    for (const visitor of [user, newVisitor()]) {
      const told = toldApp(await visitor.open(app.request({ claims }).url));
      t.is(told.error, 'unmet_authentication_requirements');
      t.is(told.code, undefined);
    }
  }
});

test('a level that is essential and within reach is reached', async (t) => {
  const app = await newApp();
  const claims = JSON.stringify({
    id_token: { acr: { essential: true, values: ['urn:example:gold', passwordLevel] } },
  });
  t.is(decodeJwt(await idTokenOf(app, await obtainCode(app, { claims }))).acr, passwordLevel);
});

test('an app that is registered with default_max_age or require_auth_time gets auth_time', async (t) => {
  for (const metadata of [{ default_max_age: 3600 }, { require_auth_time: true }]) {
    const app = await newApp(metadata);
    t.is(typeof decodeJwt(await idTokenOf(app, await obtainCode(app))).auth_time, 'number');
  }
});
