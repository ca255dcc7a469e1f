/** A sign-in that was left half-way goes on for nobody else: another person, a closed browser, or after a sign-out. */
import test from 'ava';
import type { Account } from '../../src/storage/records/accounts.ts';
import { isActive } from '../protocol/introspecting.ts';
import { advance, stopTime } from '../protocol/time.ts';
import { gatedRecords } from '../support/gated-records.ts';
import {
  newVisitor,
  ownProvider,
  redeem,
  sharedProvider,
  TERMS,
  textOf,
  toldApp,
} from '../support/provider-fixture.ts';
import { CALLBACK, PASSWORD } from '../support/relying-party.ts';
import { newUser, type Page, type User } from '../support/user.ts';

stopTime();
const gates = gatedRecords();
const fixture = await sharedProvider({ wrapRecords: gates.wrapRecords });
const { newApp, newAccount } = fixture;
const HOUR = 3600;

const hasCode = ({ url }: Page): boolean => url.startsWith(CALLBACK) && url.includes('code=');
const isExpired = ({ status, body }: Page): boolean => status === 400 && /\/docs\/errors\/\w+"/.test(body);

const enter = (user: User, page: Page, { email }: Account, isRemembered = false): Promise<Page> =>
  user.submit(page, 'login-submit', { login: email, password: PASSWORD, remember: isRemembered ? ['yes'] : [] });

const cookieOf = async ({ jar }: User, name: string) => (await jar.serialize()).cookies.find(({ key }) => key === name);

/** What has no date goes. */
async function closeBrowser({ jar }: User): Promise<void> {
  for (const { key, path, expires } of (await jar.serialize()).cookies)
    if (expires === undefined || expires === 'Infinity')
      await jar.store.removeCookie('localhost', String(path ?? '/'), String(key));
}

/** At the address of the page in between: another account has entered its password, and nobody has gone on. */
const toOtherAccount = async (user: User, page: Page, account: Account): Promise<Page> =>
  enter(user, await user.open(page.url.replace('?', '/login?')), account);

test.serial('after a hand-over that was left, whoever opens the closed browser is not signed in', async (t) => {
  const app = await newApp({ first_party: true });
  const user = newVisitor();
  await enter(user, await user.open(app.request().url), await newAccount());
  const handOver = await enter(user, await user.open(app.request({ prompt: 'login' }).url), await newAccount());
  t.true(handOver.body.includes('hand-over-submit'));
  await closeBrowser(user);
  advance(15 * 60);
  t.false(hasCode(await user.open(handOver.url)));
});

test.serial(
  'whoever signed out accepts no terms by a page that is still open, and is not signed in by it',
  async (t) => {
    const provider = await ownProvider(t, { environment: TERMS });
    const app = await provider.newApp({ first_party: true });
    const ada = await provider.newAccount({ acceptedTerms: { version: 'older', at: 0 } });
    const user = newVisitor();
    const terms = await enter(user, await user.open(app.request().url), ada);
    await toOtherAccount(user, terms, await provider.newAccount());
    await user.submit(await user.open(`${provider.latchkey.issuer}/session/end`), 'logout-confirm');
    t.true(isExpired(await user.submit(terms, 'terms-submit', { terms: TERMS.TERMS_VERSION })));
    t.is((await provider.latchkey.installation.accounts.get(ada.id))?.acceptedTerms?.version, 'older');
  },
);

test.serial(
  'an account that was chosen on a page from before another one signed in is not mistaken for that one',
  async (t) => {
    const app = await newApp({ first_party: true });
    const user = newVisitor();
    await enter(user, await user.open(app.request().url), await newAccount());
    const choices = await user.open(app.request({ prompt: 'select_account' }).url);
    await toOtherAccount(user, choices, await newAccount());
    const other = await enter(user, await user.open(app.request({ prompt: 'login' }).url), await newAccount());
    await user.submit(other, 'hand-over-submit');
    t.true(isExpired(await user.submit(choices, 'account-0')));
  },
);

test.serial('a consent page from before a hand-over is over', async (t) => {
  const app = await newApp();
  const user = newVisitor();
  const consent = await enter(user, await user.open(app.request().url), await newAccount());
  await toOtherAccount(user, consent, await newAccount());
  t.true(isExpired(await user.submit(consent, 'consent-submit')));
});

