/** A cookie value known before a sign-in opens nothing after it, however it is used meanwhile. */
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { gatedRecords } from '../support/gated-records.ts';
import { startInstallation } from '../support/installation.ts';
import { type App, appOf, CALLBACK, PASSWORD, signIn, WEB_APP } from '../support/relying-party.ts';
import { newUser, type User } from '../support/user.ts';

const LOGIN = 'ada@example.com';

/** An attacker who has put the cookies of his own, anonymous session into the browser of a victim. */
async function start(t: ExecutionContext) {
  const gates = gatedRecords();
  const latchkey = await startInstallation({ wrapRecords: gates.wrapRecords });
  t.teardown(latchkey.stop);
  await latchkey.createAccount({ email: LOGIN, password: PASSWORD });
  const app = appOf(latchkey, await latchkey.createClient({ ...WEB_APP, first_party: true }));
  const attacker = newUser({ stopAt: CALLBACK });
  // Asked to sign out, the provider begins a session for somebody it does not know.
  const page = await attacker.open(`${latchkey.issuer}/session/end?client_id=${app.client.client_id}`);
  t.truthy(page.headers['set-cookie']);
  const victim = newUser({ stopAt: CALLBACK, jar: await attacker.jar.clone() });
  return { gates, latchkey, app, attacker, victim, page };
}

async function isSignedIn(user: User, app: App): Promise<boolean> {
  const page = await user.open(app.request({ prompt: 'none' }).url);
  return new URL(page.url).searchParams.has('code');
}

test('a session that was planted before the sign-in opens nothing after it', async (t) => {
  const { app, attacker, victim } = await start(t);

  await signIn(victim, app.request().url, LOGIN);

  t.true(await isSignedIn(victim, app));
  t.false(await isSignedIn(attacker, app));
});

/** Posts the attacker's sign-out form: the session is read at once, the form arrives after `meanwhile`. */
async function confirmSlowly(
  { gates, latchkey, attacker, page }: Awaited<ReturnType<typeof start>>,
  form: Readonly<Record<string, string>>,
  meanwhile: () => Promise<unknown>,
): Promise<number | undefined> {
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
  const body = new URLSearchParams({ xsrf, ...form }).toString();
  const sessionRead = gates.holdNext('findBy', 'sessions', 'after');
  const request = http.request(`${latchkey.issuer}/session/end/confirm`, {
    method: 'POST',
    headers: {
      cookie: await attacker.jar.getCookieString(latchkey.issuer),
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': body.length,
    },
  });
  request.write(body.slice(0, 1));
  await sessionRead.reached;
  sessionRead.release();
  await meanwhile();
  request.end(body.slice(1));
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  for (const cookie of answer.headers['set-cookie'] ?? []) await attacker.jar.setCookie(cookie, latchkey.issuer);
  answer.resume();
  return answer.statusCode;
}

const requests = {
  'that keeps the cookie': { form: { xsrf: 'wrong' }, status: 400 },
  'that exchanges the cookie': { form: {}, status: 303 },
  'to sign out': { form: { logout: 'yes' }, status: 303 },
};

for (const [what, { form, status }] of Object.entries(requests)) {
  test(`a request ${what}, begun in a planted session, does nothing to who signed in before it ended`, async (t) => {
    const fixture = await start(t);
    const { app, attacker, victim } = fixture;

    t.is(await confirmSlowly(fixture, form, () => signIn(victim, app.request().url, LOGIN)), status);

    t.false(await isSignedIn(attacker, app));
    t.true(await isSignedIn(victim, app));
  });
}
