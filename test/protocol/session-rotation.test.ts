/** A session's cookie value is exchanged when a sign-in step ends: what opens the session afterwards, and for how long. */
import test, { type ExecutionContext } from 'ava';
import { ManualClock } from '../support/clock.ts';
import { startInstallation } from '../support/installation.ts';
import { type App, appOf, CALLBACK, PASSWORD, WEB_APP } from '../support/relying-party.ts';
import { newUser, type Page, type User } from '../support/user.ts';

const LOGIN = 'ada@example.com';
const GRACE_SECONDS = 60;

/** A user who has signed in and then allowed an app: the second step exchanged the cookie of the first. */
async function start(t: ExecutionContext) {
  const clock = new ManualClock();
  const latchkey = await startInstallation({ clock });
  t.teardown(latchkey.stop);
  await latchkey.createAccount({ email: LOGIN, password: PASSWORD });
  const app = appOf(latchkey, await latchkey.createClient(WEB_APP));
  const user = newUser({ stopAt: CALLBACK });
  const login = await user.open(app.request().url);
  const consent = await user.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD });
  const before = newUser({ stopAt: CALLBACK, jar: await user.jar.clone() });
  await user.submit(consent, 'consent-submit');
  return { clock, app, user, before };
}

async function signInSilently(user: User, app: App): Promise<Page> {
  return user.open(app.request({ prompt: 'none' }).url);
}

async function isSignedIn(user: User, app: App): Promise<boolean> {
  return new URL((await signInSilently(user, app)).url).searchParams.has('code');
}

test('the value before a rotation opens the session while requests may be under way, and then nothing', async (t) => {
  const { clock, app, user, before } = await start(t);

  t.true(await isSignedIn(before, app));

  clock.advance(GRACE_SECONDS + 1);
  t.false(await isSignedIn(before, app));
  t.true(await isSignedIn(user, app));
});

test('the value before another sign-in with the same account opens nothing after it', async (t) => {
  const { clock, app, user } = await start(t);
  const before = newUser({ stopAt: CALLBACK, jar: await user.jar.clone() });
  clock.advance(2);
  const login = await user.open(app.request({ prompt: 'login' }).url);
  await user.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD });
  t.false(await isSignedIn(before, app));
  t.true(await isSignedIn(user, app));
});

test('a value that was rotated away does not live longer for being used', async (t) => {
  const { clock, app, before } = await start(t);
  clock.advance(GRACE_SECONDS - 1);
  t.true(await isSignedIn(before, app));

  clock.advance(2);

  t.false(await isSignedIn(before, app));
});

test('an answer to a value that was rotated away leaves the new one in the browser', async (t) => {
  const { clock, app, user, before } = await start(t);

  const page = await signInSilently(before, app);

  t.is(page.headers['set-cookie'], undefined);
  // Later, because what has not changed is not saved again at once, and handed out with that.
  clock.advance(GRACE_SECONDS + 1);
  t.not((await signInSilently(user, app)).headers['set-cookie'], undefined);
});
