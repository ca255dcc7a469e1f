/** The page of an invitation over HTTP: what it asks, what it refuses, and who gets the account. */
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { DomainError } from '../../src/domain/domain-error.ts';
import { withdrawInvitation } from '../../src/domain/registration/invitations.ts';
import { ManualClock } from '../support/clock.ts';
import { type InstallationOptions, startInstallation, type TestInstallation } from '../support/installation.ts';
import { inviteTo } from '../support/invitations.ts';
import { newVisitor, sharedProvider, TERMS, textOf, toldApp } from '../support/provider-fixture.ts';
import type { Page } from '../support/user.ts';

const { latchkey, newApp } = await sharedProvider({ environment: TERMS });
const { accounts, links } = latchkey.installation;

const PASSWORD = 'a robin sings in winter';
const filled = { password: PASSWORD, terms: TERMS.TERMS_VERSION };
let people = 0;

/** Somebody whom nobody else in this file is. */
async function newInvitation(invitedTo = {}) {
  people += 1;
  const email = `person-${people}@example.test`;
  const { id, link } = await inviteTo(latchkey, email, invitedTo);
  const user = newVisitor();
  return {
    id,
    link,
    email,
    user,
    token: String(link.split('/').at(-1)),
    account: () => accounts.findByIdentifier(email),
  };
}

const problemIn = (page: Page, field: string): string | undefined =>
  new RegExp(`id="${field}-problem"[^>]*>([^<]+)<`).exec(page.body)?.[1];

function isGone(t: ExecutionContext, page: Pick<Page, 'status' | 'body'>): void {
  t.is(page.status, 410);
  t.regex(page.body, /<a class="button primary" href="\/account">/);
}

test('the link opens a page with the address, the name, one button, and nothing that acts', async (t) => {
  const { link, user, email, account } = await newInvitation({ name: 'Ada "Q" Lovelace' });
  const page = await user.open(link);
  t.is(page.status, 200);
  t.is(page.headers['cache-control'], 'no-store');
  t.true(page.body.includes(`value="${email}"`));
  t.true(page.body.includes('name="name" type="text" value="Ada &#34;Q&#34; Lovelace"'));
  t.is(page.body.match(/<button [^>]*type="submit"/g)?.length, 1);
  t.regex(page.body, /<button id="confirm-submit"/);
  t.regex(page.body, /<input id="password" name="password" type="password" autocomplete="new-password"/);
  t.is(await account(), undefined);
});

test('what a mail client or a scanner does with the link spends nothing', async (t) => {
  const { link, user, token, account } = await newInvitation();
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'GET'] as const)
    await got(link, { method, throwHttpErrors: false, retry: { limit: 0 } });
  t.truthy(await links.find('accept_invitation', token));
  t.is(await account(), undefined);
  await user.submit(await user.open(link), 'confirm-submit', filled);
  t.truthy(await account());
});

test('the account is made as it was invited; nobody is signed in, and the page leads to signing in', async (t) => {
  const { link, user, account, email } = await newInvitation({ name: 'Ada', groups: ['staff', 'board'] });
  const done = await user.submit(await user.open(link), 'confirm-submit', {
    ...filled,
    name: ' Ada Lovelace ',
    roles: 'admin',
    groups: 'root',
    email: 'eve@example.test',
  });
  t.is(done.status, 200);
  t.regex(done.body, /<a class="button primary" href="\/account">/);
  t.like(await account(), { email, name: 'Ada Lovelace', emailVerified: true, claims: { groups: ['staff', 'board'] } });
  t.is((await account())?.acceptedTerms?.version, '2026-11');
  t.false('roles' in ((await account()) ?? {}));
  t.is(await accounts.findByIdentifier('eve@example.test'), undefined);
  const app = await newApp();
  t.is(toldApp(await user.open(app.request({ prompt: 'none' }).url)).error, 'login_required');
  const consent = await user.submit(await user.open(app.request().url), 'login-submit', {
    login: email,
    password: PASSWORD,
  });
  t.true(consent.body.includes('id="consent-submit"'));
});

test('no name is needed, and a name of blanks is none', async (t) => {
  for (const name of ['', '  \t ']) {
    const { link, user, account } = await newInvitation({ name: 'Ada' });
    t.is((await user.submit(await user.open(link), 'confirm-submit', { ...filled, name })).status, 200);
    t.false('name' in ((await account()) ?? {}), JSON.stringify(name));
  }
});

