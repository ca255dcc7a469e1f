/** A sign-in step that is finished twice, by a double click or two tabs, goes on once. */
import test, { type ExecutionContext } from 'ava';
import { en } from '../../src/web/pages/dictionaries/en.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { startInstallation } from '../support/installation.ts';
import { newPerson, type Page } from '../support/person.ts';
import { appOf, CALLBACK, PASSWORD, WEB_APP } from '../support/relying-party.ts';

const LOGIN = 'ada@example.com';

/** Somebody at the consent page. */
async function start(t: ExecutionContext) {
  const gates = gatedRecords();
  const latchkey = await startInstallation({ wrapRecords: gates.wrapRecords });
  t.teardown(latchkey.stop);
  await latchkey.createAccount({ email: LOGIN, password: PASSWORD });
  const app = appOf(latchkey, await latchkey.createClient(WEB_APP));
  const person = newPerson({ stopAt: CALLBACK });
  const login = await person.open(app.request().url);
  const consent = await person.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD });
  return { gates, latchkey, person, consent };
}

const hasCode = (page: Page): boolean => new URL(page.url).searchParams.has('code');
const isExpired = (page: Page): boolean => page.status === 400 && page.body.includes(en.expired.heading);

test('of ten resumes of one sign-in at once one goes on, the others get the page that says it is over', async (t) => {
  const { latchkey, person, consent } = await start(t);
  const beforeResume = newPerson({ stopAt: `${latchkey.issuer}/auth/`, jar: person.jar });
  const { url } = await beforeResume.submit(consent, 'consent-submit');
  const jars = await Promise.all(Array.from({ length: 10 }, () => person.jar.clone()));

  const pages = await Promise.all(jars.map((jar) => newPerson({ stopAt: CALLBACK, jar }).open(url)));

  t.is(pages.filter(hasCode).length, 1);
  t.is(pages.filter(isExpired).length, 9);
});

test('a second click that arrives late does not make a second code', async (t) => {
  const { gates, person, consent } = await start(t);
  const second = newPerson({ stopAt: CALLBACK, jar: await person.jar.clone() });
  // The second click has found its sign-in under way; the first one ends it before the second can say what was chosen.
  const secondChoice = gates.holdNext('put', 'interactions');
  const late = second.submit(consent, 'consent-submit');
  await secondChoice.reached;

  const first = await person.submit(consent, 'consent-submit');
  secondChoice.release();

  t.true(hasCode(first));
  t.true(isExpired(await late));
});
