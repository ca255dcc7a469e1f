/** Parallel tabs: silent sign-ins at once leave every code usable and every client in the session. */

import test, { type ExecutionContext } from 'ava';
import { sessionIdHash } from '../../src/storage/issued/sessions.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';
import { type App, appOf, CALLBACK, codeOf, PASSWORD, signIn, WEB_APP } from '../support/relying-party.ts';
import { newUser, type User } from '../support/user.ts';

const LOGIN = 'ada@example.com';
const TABS = 10;

async function start(t: ExecutionContext) {
  const latchkey = await startInstallation();
  t.teardown(latchkey.stop);
  await latchkey.createAccount({ email: LOGIN, password: PASSWORD });
  const user = newUser({ stopAt: CALLBACK });
  return { latchkey, user };
}

async function newApps(latchkey: TestInstallation, count: number, metadata: object = {}): Promise<App[]> {
  const clients = await Promise.all(
    Array.from({ length: count }, () => latchkey.createClient({ ...WEB_APP, ...metadata })),
  );
  return clients.map((client) => appOf(latchkey, client));
}

/** Opens a silent sign-in and redeems its code. */
async function signInSilently(user: User, app: App): Promise<number> {
  const { url, verifier } = app.request({ prompt: 'none' });
  const code = codeOf(await user.open(url));
  const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier };
  return (await app.token(form)).statusCode;
}

test('ten apps that sign in silently at once all get a usable code', async (t) => {
  const { latchkey, user } = await start(t);
  const apps = await newApps(latchkey, TABS);
  for (const app of apps) await signIn(user, app.request().url, LOGIN);

  const statuses = await Promise.all(apps.map((app) => signInSilently(user, app)));

  t.deepEqual(
    statuses,
    Array.from({ length: TABS }, () => 200),
  );
});

test('ten tabs of one app that sign in silently at once all get a usable code', async (t) => {
  const { latchkey, user } = await start(t);
  const [app] = (await newApps(latchkey, 1)) as [App];
  await signIn(user, app.request().url, LOGIN);

  const statuses = await Promise.all(Array.from({ length: TABS }, () => signInSilently(user, app)));

  t.deepEqual(
    statuses,
    Array.from({ length: TABS }, () => 200),
  );
});

test('ten first-party apps that were never used before share a session at once', async (t) => {
  const { latchkey, user } = await start(t);
  const [first, ...others] = (await newApps(latchkey, TABS, { first_party: true })) as [App, ...App[]];
  await signIn(user, first.request().url, LOGIN);

  const statuses = await Promise.all([...others, ...others].map((app) => signInSilently(user, app)));

  t.deepEqual([...new Set(statuses)], [200]);
  const { sessions } = latchkey.installation;
  const cookie = (await user.jar.getCookies(latchkey.issuer)).find(({ key }) => key === 'latchkey');
  const session = await sessions.findBySessionId(sessionIdHash(cookie?.value ?? ''));
  t.is(Object.keys(session?.document.state.authorizations ?? {}).length, TABS);
});

test('ten tabs of one app that get consent at once all end up with a usable code', async (t) => {
  const { latchkey, user } = await start(t);
  const [first, app] = (await newApps(latchkey, 2)) as [App, App];
  await signIn(user, first.request().url, LOGIN);
  const requests = Array.from({ length: TABS }, () => app.request());
  const pages = await Promise.all(requests.map(({ url }) => user.open(url)));

  const answers = await Promise.all(
    pages.map(async (page, tab) => {
      const code = codeOf(await user.submit(page, 'consent-submit'));
      const verifier = requests[tab]?.verifier ?? '';
      return app.token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier });
    }),
  );

  t.deepEqual([...new Set(answers.map(({ statusCode }) => statusCode))], [200]);
});

test('a hundred silent sign-ins in one session at once all get a usable code', async (t) => {
  const { latchkey, user } = await start(t);
  const [app] = (await newApps(latchkey, 1)) as [App];
  await signIn(user, app.request().url, LOGIN);

  const statuses = await Promise.all(Array.from({ length: 100 }, () => signInSilently(user, app)));

  t.deepEqual([...new Set(statuses)], [200]);
});
