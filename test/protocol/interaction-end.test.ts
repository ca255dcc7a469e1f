/** Steps of a sign-in that are over: the page says so and leads back to the app, and nothing happens twice. */
import test from 'ava';
import { LOGIN, newVisitor, sharedProvider, textOf, toldApp } from '../support/provider-fixture.ts';
import { CALLBACK, codeOf, PASSWORD, signIn } from '../support/relying-party.ts';
import type { Page } from '../support/user.ts';
import { advance, stopTime } from './time.ts';

stopTime();
const { latchkey, newApp } = await sharedProvider();
const { issuer } = latchkey;
const INITIATE = 'https://app.example.com/start?via=latchkey';
const HOME = 'https://app.example.com/';
const WAY_BACK = `${INITIATE}&iss=${encodeURIComponent(issuer)}`;
const credentials = { login: LOGIN, password: PASSWORD };

/** Where the page's one link back leads. */
function wayBack({ body }: Page): string | undefined {
  return /<a class="button(?: primary)?" href="([^"]*)"/.exec(body)?.[1]?.replaceAll('&amp;', '&');
}

function isOver(page: Page): boolean {
  return page.status === 400 && !page.body.includes('name="password"') && page.url.startsWith(issuer);
}

async function opened(metadata: object = { initiate_login_uri: INITIATE }) {
  const app = await newApp({ ...metadata });
  const user = newVisitor();
  return { app, user, login: await user.open(app.request().url) };
}

test.serial('a sign-in page that was used leads back to where the app begins a sign-in', async (t) => {
  const { user, login } = await opened();
  await user.submit(login, 'login-submit', credentials);
  const again = await user.open(login.url);
  t.true(isOver(again), textOf(again));
  t.is(wayBack(again), WAY_BACK);
});

test.serial('the old form sent again leads back, too, and signs nobody in', async (t) => {
  const { user, login } = await opened();
  const consent = await user.submit(login, 'login-submit', credentials);
  const again = await user.submit(login, 'login-submit', credentials);
  t.true(isOver(again));
  t.is(wayBack(again), WAY_BACK);
  t.true('code' in toldApp(await user.submit(consent, 'consent-submit')));
});

test.serial('a consent form sent twice gives one code', async (t) => {
  const { user, login } = await opened();
  const consent = await user.submit(login, 'login-submit', credentials);
  const [first, second] = await Promise.all([
    user.submit(consent, 'consent-submit'),
    user.submit(consent, 'consent-submit'),
  ]);
  t.is([first, second].filter(({ url }) => url.startsWith(CALLBACK)).length, 1);
  t.is([first, second].filter(isOver).length, 1);
});

test.serial('a sign-in that was left open for too long leads back', async (t) => {
  const { user, login } = await opened();
  advance(2 * 3600);
  for (const page of [await user.open(login.url), await user.submit(login, 'login-submit', credentials)]) {
    t.true(isOver(page));
    t.is(wayBack(page), WAY_BACK);
  }
});

test.serial('without a place to begin a sign-in the app’s own page is the way back', async (t) => {
  const { user, login } = await opened({ client_uri: HOME });
  await user.submit(login, 'abort');
  t.is(wayBack(await user.open(login.url)), HOME);
});

test.serial('an app that names no page is gone back to by hand', async (t) => {
  const { user, login } = await opened({});
  await user.submit(login, 'abort');
  const page = await user.open(login.url);
  t.true(isOver(page));
  t.is(wayBack(page), undefined);
});

test.serial('a sign-in of one browser is over in another', async (t) => {
  const { login } = await opened();
  const stranger = newVisitor();
  for (const page of [await stranger.open(login.url), await stranger.submit(login, 'login-submit', credentials)]) {
    t.true(isOver(page));
    t.is(wayBack(page), WAY_BACK);
  }
});

test.serial('a sign-in that never was is over, whatever app its address names', async (t) => {
  for (const query of ['', '?client_id=', '?client_id=nobody', '?client_id=a&client_id=b', '?client_id[]=a']) {
    const page = await newVisitor().open(`${issuer}/interaction/never-was${query}`);
    t.true(isOver(page), query);
    t.is(wayBack(page), undefined);
  }
});

test.serial('going on where oidc-provider waits, too early, too late or in another browser, leads back', async (t) => {
  const { app, user, login } = await opened();
  const uid = new URL(login.url).pathname.split('/').at(-1);
  const resume = `${issuer}/auth/${uid}?client_id=${encodeURIComponent(app.client.client_id)}`;
  const stranger = await newVisitor().open(resume);
  t.true(isOver(stranger));
  t.is(wayBack(stranger), WAY_BACK);

  await signIn(user, login.url, LOGIN);
  const late = await user.open(resume);
  t.true(isOver(late));
  t.is(wayBack(late), WAY_BACK);
});

test.serial('two sign-ins in two tabs of one browser do not disturb each other', async (t) => {
  const { app, user, login } = await opened();
  const other = await user.open(app.request({ state: 'second' }).url);
  const consent = await user.submit(login, 'login-submit', credentials);
  t.truthy(codeOf(await user.submit(consent, 'consent-submit')));
  const page = await user.submit(other, 'login-submit', credentials);
  t.is(toldApp(page).state, 'second');
  t.truthy(codeOf(page));
});

test.serial('a step is answered by its own form alone', async (t) => {
  const { user, login } = await opened();
  const swapped = { ...login, body: login.body.replaceAll('/login?', '/consent?') };
  t.true(isOver(await user.submit(swapped, 'login-submit', credentials)));
  const page = await user.submit(login, 'login-submit', credentials);
  t.true(page.body.includes('id="consent-submit"'));
});

test.serial('a form that is not from our own page leads back to the app, and one of no app to the start', async (t) => {
  const { user, login } = await opened();
  const page = await user.submit(login, 'login-submit', { ...credentials, csrf: 'of another page' });
  t.is(page.status, 403);
  t.is(wayBack(page), WAY_BACK);
  const unnamed = { ...login, body: login.body.replaceAll(/\?client_id=[^"]*/g, '?client_id=nobody') };
  t.is(wayBack(await user.submit(unnamed, 'login-submit', { ...credentials, csrf: 'of another page' })), '/');
});
