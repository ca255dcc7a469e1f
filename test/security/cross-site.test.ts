/** No form acts for another site, for another browser, by reading, or without the token of its own page. */
import test from 'ava';
import { LOGIN, newVisitor, obtainCode, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { formOf, type SentForm, send } from './sent-form.ts';

const { latchkey, newApp } = await sharedProvider();
const { issuer } = latchkey;
const credentials = { login: LOGIN, password: PASSWORD };

async function loginPage() {
  const user = newVisitor();
  const app = await newApp();
  return { app, user, page: await user.open(app.request().url) };
}

const foreign: Readonly<Record<string, SentForm>> = {
  'without a token': { fields: { csrf: undefined } },
  'with an empty token': { fields: { csrf: '' } },
  'with a made-up token': { fields: { csrf: 'A'.repeat(43) } },
  'that the browser calls cross-site': { headers: { 'sec-fetch-site': 'cross-site' } },
  'that the browser calls same-site': { headers: { 'sec-fetch-site': 'same-site' } },
  'that the browser calls nobody’s': { headers: { 'sec-fetch-site': 'none' } },
  'with a fetch header that is odd': { headers: { 'sec-fetch-site': 'same-origin, cross-site' } },
  'from another origin': { headers: { origin: 'https://evil.example' } },
  'from another port': { headers: { origin: 'http://localhost:1' } },
  'from another scheme': { headers: { origin: issuer.replace('http:', 'https:') } },
  'from an origin that only begins alike': { headers: { origin: `${issuer}.evil.example` } },
};

for (const [what, sent] of Object.entries(foreign)) {
  test(`a sign-in ${what} is refused, and nothing happens`, async (t) => {
    const { user, page } = await loginPage();
    const answer = await send(user, formOf(page, '/login'), { ...sent, fields: { ...credentials, ...sent.fields } });
    t.is(answer.statusCode, 403);
    t.is(answer.headers.location, undefined);
    const consent = await user.submit(page, 'login-submit', credentials);
    t.true(consent.body.includes('id="consent-submit"'), 'the page is still good');
  });

  test(`a consent ${what} is refused, and nothing is allowed`, async (t) => {
    const { app, user, page } = await loginPage();
    const consent = await user.submit(page, 'login-submit', credentials);
    t.is((await send(user, formOf(consent, '/consent'), sent)).statusCode, 403);
    t.is(toldApp(await user.open(app.request({ prompt: 'none' }).url)).error, 'consent_required');
  });

  test(`a denial ${what} is refused, and the sign-in goes on`, async (t) => {
    const { user, page } = await loginPage();
    t.is((await send(user, formOf(page, '/abort'), sent)).statusCode, 403);
    t.true((await user.submit(page, 'login-submit', credentials)).body.includes('id="consent-submit"'));
  });
}

test('what the browser calls our own is taken, with and without its headers', async (t) => {
  for (const headers of [{}, { 'sec-fetch-site': 'same-origin', origin: 'null' }, { origin: issuer }]) {
    const { user, page } = await loginPage();
    const answer = await send(user, formOf(page, '/login'), { fields: credentials, headers });
    t.is(answer.statusCode, 303);
  }
});

test('the token of one sign-in is worth nothing for another, not even in the same browser', async (t) => {
  const { app, user, page } = await loginPage();
  const other = await user.open(app.request().url);
  const { csrf } = formOf(other, '/login').hidden;
  const answer = await send(user, formOf(page, '/login'), { fields: { ...credentials, csrf } });
  t.is(answer.statusCode, 403);
});

test('a form that an attacker opened signs no other browser in', async (t) => {
  const attacker = await loginPage();
  const victim = newVisitor();
  const answer = await send(victim, formOf(attacker.page, '/login'), { fields: credentials });
  t.is(answer.statusCode, 400);
  t.is(answer.headers['set-cookie'], undefined);
});

test('guesses that other sites cause do not count against the account', async (t) => {
  const { user, page } = await loginPage();
  for (let time = 0; time < 10; time += 1) {
    const fields = { login: LOGIN, password: 'wrong' };
    await send(user, formOf(page, '/login'), { fields, headers: { 'sec-fetch-site': 'cross-site' } });
  }
  t.true((await user.submit(page, 'login-submit', credentials)).body.includes('id="consent-submit"'));
});

for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'] as const) {
  test(`no step of a sign-in acts on ${method}`, async (t) => {
    const { app, user, page } = await loginPage();
    for (const action of ['/login', '/abort']) {
      // The sign-in page has an address of its own, for whoever comes from the page to register.
      const status = action === '/login' && ['GET', 'HEAD'].includes(method) ? 200 : 405;
      t.is((await send(user, formOf(page, action), { method, fields: credentials })).statusCode, status, action);
    }
    const consent = await user.submit(page, 'login-submit', credentials);
    t.is((await send(user, formOf(consent, '/consent'), { method })).statusCode, 405);
    t.is(toldApp(await user.open(app.request({ prompt: 'none' }).url)).error, 'consent_required');
  });
}

async function logoutPage() {
  const app = await newApp();
  const { user } = await obtainCode(app);
  const isSignedIn = async () => 'code' in toldApp(await user.open(app.request({ prompt: 'none' }).url));
  return { user, isSignedIn, form: formOf(await user.open(`${issuer}/session/end`), '/session/end/confirm') };
}

test('signing out needs the token of its page', async (t) => {
  for (const xsrf of [undefined, '', 'A'.repeat(48)]) {
    const { user, isSignedIn, form } = await logoutPage();
    const answer = await send(user, form, { fields: { xsrf, logout: 'yes' } });
    t.is(answer.statusCode, 400);
    t.true(await isSignedIn());
  }
});

test('signing out does not happen by reading', async (t) => {
  const { user, isSignedIn, form } = await logoutPage();
  const address = { ...form, address: `${form.address}?a=b` };
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE'] as const) {
    t.is((await send(user, address, { method, fields: { logout: 'yes' } })).statusCode, 405, method);
  }
  t.true(await isSignedIn());
});

test('a cookie of ours is for us alone: not for scripts, and not sent along by other sites’ forms', async (t) => {
  const { user } = await logoutPage();
  const { cookies } = await user.jar.serialize();
  t.true(cookies.length > 0);
  for (const { httpOnly, sameSite, key } of cookies) {
    t.true(httpOnly, key);
    t.is(sameSite, 'lax', key);
  }
});