test.serial('in a closed browser nobody reads whose consent page it was, nor allows anything for them', async (t) => {
  const app = await newApp();
  const ada = await newAccount();
  const user = newVisitor();
  const consent = await enter(user, await user.open(app.request().url), ada);
  await closeBrowser(user);
  const later = await user.open(consent.url);
  t.true(isExpired(later) && !textOf(later).includes(ada.email));
  t.true(isExpired(await user.submit(consent, 'consent-submit')));
  t.is(await fixture.latchkey.installation.consents.get(ada.id, app.client.client_id), undefined);
});

test.serial('the session cookie of another person does not open the page of the one before', async (t) => {
  const app = await newApp();
  const [ada, grace] = [await newAccount(), await newAccount()];
  const [user, other] = [newVisitor(), newVisitor()];
  const consent = await enter(user, await user.open(app.request().url), ada);
  await enter(other, await other.open(app.request().url), grace);
  for (const name of ['latchkey', 'latchkey.sig']) {
    const value = (await cookieOf(other, name))?.value;
    await user.jar.setCookie(`${name}=${value}; path=/`, fixture.latchkey.issuer);
  }
  t.true(isExpired(await user.open(consent.url)));
});

test.serial('the cookies of a sign-in under way go with the browser', async (t) => {
  const app = await newApp();
  const user = newVisitor();
  await user.open(app.request().url);
  for (const name of ['latchkey_interaction', 'latchkey_interaction.sig', 'latchkey_resume', 'latchkey_resume.sig']) {
    const cookie = await cookieOf(user, name);
    t.not(cookie, undefined, name);
    t.true(cookie?.expires === undefined || cookie.expires === 'Infinity', name);
  }
});

test.serial('a ticked sign-in that waits at its consent does not undo a later unticked one', async (t) => {
  const [app, other] = [await newApp(), await newApp({ first_party: true })];
  const ada = await newAccount();
  const user = newVisitor();
  const consent = await enter(user, await user.open(app.request().url), ada, true);
  advance(60);
  await enter(user, await user.open(other.request({ prompt: 'login' }).url), ada);
  t.true(hasCode(await user.submit(consent, 'consent-submit')));
  const expires = (await cookieOf(user, 'latchkey'))?.expires;
  t.true(expires === undefined || expires === 'Infinity');
  advance(2 * HOUR);
  t.is(toldApp(await user.open(other.request({ prompt: 'none' }).url)).error, 'login_required');
});

for (const last of ['the other tab', 'the unticked one']) {
  test.serial(`unticked while another tab is answered, ${last} saved last: all ends within the hour`, async (t) => {
    const [app, other] = [await newApp({ first_party: true }), await newApp({ first_party: true })];
    const ada = await newAccount();
    const user = newVisitor();
    await enter(user, await user.open(app.request().url), ada, true);
    await user.open(`${fixture.latchkey.issuer}/account`);
    advance(60);
    const { url, verifier } = app.request({ prompt: 'login' });
    const page = await user.open(url);
    advance(5);
    const tab = newUser({ stopAt: CALLBACK, jar: user.jar, headers: { 'x-forwarded-for': '10.200.0.1' } });
    const unticked = () => enter(user, page, ada);
    const silent = () => tab.open(other.request({ prompt: 'none' }).url);
    const [held, free] = last === 'the other tab' ? [silent, unticked] : [unticked, silent];
    const gate = gates.holdNext('replace', 'sessions');
    const late = held();
    await gate.reached;
    const first = await free();
    gate.release();
    const second = await late;
    const answered = held === unticked ? second : first;
    const { body } = await redeem(app, { code: toldApp(answered).code ?? '', verifier });
    advance(2 * HOUR);
    t.false((await user.open(`${fixture.latchkey.issuer}/account`)).body.includes('/account/sessions'));
    t.false(await isActive(app, body.refresh_token ?? ''));
    t.is(toldApp(await user.open(other.request({ prompt: 'none' }).url)).error, 'login_required');
  });
}