const problems: readonly (readonly [what: string, fields: Record<string, string>, field: string, code?: string])[] = [
  ['no password', { password: '' }, 'password', 'password_too_short'],
  ['a password of seven characters', { password: 'xkcdqv7' }, 'password', 'password_too_short'],
  ['a password that everybody tries', { password: 'Password123!' }, 'password', 'password_too_common'],
  ['a very long password', { password: 'x y'.repeat(5000) }, 'password', 'password_too_long'],
  ['terms that are not accepted', { terms: 'no' }, 'terms'],
  ['terms with a blank', { terms: ` ${TERMS.TERMS_VERSION}` }, 'terms'],
  ['a name with a line break', { name: 'Ada\r\nBcc: eve@example.test' }, 'name'],
  ['a name with a bell', { name: 'Ada\u0007x' }, 'name'],
  ['a name of 201 letters', { name: 'a'.repeat(201) }, 'name'],
];

for (const [what, fields, field, code] of problems) {
  test(`${what}: the problem is beside its field, the rest is kept but the password, and the link is still good`, async (t) => {
    const { link, user, account } = await newInvitation();
    const given = { name: 'Ada Lovelace', ...filled, ...fields };
    const page = await user.submit(await user.open(link), 'confirm-submit', given);
    t.is(page.status, 400);
    t.truthy(problemIn(page, field));
    t.is(problemIn(page, field === 'password' ? 'name' : 'password'), undefined);
    if (code !== undefined) t.true(page.body.includes(`data-problem="${code}"`));
    if (!('name' in fields)) t.true(page.body.includes('value="Ada Lovelace"'));
    t.regex(page.body, /id="problem" data-problem="[a-z_]+" role="alert"/);
    t.false(page.body.includes(given.password || 'no password'));
    t.is(await account(), undefined);
    const again = await user.submit(page, 'confirm-submit', filled);
    t.is(again.status, 200);
    t.truthy(await account());
  });
}

test('the password must not be the address, in any case', async (t) => {
  const { link, user, email } = await newInvitation();
  const page = await user.submit(await user.open(link), 'confirm-submit', { ...filled, password: email.toUpperCase() });
  t.true(page.body.includes('data-problem="password_like_login"'));
});

test('all problems are told at once, in the language of the page', async (t) => {
  const { link } = await newInvitation();
  const user = newVisitor({ headers: { 'accept-language': 'de' } });
  const page = await user.submit(await user.open(link), 'confirm-submit', { name: 'a\nb', password: 'x' });
  for (const field of ['name', 'password', 'terms']) t.truthy(problemIn(page, field), field);
  t.true(page.body.includes('<html lang="de">'));
  t.regex(textOf(page), /Dieser Name kann nicht gespeichert werden/);
});

test('a link that was used, replaced, withdrawn or made up is gone, and its page leads on', async (t) => {
  const used = await newInvitation();
  const usedPage = await used.user.open(used.link);
  await used.user.submit(usedPage, 'confirm-submit', filled);
  const replaced = await newInvitation();
  const replacedPage = await replaced.user.open(replaced.link);
  await inviteTo(latchkey, replaced.email.toUpperCase());
  const withdrawn = await newInvitation();
  const withdrawnPage = await withdrawn.user.open(withdrawn.link);
  await withdrawInvitation(withdrawn.id, latchkey.installation);
  for (const [{ user, link, token }, page] of [
    [used, usedPage],
    [replaced, replacedPage],
    [withdrawn, withdrawnPage],
  ] as const) {
    for (const gone of [await user.open(link), await user.submit(page, 'confirm-submit', filled)]) {
      isGone(t, gone);
      t.false(gone.body.includes(token));
    }
  }
  for (const { account } of [replaced, withdrawn]) t.is(await account(), undefined);
  const { link, token } = await newInvitation();
  const madeUp = [token.slice(1), `${token}A`, token.slice(0, 43), 'x', '%00', `${token.slice(0, -3)}AAA`];
  for (const other of madeUp) isGone(t, await newVisitor().open(link.replace(token, other)));
});

test('the link of another action opens nothing here', async (t) => {
  const { email } = await newInvitation();
  const expiresAt = Date.now() + 60_000;
  const { token } = await links.create({ purpose: 'reset_password', subject: 'x', email, expiresAt });
  isGone(t, await newVisitor().open(`${latchkey.issuer}/invitation/${token}`));
  t.truthy(await links.find('reset_password', token));
});

