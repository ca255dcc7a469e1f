/** Choosing an account: `prompt=select_account` (OIDC Core 3.1.2.1), "Not you?", and the accounts that a browser remembers. */
import test, { type ExecutionContext } from 'ava';
import { decodeJwt } from 'jose';
import { disableAccount, endSessions } from '../../src/domain/accounts/change.ts';
import { newVisitor, obtainCode, redeem, sharedProvider, textOf, toldApp } from '../support/provider-fixture.ts';
import { type App, PASSWORD, signIn } from '../support/relying-party.ts';
import { comeIn, doors, newSigningApp } from '../support/request-doors.ts';
import type { Page, User } from '../support/user.ts';

const fixture = await sharedProvider();
const { latchkey, newApp } = fixture;

const isLogin = ({ body }: Page): boolean => body.includes('id="login-submit"');
const isConsent = ({ body }: Page): boolean => body.includes('id="consent-submit"');

/** What the page offers, in its order. */
function choicesOf({ body }: Page): readonly string[] {
  return [...body.matchAll(/<button [^>]*name="account" value="([^"]*)"/g)].map(([, id]) => String(id));
}

const loginOf = ({ body }: Page): string | undefined => /id="login"[^>]* value="([^"]*)"/.exec(body)?.[1];

async function subjectOf(app: App, page: Page, verifier: string): Promise<unknown> {
  const { code = '' } = toldApp(page);
  return decodeJwt((await redeem(app, { code, verifier })).body.id_token ?? '').sub;
}

async function newPerson(name: string) {
  const { id, email } = await fixture.newAccount({ name });
  return { id, login: email };
}

/** A browser in which each of them has signed in, the last of them now. */
async function usedBy(app: App, logins: readonly string[], user: User = newVisitor()): Promise<User> {
  for (const login of logins) {
    let page = await user.open(app.request({ prompt: 'login' }).url);
    page = await user.submit(page, 'login-submit', { login, password: PASSWORD });
    if (page.body.includes('id="hand-over-submit"')) page = await user.submit(page, 'hand-over-submit');
    if (isConsent(page)) await user.submit(page, 'consent-submit');
  }
  return user;
}

const choose = (app: App, user: User, parameters: Readonly<Record<string, string>> = {}): Promise<Page> =>
  user.open(app.request({ prompt: 'select_account', ...parameters }).url);

test('whoever is signed in chooses that account, and gets the code without a password', async (t) => {
  const app = await newApp();
  const ada = await newPerson('Ada');
  const user = await usedBy(app, [ada.login]);
  const { url, verifier } = app.request({ prompt: 'select_account' });
  const page = await user.open(url);
  t.deepEqual(choicesOf(page), [ada.id]);
  t.true(textOf(page).includes(`Ada ${ada.login} Signed in`));
  t.false(textOf(page).includes('you enter the password'));
  t.is(await subjectOf(app, await user.submit(page, 'account-0'), verifier), ada.id);
});

for (const door of Object.keys(doors)) {
  test(`select_account shows the page whatever way the request comes: ${door}`, async (t) => {
    const app = await newSigningApp(fixture);
    const ada = await newPerson('Ada');
    const user = await usedBy(app, [ada.login]);
    const { page } = await comeIn(fixture, { door, app, user }, { prompt: 'select_account' });
    t.deepEqual(choicesOf(page), [ada.id]);
  });
}

test('where no account is known, select_account is the sign-in page', async (t) => {
  const app = await newApp();
  const ada = await newPerson('Ada');
  const user = newVisitor();
  const { url, verifier } = app.request({ prompt: 'select_account' });
  const page = await user.open(url);
  t.true(isLogin(page));
  const consent = await user.submit(page, 'login-submit', { login: ada.login, password: PASSWORD });
  t.is(await subjectOf(app, await user.submit(consent, 'consent-submit'), verifier), ada.id);
});

test('a remembered account asks for its password, and signs the one before out of all its apps', async (t) => {
  const [app, otherApp] = [await newApp(), await newApp()];
  const [ada, grace] = [await newPerson('Ada'), await newPerson('Grace')];
  const user = await usedBy(app, [grace.login, ada.login]);
  await signIn(user, otherApp.request().url, ada.login);

  const { url, verifier } = app.request({ prompt: 'select_account' });
  const page = await user.open(url);
  t.deepEqual(choicesOf(page), [ada.id, grace.id]);
  t.true(textOf(page).includes('For accounts that are not signed in you enter the password.'));
  const login = await user.submit(page, 'account-1');
  t.is(loginOf(login), grace.login);
  t.true(textOf(login).includes(`You are signed in as ${ada.login}.`), 'said before');
  const handOver = await user.submit(login, 'login-submit', { password: PASSWORD, login: grace.login });
  let last = await user.submit(handOver, 'hand-over-submit');
  if (isConsent(last)) last = await user.submit(last, 'consent-submit');
  t.is(await subjectOf(app, last, verifier), grace.id);
  t.is(toldApp(await user.open(otherApp.request({ prompt: 'none' }).url)).error, 'consent_required');
});

