/** Signing in by a mailed code instead of the password: who gets in, who does not, and what strangers learn. */
import test from 'ava';
import { disableAccount, endSessions } from '../../src/domain/accounts/change.ts';
import { giveFactors } from '../support/factors.ts';
import { mailsTo } from '../support/mails.ts';
import { newVisitor, ownProvider, redeem, sharedProvider, textOf, toldApp } from '../support/provider-fixture.ts';
import type { App } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';
import { advance, stopTime } from './time.ts';

stopTime();
const provider = await sharedProvider({ environment: { SIGN_IN_BY_MAIL: 'on' } });
const { latchkey } = provider;
const { installation } = latchkey;

const firstPartyApp = () => provider.newApp({ first_party: true });

async function ask(user: User, app: App, email: string, parameters = {}): Promise<Page> {
  const login = await user.open(app.request(parameters).url);
  const href = /id="use-mailed-code" href="([^"]*)"/.exec(login.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const page = await user.open(new URL(href, login.url).href);
  return user.submit(page, 'mailed-code-submit', { email });
}

const codesTo = async (email: string): Promise<readonly string[]> =>
  (await mailsTo(latchkey, email)).flatMap(({ body }) => /^(\d{8}) /.exec(body)?.[1] ?? []);
const codeTo = async (email: string): Promise<string> => (await codesTo(email)).at(-1) ?? '';
const wrongFor = (code: string): string => (code === '00000000' ? '00000001' : '00000000');
const isCodePage = (page: Page): boolean => page.body.includes('id="code-submit"');
const problemOf = ({ body }: Page): string | undefined => /data-problem="(\w+)"/.exec(body)?.[1];
const enter = (user: User, page: Page, code: string) => user.submit(page, 'code-submit', { code });

function claimsOf(idToken: unknown): Record<string, unknown> {
  return JSON.parse(Buffer.from(String(idToken).split('.')[1] ?? '', 'base64url').toString());
}

test('the code of the mail signs in, as a password would, and proves the address', async (t) => {
  const account = await provider.newAccount();
  t.false(account.emailVerified);
  const [user, app] = [newVisitor(), await firstPartyApp()];
  const page = await ask(user, app, account.email);
  t.true(isCodePage(page));
  t.deepEqual(
    (await mailsTo(latchkey, account.email)).map(({ text }) => text),
    ['sign_in_code'],
  );
  t.is(toldApp(await enter(user, page, await codeTo(account.email))).error, undefined);
  t.true((await installation.accounts.get(account.id))?.emailVerified);
  t.is((await installation.sessions.ofAccount(account.id, { limit: 9 })).length, 1);
});

test('the ID token says that it was a code on another channel, at the level of a password', async (t) => {
  const { email } = await provider.newAccount();
  const [user, app] = [newVisitor(), await firstPartyApp()];
  const { url, verifier } = app.request({ claims: JSON.stringify({ id_token: { acr: null, amr: null } }) });
  const login = await user.open(url);
  const page = await user.submit(await user.open(login.url.replace('?', '/mailed-code?')), 'mailed-code-submit', {
    email,
  });
  const { code = '' } = toldApp(await enter(user, page, await codeTo(email)));
  const { body } = await redeem(app, { code, verifier });
  t.like(claimsOf(body.id_token), { acr: 'urn:latchkey:acr:password', amr: ['mca'] });
});

test('known and unknown addresses, disabled accounts and held-back mails get the same page', async (t) => {
  const [known, disabled] = [await provider.newAccount(), await provider.newAccount()];
  await disableAccount(disabled.id, installation);
  const app = await firstPartyApp();
  const pages: Record<string, string> = {};
  for (const email of [known.email, disabled.email, 'nobody@example.com', 'no address']) {
    const page = await ask(newVisitor(), app, email);
    t.is(page.status, 200);
    pages[email] = textOf(page).replaceAll(email, 'X');
  }
  t.is(new Set(Object.values(pages)).size, 1);
  t.is((await codesTo(known.email)).length, 1);
  t.deepEqual(await mailsTo(latchkey, disabled.email), []);
  t.deepEqual(await mailsTo(latchkey, 'nobody@example.com'), []);
  for (let n = 0; n < 6; n += 1) await ask(newVisitor(), app, known.email);
  t.is((await codesTo(known.email)).length, 5, 'five in an hour');
});

test('for an unknown address every code is wrong in the same way', async (t) => {
  const { email } = await provider.newAccount();
  const app = await firstPartyApp();
  const answers = await Promise.all(
    [email, 'nobody.else@example.com'].map(async (login) => {
      const user = newVisitor();
      const page = await ask(user, app, login);
      const seen: (string | undefined)[] = [];
      for (let n = 0; n < 6; n += 1) seen.push(problemOf(await enter(user, page, wrongFor(await codeTo(email)))));
      return seen;
    }),
  );
  const wrong = 'code_wrong';
  t.deepEqual(answers[0], [wrong, wrong, wrong, wrong, 'code_gone', 'code_gone']);
  t.deepEqual(answers[1], answers[0]);
});

test('the code is good in the browser and the sign-in that asked, and nowhere else', async (t) => {
  const { email } = await provider.newAccount();
  const app = await firstPartyApp();
  const [user, stranger] = [newVisitor(), newVisitor()];
  const page = await ask(user, app, email);
  const code = await codeTo(email);
  // The stranger's cookies, and the address and the token of the user's sign-in.
  t.is((await enter(stranger, page, code)).status, 400);
  // A sign-in of the stranger's own, for the same account; the code of the user's.
  const own = await ask(stranger, app, email);
  t.is(problemOf(await enter(stranger, own, code)), 'code_wrong');
  // The same browser, another sign-in, where nothing was asked for.
  const again = await user.open(app.request().url);
  const enterAddress = again.url.replace('?', '/mailed-code/enter?');
  t.true((await user.open(enterAddress)).body.includes('id="mailed-code-submit"'));
  t.is(toldApp(await enter(user, page, code)).error, undefined);
});