test('whoever has an account by now is told so, and the account stays as it is', async (t) => {
  const { link, user, email, account } = await newInvitation({ groups: ['staff'] });
  const page = await user.open(link);
  const own = await latchkey.createAccount({ email: email.toUpperCase(), password: 'another good one' });
  const told = await user.submit(page, 'confirm-submit', filled);
  t.is(told.status, 409);
  t.regex(told.body, /<a class="button primary" href="\/account">/);
  t.deepEqual(await account(), own);
});

test('a post from elsewhere, from another browser or without cookies makes no account, and leaves the link good', async (t) => {
  const { link, user, token, account } = await newInvitation();
  const page = await user.open(link);
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
  const cookie = (await user.jar.getCookieString(link)) ?? '';
  const post = (form: Record<string, string>, headers: Record<string, string> = {}) =>
    got.post(link, { form: { ...filled, ...form }, headers, throwHttpErrors: false, retry: { limit: 0 } });
  const refused = {
    'no token': await post({}, { cookie }),
    'a made-up token': await post({ csrf: 'A'.repeat(43) }, { cookie }),
    'cross-site': await post({ csrf }, { cookie, 'sec-fetch-site': 'cross-site' }),
    'same-site': await post({ csrf }, { cookie, 'sec-fetch-site': 'same-site' }),
    'another origin': await post({ csrf }, { cookie, origin: 'https://evil.example' }),
    'another browser': await post({ csrf }, { cookie: `latchkey_browser_1=${'A'.repeat(43)}` }),
    'no cookie': await post({ csrf }),
  };
  for (const [what, { statusCode, body }] of Object.entries(refused)) {
    t.is(statusCode, 403, what);
    t.false(body.includes(token), what);
  }
  t.regex(refused['no cookie'].body, /<a class="button primary" href="\?">/);
  t.is(await account(), undefined);
  t.is((await user.submit(page, 'confirm-submit', filled)).status, 200);
});

test('bodies that are no form are refused, and the link is still good', async (t) => {
  const { link, token } = await newInvitation();
  const send = (body: string, type = 'application/x-www-form-urlencoded') =>
    got.post(link, { body, headers: { 'content-type': type }, throwHttpErrors: false, retry: { limit: 0 } });
  t.is((await send('{}', 'application/json')).statusCode, 415);
  t.is((await send('password=a&password=b')).statusCode, 400);
  t.is((await send('password=%ff')).statusCode, 400);
  t.is((await send(`password=${'x'.repeat(70_000)}`)).statusCode, 413);
  t.truthy(await links.find('accept_invitation', token));
});

async function own(t: ExecutionContext, options: InstallationOptions = {}): Promise<TestInstallation> {
  const installation = await startInstallation(options);
  t.teardown(installation.stop);
  return installation;
}

test('when hashing is busy the page says so, with everything kept, and the link is still good', async (t) => {
  const busy = await own(t);
  const { link } = await inviteTo(busy, 'ada@example.test');
  const user = newVisitor();
  const { hasher } = busy.installation;
  const { hash } = hasher;
  Object.assign(hasher, { hash: () => Promise.reject(new DomainError('hashing_busy', { retryAfterSeconds: 2 })) });
  const page = await user.submit(await user.open(link), 'confirm-submit', { ...filled, name: 'Ada' });
  t.deepEqual([page.status, page.headers['retry-after']], [503, '2']);
  t.true(page.body.includes('value="Ada"'));
  Object.assign(hasher, { hash });
  t.is((await user.submit(page, 'confirm-submit', filled)).status, 200);
});

test('a link is over after 7 days by the clock of the provider, whatever the database has purged', async (t) => {
  const clock = new ManualClock();
  const aged = await own(t, { clock });
  const { link } = await inviteTo(aged, 'ada@example.test');
  const user = newVisitor();
  clock.advance(7 * 86_400 - 1);
  const page = await user.open(link);
  t.is(page.status, 200);
  clock.advance(1);
  isGone(t, await user.submit(page, 'confirm-submit', filled));
});

test('an invitation of before leads nowhere once registration is off', async (t) => {
  const off = await own(t, { environment: { ACCOUNT_REGISTRATION: 'off' } });
  const { link } = await inviteTo(off, 'ada@example.test');
  isGone(t, await newVisitor().open(link));
});

test('links begin with the issuer whatever was sent, and no page or log line holds one', async (t) => {
  const { link, token } = await newInvitation();
  t.true(link.startsWith(`${latchkey.issuer}/invitation/`));
  const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example', 'x-forwarded-proto': 'gopher' };
  const { body } = await newVisitor({ headers }).open(link);
  t.false(body.includes('evil.example') || body.includes(token));
  t.false(JSON.stringify(latchkey.logged).includes(token));
});