test('a remembered account without its password gets nothing, and the one before stays signed in', async (t) => {
  const app = await newApp();
  const [ada, grace] = [await newPerson('Ada'), await newPerson('Grace')];
  const user = await usedBy(app, [grace.login, ada.login]);
  const login = await user.submit(await choose(app, user), 'account-1');
  const wrong = await user.submit(login, 'login-submit', { login: grace.login, password: 'not this one' });
  t.is(wrong.status, 400);
  const { url, verifier } = app.request({ prompt: 'none' });
  t.is(await subjectOf(app, await user.open(url), verifier), ada.id);
});

test('another account is entered on an empty form, whatever the app hints at', async (t) => {
  const app = await newApp();
  const ada = await newPerson('Ada');
  const user = await usedBy(app, [ada.login]);
  const page = await choose(app, user, { login_hint: 'hinted@example.com' });
  const href = /id="other-account"[^>]* href="([^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const login = await user.open(new URL(href, page.url).href);
  t.true(isLogin(login));
  t.is(loginOf(login), '');
});

const atPages: Readonly<Record<string, (app: App, user: User, login: string) => Promise<Page>>> = {
  consent: async (app, user) => user.open(app.request({ prompt: 'consent' }).url),
  'a new password entry': async (app, user) => user.open(app.request({ prompt: 'login' }).url),
  'an app for others': async (_app, user) => user.open((await newApp({ allowed_groups: ['staff'] })).request().url),
};

for (const [what, open] of Object.entries(atPages)) {
  test(`"Not you?" leads from ${what} to the accounts, and back with the one that is signed in`, async (t) => {
    const app = await newApp();
    const ada = await newPerson('Ada');
    const user = await usedBy(app, [ada.login]);
    const page = await open(app, user, ada.login);
    const [, href = ''] = /href="([^"]*\/account\?[^"]*)"/.exec(page.body) ?? [];
    const accounts = await user.open(new URL(href.replaceAll('&amp;', '&'), page.url).href);
    t.deepEqual(choicesOf(accounts), [ada.id]);
    const back = await user.submit(accounts, 'account-0');
    const headingOf = ({ body }: Page) => /<h1>[\s\S]*?<\/h1>/.exec(body)?.[0];
    t.is(headingOf(back), headingOf(page));
  });
}

test('at the consent page another account signs in instead, and is asked for itself', async (t) => {
  const app = await newApp();
  const [ada, grace] = [await newPerson('Ada'), await newPerson('Grace')];
  const user = await usedBy(await newApp(), [grace.login, ada.login]);
  const { url, verifier } = app.request({ state: 'kept' });
  const consent = await user.open(url);
  t.true(isConsent(consent) && textOf(consent).includes(ada.login));
  const accounts = await user.open(consent.url.replace('?', '/account?'));
  const login = await user.submit(accounts, 'account-1');
  const handOver = await user.submit(login, 'login-submit', { login: grace.login, password: PASSWORD });
  const next = await user.submit(handOver, 'hand-over-submit');
  t.true(isConsent(next) && textOf(next).includes(grace.login) && !textOf(next).includes(ada.login));
  const told = await user.submit(next, 'consent-submit');
  t.is(toldApp(told).state, 'kept');
  t.is(await subjectOf(app, told, verifier), grace.id);
});

test('with prompt=login too, the account that is signed in enters its password', async (t) => {
  const app = await newApp();
  const ada = await newPerson('Ada');
  const user = await usedBy(app, [ada.login]);
  const { url, verifier } = app.request({ prompt: 'login select_account' });
  const login = await user.submit(await user.open(url), 'account-0');
  t.true(isLogin(login));
  const told = await user.submit(login, 'login-submit', { login: ada.login, password: PASSWORD });
  t.is(await subjectOf(app, told, verifier), ada.id);
});

test('a new password entry begins with the account that is signed in, unless another is hinted at or wanted', async (t) => {
  const app = await newApp();
  const ada = await newPerson('Ada');
  const user = await usedBy(app, [ada.login]);
  const page = await user.open(app.request({ prompt: 'login' }).url);
  t.is(loginOf(page), ada.login);
  t.regex(page.body, /<input id="password"[^>]* autofocus/);
  const hinted = await user.open(app.request({ prompt: 'login', login_hint: 'hinted@example.com' }).url);
  t.is(loginOf(hinted), 'hinted@example.com');
  t.is(loginOf(await user.open(`${hinted.url}&account=other`)), '');
  const claims = JSON.stringify({ id_token: { sub: { value: (await newPerson('Grace')).id } } });
  t.is(loginOf(await user.open(app.request({ claims }).url)), '');
});