// Time passes.
test.serial('a code is good once and for ten minutes, and a newer one ends it', async (t) => {
  const { email } = await provider.newAccount();
  const [user, app] = [newVisitor(), await firstPartyApp()];
  const page = await ask(user, app, email);
  const first = await codeTo(email);
  const later = await user.submit(page, 'send-again');
  t.regex(later.url, /again=later/);
  t.is((await codesTo(email)).length, 1);
  advance(31);
  const sent = await user.submit(page, 'send-again');
  t.regex(sent.body, /id="sent-again"/);
  t.is((await codesTo(email)).length, 2);
  if (first !== (await codeTo(email))) t.is(problemOf(await enter(user, page, first)), 'code_wrong');
  advance(601);
  const gone = await enter(user, page, await codeTo(email));
  t.is(problemOf(gone), 'code_gone');
  t.true(gone.body.includes('id="mailed-code-submit"'));
});

test('the account\u2019s own second factor is still asked for', async (t) => {
  const account = await provider.newAccount();
  const owned = await giveFactors(account.id, installation);
  const [user, app] = [newVisitor(), await firstPartyApp()];
  const page = await enter(user, await ask(user, app, account.email), await codeTo(account.email));
  t.true(page.body.includes('id="mfa-submit"'));
  t.deepEqual(await installation.sessions.ofAccount(account.id, { limit: 9 }), []);
  t.is(toldApp(await user.submit(page, 'mfa-submit', { code: owned.code() })).error, undefined);
});

test('an account that is disabled, or whose sessions are ended, between the two steps gets nobody in', async (t) => {
  for (const end of [disableAccount, endSessions]) {
    const account = await provider.newAccount();
    const [user, app] = [newVisitor(), await firstPartyApp()];
    const page = await ask(user, app, account.email);
    const code = await codeTo(account.email);
    await end(account.id, installation);
    t.is(problemOf(await enter(user, page, code)), 'code_wrong');
    t.deepEqual(await installation.sessions.ofAccount(account.id, { limit: 9 }), []);
  }
});

test('another account than the one that the app demands is refused after its code', async (t) => {
  const [ada, grace] = [await provider.newAccount(), await provider.newAccount()];
  const [user, app] = [newVisitor(), await firstPartyApp()];
  const claims = JSON.stringify({ id_token: { sub: { value: ada.id } } });
  const page = await ask(user, app, grace.email, { claims });
  t.is(problemOf(await enter(user, page, await codeTo(grace.email))), 'other_account');
  t.deepEqual(await installation.sessions.ofAccount(grace.id, { limit: 9 }), []);
});

test('empty forms are told what is missing, keep what was typed, and cost nothing', async (t) => {
  const { email } = await provider.newAccount();
  const [user, app] = [newVisitor(), await firstPartyApp()];
  const login = await user.open(app.request().url);
  const asking = await user.open(login.url.replace('?', '/mailed-code?'));
  for (const fields of [{}, { email: '' }, { email: ' \u200b ' }])
    t.is(problemOf(await user.submit(asking, 'mailed-code-submit', fields)), 'missing_login');
  const page = await user.submit(asking, 'mailed-code-submit', { email });
  for (const fields of [{}, { code: '' }, { code: '  ' }]) {
    const again = await user.submit(page, 'code-submit', fields);
    t.is(again.status, 400);
    t.is(problemOf(again), 'missing_code');
    t.true(textOf(again).includes(email));
  }
  for (let n = 0; n < 9; n += 1) await user.submit(page, 'code-submit', {});
  t.is(toldApp(await enter(user, page, ` ${await codeTo(email)} `)).error, undefined);
});

// Time passes.
test.serial(
  'where the account\u2019s budget for guesses is used up a code is still mailed, and a known device still gets in',
  async (t) => {
    const account = await provider.newAccount();
    const app = await firstPartyApp();
    const owner = newVisitor();
    t.is(
      toldApp(await enter(owner, await ask(owner, app, account.email), await codeTo(account.email))).error,
      undefined,
    );
    advance(3601);
    for (let n = 0; n < 5; n += 1) {
      const guesser = newVisitor();
      const page = await ask(guesser, app, account.email);
      for (let guess = 0; guess < 5; guess += 1) await enter(guesser, page, 'x1');
    }
    advance(3601);
    const stranger = newVisitor();
    const before = (await codesTo(account.email)).length;
    const asked = await ask(stranger, app, account.email);
    t.is((await codesTo(account.email)).length, before + 1);
    // An hour has given one guess back.
    await enter(stranger, asked, 'x1');
    const refused = await enter(stranger, asked, await codeTo(account.email));
    t.is(refused.status, 429);
    t.truthy(refused.headers['retry-after']);
    const page = await ask(owner, app, account.email, { prompt: 'login' });
    t.is(toldApp(await enter(owner, page, await codeTo(account.email))).error, undefined);
  },
);

test('without the setting there is neither a link nor an address', async (t) => {
  const without = await ownProvider(t);
  const user = newVisitor();
  const login = await user.open((await without.newApp()).request().url);
  t.false(login.body.includes('use-mailed-code'));
  for (const path of ['/mailed-code', '/mailed-code/enter'])
    t.is((await user.open(login.url.replace('?', `${path}?`))).status, 404);
});
