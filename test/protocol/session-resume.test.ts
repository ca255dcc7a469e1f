/** A sign-in step that is finished twice, by a double click or two tabs, goes on once. */
import test, { type ExecutionContext } from 'ava';
import { en } from '../../src/web/pages/words/en.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { startInstallation } from '../support/installation.ts';
import { appOf, CALLBACK, PASSWORD, WEB_APP } from '../support/relying-party.ts';
import { newUser, type Page } from '../support/user.ts';

const LOGIN = 'ada@example.com';

/** Somebody at the consent page. */
async function start(t: ExecutionContext) {
  const gates = gatedRecords();
  const latchkey = await startInstallation({ wrapRecords: gates.wrapRecords });
  t.teardown(latchkey.stop);
  await latchkey.createAccount({ email: LOGIN, password: PASSWORD });
  const app = appOf(latchkey, await latchkey.createClient(WEB_APP));
  const user = newUser({ stopAt: CALLBACK });
  const login = await user.open(app.request().url);
  const consent = await user.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD });
  return { gates, latchkey, user, consent };
}

const hasCode = (page: Page): boolean => new URL(page.url).searchParams.has('code');
const isExpired = (page: Page): boolean => page.status === 400 && page.body.includes(en.expired.heading);

test('of ten resumes of one sign-in at once one goes on, the others get the page that says it is over', async (t) => {
  const { latchkey, user, consent } = await start(t);
  const beforeResume = newUser({ stopAt: `${latchkey.issuer}/auth/`, jar: user.jar });
  const { url } = await beforeResume.submit(consent, 'consent-submit');
  const jars = await Promise.all(Array.from({ length: 10 }, () => user.jar.clone()));

  const pages = await Promise.all(jars.map((jar) => newUser({ stopAt: CALLBACK, jar }).open(url)));

  t.is(pages.filter(hasCode).length, 1);
  t.is(pages.filter(isExpired).length, 9);
});

test('a second click that arrives late does not make a second code', async (t) => {
  const { gates, user, consent } = await start(t);
  const second = newUser({ stopAt: CALLBACK, jar: await user.jar.clone() });
  // The second click has found its sign-in under way; the first one ends it before the second can say what was chosen.
  const secondChoice = gates.holdNext('put', 'interactions');
  const late = second.submit(consent, 'consent-submit');
  await secondChoice.reached;

  const first = await user.submit(consent, 'consent-submit');
  secondChoice.release();

  t.true(hasCode(first));
  t.true(isExpired(await late));
});
