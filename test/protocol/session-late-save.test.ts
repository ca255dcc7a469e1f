/** A request that read a session before it ended, and saves it afterwards, does not bring it back. */
import test from 'ava';
import { disableAccount } from '../../src/domain/accounts/change.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { startInstallation } from '../support/installation.ts';
import { type App, appOf, CALLBACK, PASSWORD, signIn, WEB_APP } from '../support/relying-party.ts';
import type { DatabaseName } from '../support/storage.ts';
import { newUser, type User } from '../support/user.ts';

const LOGIN = 'ada@example.com';

async function start(t: { teardown(clean: () => Promise<void>): void }, database: DatabaseName) {
  const gates = gatedRecords();
  const latchkey = await startInstallation({ database, wrapRecords: gates.wrapRecords });
  t.teardown(latchkey.stop);
  const account = await latchkey.createAccount({ email: LOGIN, password: PASSWORD });
  const newApp = async () => appOf(latchkey, await latchkey.createClient({ ...WEB_APP, first_party: true }));
  const user = newUser({ stopAt: CALLBACK });
  await signIn(user, (await newApp()).request().url, LOGIN);
  // New to the session, which is saved for it.
  const app = await newApp();
  return { gates, latchkey, account, app, user };
}

async function errorOf(user: User, app: App): Promise<string | null> {
  const page = await user.open(app.request({ prompt: 'none' }).url);
  return new URL(page.url).searchParams.get('error');
}

await forEachDatabase(test, ({ name }) => {
  test(`${name}: a save that comes after the sign-out finds nothing to save to`, async (t) => {
    const { gates, latchkey, app, user } = await start(t, name);
    const logout = await user.open(`${latchkey.issuer}/session/end`);
    const tab = newUser({ stopAt: CALLBACK, jar: await user.jar.clone() });
    const save = gates.holdNext('replace', 'sessions');
    const late = tab.open(app.request({ prompt: 'none' }).url);
    await save.reached;

    t.regex((await user.submit(logout, 'logout-confirm')).body, /signed out/i);
    save.release();
    await late;

    t.is(await errorOf(tab, app), 'login_required');
    t.is(await errorOf(user, app), 'login_required');
  });

  test(`${name}: a save that comes after an administrator ended the session finds nothing to save to`, async (t) => {
    const { gates, latchkey, account, app, user } = await start(t, name);
    const save = gates.holdNext('replace', 'sessions');
    const late = user.open(app.request({ prompt: 'none' }).url);
    await save.reached;

    t.is(await latchkey.installation.sessions.destroyForAccount(account.id), 1);
    save.release();
    await late;

    t.is(await errorOf(user, app), 'login_required');
  });

  test(`${name}: a sign-out that comes after a save by another tab ends what that tab saved`, async (t) => {
    const { gates, latchkey, app, user } = await start(t, name);
    const logout = await user.open(`${latchkey.issuer}/session/end`);
    const tab = newUser({ stopAt: CALLBACK, jar: await user.jar.clone() });
    const end = gates.holdNext('replace', 'sessions');
    const late = user.submit(logout, 'logout-confirm');
    await end.reached;

    t.is(await errorOf(tab, app), null);
    end.release();
    await late;

    t.is(await errorOf(tab, app), 'login_required');
  });

  test(`${name}: disabling an account ends a session that is being saved`, async (t) => {
    const { gates, latchkey, account, app, user } = await start(t, name);
    const save = gates.holdNext('replace', 'sessions', 'after');
    const late = user.open(app.request({ prompt: 'none' }).url);
    await save.reached;

    await disableAccount(account.id, latchkey.installation);
    save.release();
    await late;

    t.is(await errorOf(user, app), 'login_required');
  });
});
