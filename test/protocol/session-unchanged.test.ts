/** A session in which nothing changed is not saved at every request, and lives on as long as it is used. */
import test from 'ava';
import type { Records } from '../../src/storage/driver.ts';
import { startInstallation } from '../support/installation.ts';
import { appOf, CALLBACK, codeOf, PASSWORD, signIn, WEB_APP } from '../support/relying-party.ts';
import { newUser } from '../support/user.ts';
import { advance, stopTime } from './time.ts';

const LOGIN = 'ada@example.com';
const DAY = 24 * 3600;
const SESSION_COOKIE = /^latchkey(?:\.sig)?=/;

stopTime();

async function start(t: { teardown(clean: () => Promise<void>): void }) {
  let saves = 0;
  const counting = (records: Records): Records => ({
    ...records,
    replace(collection, record, expectedVersion) {
      if (collection === 'sessions') saves += 1;
      return records.replace(collection, record, expectedVersion);
    },
  });
  const latchkey = await startInstallation({ wrapRecords: counting });
  t.teardown(latchkey.stop);
  await latchkey.createAccount({ email: LOGIN, password: PASSWORD });
  const newApp = async () => appOf(latchkey, await latchkey.createClient({ ...WEB_APP, first_party: true }));
  const app = await newApp();
  const user = newUser({ stopAt: CALLBACK });
  await signIn(user, app.request().url, LOGIN);
  const before = saves;
  return { app, newApp, user, saves: () => saves - before };
}

test.serial('a silent sign-in a moment after the last one saves no session', async (t) => {
  const { app, user, saves } = await start(t);

  advance(59);
  codeOf(await user.open(app.request({ prompt: 'none' }).url));

  t.is(saves(), 0);
});

test.serial('an answer that saved no session hands out no session cookie', async (t) => {
  const { app, user } = await start(t);

  const { headers } = await user.open(app.request({ prompt: 'none' }).url);

  t.deepEqual(
    (headers['set-cookie'] ?? []).filter((cookie) => SESSION_COOKIE.test(cookie)),
    [],
  );
});

test.serial('a minute later the session is saved, and lives on', async (t) => {
  const { app, user, saves } = await start(t);

  for (let days = 0; days < 20; days += 4) {
    advance(4 * DAY);
    codeOf(await user.open(app.request({ prompt: 'none' }).url));
  }

  t.is(saves(), 5);
});

test.serial('what an app adds to the session is saved at once', async (t) => {
  const { newApp, user, saves } = await start(t);

  codeOf(await user.open((await newApp()).request({ prompt: 'none' }).url));

  t.is(saves(), 1);
});