test('where the app demands the account that is signed in, no other is offered', async (t) => {
  const app = await newApp();
  const ada = await newPerson('Ada');
  const user = await usedBy(app, [ada.login]);
  const claims = JSON.stringify({ id_token: { sub: { value: ada.id } } });
  const page = await user.open(app.request({ prompt: 'login', claims }).url);
  t.is(loginOf(page), ada.login);
  t.false(/id="(?:switching|choose-account)"/.test(page.body));
});

test('an account that is removed is no longer offered in this browser, and its sign-in is as a stranger’s', async (t) => {
  const app = await newApp();
  const [ada, grace] = [await newPerson('Ada'), await newPerson('Grace')];
  const user = await usedBy(app, [grace.login, ada.login]);
  const page = await choose(app, user);
  const csrf = /name="csrf" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
  const action = /formaction="([^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const form = `<form action="${action}"><button id="forget" name="forgotten" value="${grace.id}">`;
  const after = await user.submit(
    { ...page, body: `${form}<input type="hidden" name="csrf" value="${csrf}"></form>` },
    'forget',
  );
  t.deepEqual(choicesOf(after), [ada.id]);
  t.deepEqual(choicesOf(await choose(app, user)), [ada.id]);
  // One that was chosen on a page from before is not signed in by that.
  t.deepEqual(choicesOf(await user.submit(page, 'account-1')), [ada.id]);
});

async function notOffered(t: ExecutionContext, change: (id: string) => Promise<unknown>): Promise<void> {
  const app = await newApp();
  const [ada, grace] = [await newPerson('Ada'), await newPerson('Grace')];
  const user = await usedBy(app, [grace.login, ada.login]);
  await change(grace.id);
  t.deepEqual(choicesOf(await choose(app, user)), [ada.id]);
}

test('an account is not named any more where its sessions were ended since', notOffered, (id: string) =>
  endSessions(id, latchkey.installation),
);
test('an account that is disabled is not offered', notOffered, (id: string) =>
  disableAccount(id, latchkey.installation),
);

test('nobody makes a browser name accounts by changing or planting its cookie', async (t) => {
  const app = await newApp();
  const [ada, grace] = [await newPerson('Ada'), await newPerson('Grace')];
  const user = await usedBy(app, [ada.login]);
  for (const forged of [
    grace.id,
    Buffer.from(JSON.stringify({ accounts: [{ id: grace.id }] })).toString('base64url'),
  ]) {
    await user.jar.setCookie(`latchkey_device=${forged}; path=/`, latchkey.issuer);
    t.deepEqual(choicesOf(await choose(app, user)), [ada.id]);
  }
});

test('an id that the page did not offer signs nobody in', async (t) => {
  const app = await newApp();
  const [ada, grace] = [await newPerson('Ada'), await newPerson('Grace')];
  const user = await usedBy(app, [ada.login]);
  for (const id of [grace.id, '', 'x'.repeat(5000)]) {
    const page = await user.submit(await choose(app, user), 'account-0', { account: id });
    t.deepEqual(choicesOf(page), [ada.id]);
  }
});

test('an app that demands one account does not get another that is chosen', async (t) => {
  const app = await newApp();
  const [ada, grace] = [await newPerson('Ada'), await newPerson('Grace')];
  const user = await usedBy(app, [ada.login]);
  const claims = JSON.stringify({ id_token: { sub: { value: grace.id } } });
  const login = await user.submit(await choose(app, user, { claims }), 'account-0');
  t.true(isLogin(login) && login.body.includes('data-hint="other_account"'));
});

test('prompt=none beside select_account is refused, and discovery lists it', async (t) => {
  const app = await newApp();
  const page = await newVisitor().open(app.request({ prompt: 'none select_account' }).url);
  t.is(toldApp(page).error, 'invalid_request');
  const { body } = await newVisitor().open(`${latchkey.issuer}/.well-known/openid-configuration`);
  t.true(JSON.parse(body).prompt_values_supported.includes('select_account'));
});

test('where another tab has changed the account meanwhile, the page of the one before is over', async (t) => {
  const app = await newApp();
  const [ada, grace] = [await newPerson('Ada'), await newPerson('Grace')];
  const user = await usedBy(app, [ada.login]);
  const page = await choose(app, user);
  await usedBy(app, [grace.login], user);
  const late = await user.submit(page, 'account-0');
  t.is(late.status, 400);
  t.true(late.body.includes('/docs/errors/sign_in_expired"'));
  const { url, verifier } = app.request({ prompt: 'none' });
  t.is(await subjectOf(app, await user.open(url), verifier), grace.id);
});

test('what a browser had authorized for one account is not the next one’s', async (t) => {
  const app = await newApp();
  const [ada, grace] = [await newPerson('Ada'), await newPerson('Grace')];
  const { user, ...grant } = await obtainCode(app, { login: ada.login });
  const { body } = await redeem(app, grant);
  await usedBy(app, [grace.login], user);
  t.is((await app.post('/token/introspection', { token: body.access_token })).body.active, false);
});
