/** Registering inside a sign-in: who gets an account, with which password, and who is signed in. */
import test from 'ava';
import { mailsTo } from '../support/mails.ts';
import { newVisitor, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { codeOf, PASSWORD } from '../support/relying-party.ts';
import {
  begins,
  confirms,
  isConsent,
  linkOn,
  linkTo,
  NEW_PASSWORD,
  newAddress,
  opensForm,
  otherCode,
  outcomeOf,
  problemOf,
  shownCode,
} from './registering.ts';
import { signIn } from './sign-in.ts';

const fixture = await sharedProvider();
const { latchkey, newApp } = fixture;
const accountOf = (email: string) => latchkey.installation.accounts.findByIdentifier(email);

test('the button of the link makes the account and signs in, in the browser that began', async (t) => {
  const app = await newApp();
  const user = newVisitor();
  const { url, verifier } = app.request({ prompt: 'create' });
  const email = newAddress();
  const register = await user.open(url);
  t.regex(register.url, /\/interaction\//);
  await user.submit(register, 'register-submit', { email, name: 'Wren Fledgling', password: NEW_PASSWORD });
  t.is(await accountOf(email), undefined);
  const consent = await confirms(fixture, email, user);
  t.true(isConsent(consent));
  const code = codeOf(await user.submit(consent, 'consent-submit'));
  t.is((await redeem(app, { code, verifier })).statusCode, 200);
  const account = await accountOf(email);
  t.like(account, { email, emailVerified: true, name: 'Wren Fledgling', isDisabled: false, claims: { locale: 'en' } });
  t.is(account?.roles, undefined);
  t.true(isConsent(await signIn(fixture, email, NEW_PASSWORD)));
});

const ways = [
  ['register', 'register-submit'],
  ['sign-in', 'login-submit'],
  ['register', 'register-submit'],
] as const;

for (const prompt of ['create', 'login', 'create login', 'create consent', undefined]) {
  test(`the way leads from registering to signing in and back: prompt ${prompt}`, async (t) => {
    const user = newVisitor();
    const app = await newApp();
    let page = await user.open(app.request(prompt === undefined ? {} : { prompt }).url);
    t.is(page.body.includes('id="register-submit"'), prompt?.startsWith('create') ?? false);
    for (const [link, button] of ways) {
      page = await user.open(linkOn(page, link) ?? page.url);
      t.true(page.body.includes(`id="${button}"`), button);
    }
    const { email } = await fixture.newAccount();
    const login = await user.open(String(linkOn(page, 'sign-in')));
    t.true(isConsent(await user.submit(login, 'login-submit', { login: email, password: PASSWORD })));
  });

  test(`whoever registers has met the prompt: ${prompt}`, async (t) => {
    const user = newVisitor();
    const app = await newApp();
    const first = await user.open(app.request(prompt === undefined ? {} : { prompt }).url);
    const register = await user.open(linkOn(first, 'register') ?? first.url);
    const email = newAddress();
    await user.submit(register, 'register-submit', { email, password: NEW_PASSWORD });
    const consent = await confirms(fixture, email, user);
    t.true(isConsent(consent));
    t.truthy(toldApp(await user.submit(consent, 'consent-submit')).code);
  });
}

test('the address that the app hints at is filled in', async (t) => {
  const { register } = await opensForm(fixture, { request: { login_hint: 'wren@example.com' } });
  t.regex(register.body, /name="email"[^>]*value="wren@example\.com"/);
});

test('opening the link spends nothing, by GET or HEAD, as often as a mail client likes', async (t) => {
  const { email, user } = await begins(fixture);
  for (let time = 0; time < 3; time += 1) t.is((await newVisitor().open(await linkTo(fixture, email))).status, 200);
  t.is(await accountOf(email), undefined);
  t.true(isConsent(await confirms(fixture, email, user)));
});

test('pressed in another browser the link shows a code, and nobody is signed in without it', async (t) => {
  const { email, user, waiting, app } = await begins(fixture);
  const elsewhere = newVisitor();
  const page = await confirms(fixture, email, elsewhere);
  t.is(page.status, 200);
  t.regex(shownCode(page), /^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/);
  t.is(await accountOf(email), undefined);
  // Whatever the first browser opens: it is not signed in.
  const again = await user.open(waiting.url);
  t.true(again.body.includes('id="code-submit"'));
  const silent = await user.open(app.request({ prompt: 'none' }).url);
  t.is(toldApp(silent).error, 'login_required');
  t.is(toldApp(await elsewhere.open(app.request({ prompt: 'none' }).url)).error, 'login_required');
  t.is((await elsewhere.open(await linkTo(fixture, email))).status, 410);
  t.is((await user.open(await linkTo(fixture, email))).status, 410);
});

const spellings: Readonly<Record<string, (code: string) => string>> = {
  'as it is shown': (code) => code,
  'in lower case': (code) => code.toLowerCase(),
  'without the hyphen': (code) => code.replace('-', ''),
  'with blanks': (code) => `  ${code.replace('-', ' ')} `,
  'with a long dash': (code) => code.replace('-', '—'),
  'letter by letter': (code) => Array.from(code).join(' '),
  'in full width': (code) => code.replace(/[A-Z2-9]/g, (c) => String.fromCodePoint(c.charCodeAt(0) + 0xfee0)),
};

for (const [how, spell] of Object.entries(spellings)) {
  test(`the code that was typed into the first browser makes the account and signs in: ${how}`, async (t) => {
    const { email, user, waiting } = await begins(fixture);
    const code = shownCode(await confirms(fixture, email, newVisitor()));
    const consent = await user.submit(waiting, 'code-submit', { code: spell(code) });
    t.true(isConsent(consent));
    t.like(await accountOf(email), { emailVerified: true, name: 'Wren' });
    t.true(isConsent(await signIn(fixture, email, NEW_PASSWORD)));
  });
}

test('a code does nothing in a third browser, nor in another registration', async (t) => {
  const first = await begins(fixture);
  const other = await begins(fixture);
  const code = shownCode(await confirms(fixture, first.email, newVisitor()));
  const third = newVisitor();
  t.is((await third.open(first.waiting.url)).status, 400);
  t.is(problemOf(await other.user.submit(other.waiting, 'code-submit', { code })), 'wrong_code');
  // With its form, but not with its cookies.
  const form = await other.user.submit({ ...first.waiting, url: first.waiting.url }, 'code-submit', { code });
  t.is(form.status, 403);
  t.is(await accountOf(first.email), undefined);
  t.is(await accountOf(other.email), undefined);
  t.true(isConsent(await first.user.submit(first.waiting, 'code-submit', { code })));
});

test('whoever does not have the first browser any more chooses a new password; the old one and the code are dead', async (t) => {
  const { email, user, waiting } = await begins(fixture);
  const elsewhere = newVisitor();
  const page = await confirms(fixture, email, elsewhere);
  t.false(page.url.includes(/name="secret" value="([^"]*)"/.exec(page.body)?.[1] ?? ''));
  const made = await elsewhere.submit(page, 'password-submit', { password: 'another five words entirely', name: 'W' });
  t.is(outcomeOf(made), 'made');
  t.like(await accountOf(email), { emailVerified: true, name: 'W' });
  t.is(problemOf(await user.submit(waiting, 'code-submit', { code: shownCode(page) })), 'wrong_code');
  t.is(problemOf(await signIn(fixture, email, NEW_PASSWORD)), 'wrong_credentials');
  t.true(isConsent(await signIn(fixture, email, 'another five words entirely')));
  t.is(outcomeOf(await elsewhere.submit(page, 'password-submit', { password: 'once more but different' })), 'made');
  t.is(problemOf(await signIn(fixture, email, 'once more but different')), 'wrong_credentials');
});

test('a new password is checked like any other, and what was typed stays beside the code', async (t) => {
  const { email } = await begins(fixture);
  const elsewhere = newVisitor();
  const page = await confirms(fixture, email, elsewhere);
  for (const password of ['', 'short', 'password1', email, 'x'.repeat(1100)]) {
    const refused = await elsewhere.submit(page, 'password-submit', { password, name: 'Wren Otter' });
    t.is(refused.status, 400, password);
    t.is(shownCode(refused), shownCode(page));
    t.regex(refused.body, /id="password-problem"/);
    t.regex(refused.body, /name="name"[^>]*value="Wren Otter"/);
    t.notRegex(refused.body, /name="password"[^>]* value=/);
  }
  t.is(await accountOf(email), undefined);
  t.is(outcomeOf(await elsewhere.submit(page, 'password-submit', { password: NEW_PASSWORD })), 'made');
});

test('after five wrong codes the right one is dead, until the mail is sent again', async (t) => {
  const { email, user, waiting } = await begins(fixture);
  const code = shownCode(await confirms(fixture, email, newVisitor()));
  for (let guess = 1; guess <= 5; guess += 1) {
    const page = await user.submit(waiting, 'code-submit', { code: otherCode(code) });
    t.is(page.status, 400);
    t.is(problemOf(page), guess < 5 ? 'wrong_code' : 'codes_used_up');
  }
  t.is(problemOf(await user.submit(waiting, 'code-submit', { code })), 'codes_used_up');
  t.is(await accountOf(email), undefined);
  const before = (await mailsTo(latchkey, email)).map(({ link }) => link);
  const again = await user.submit(waiting, 'send-again');
  t.true(again.body.includes('id="sent-again"'));
  const fresh = (await mailsTo(latchkey, email)).map(({ link }) => link).find((link) => !before.includes(link));
  const elsewhere = newVisitor();
  const shown = await elsewhere.submit(await elsewhere.open(String(fresh)), 'confirm-submit');
  t.is(problemOf(await user.submit(again, 'code-submit', { code })), 'wrong_code');
  t.true(isConsent(await user.submit(again, 'code-submit', { code: shownCode(shown) })));
});

test('an empty code is no guess', async (t) => {
  const { email, user, waiting } = await begins(fixture);
  const code = shownCode(await confirms(fixture, email, newVisitor()));
  for (let time = 0; time < 9; time += 1)
    t.is(problemOf(await user.submit(waiting, 'code-submit', { code: ' ' })), 'missing_code');
  t.true(isConsent(await user.submit(waiting, 'code-submit', { code })));
});

test('the address can be corrected: the link of the first one is dead, and the rest is kept', async (t) => {
  const { email, user, waiting } = await begins(fixture, { name: 'Wren Otter' });
  const form = await user.open(String(linkOn(waiting, 'correct-address')));
  t.regex(form.body, new RegExp(`name="email"[^>]*value="${email}"`));
  t.regex(form.body, /name="name"[^>]*value="Wren Otter"/);
  const corrected = newAddress();
  await user.submit(form, 'register-submit', { email: corrected, password: NEW_PASSWORD });
  t.is((await user.open(await linkTo(fixture, email))).status, 410);
  t.true(isConsent(await confirms(fixture, corrected, user)));
  t.is(await accountOf(email), undefined);
});

test('what was chosen in the first browser is signed in there although somebody else was', async (t) => {
  const { email: other } = await fixture.newAccount();
  const app = await newApp();
  const user = newVisitor();
  const login = await user.open(app.request().url);
  const consent = await user.submit(login, 'login-submit', { login: other, password: PASSWORD });
  t.truthy(toldApp(await user.submit(consent, 'consent-submit')).code);
  const { email } = await begins(fixture, { user, app });
  const handOver = await confirms(fixture, email, user);
  t.true(isConsent(await user.submit(handOver, 'hand-over-submit')));
});

test('where an account is demanded nobody registers', async (t) => {
  const claims = JSON.stringify({ id_token: { sub: { value: 'somebody' } } });
  const { register } = await opensForm(fixture, { request: { claims } });
  t.true(register.body.includes('id="login-submit"'));
  const login = await newVisitor().open((await newApp()).request({ claims }).url);
  t.notRegex(login.body, /id="register"/);
});

test('whoever is not the one at the consent page can register there, and takes the place of the one before', async (t) => {
  const app = await newApp();
  const user = newVisitor();
  const { email: before } = await fixture.newAccount();
  const { url, verifier } = app.request();
  const login = await user.open(url);
  const consent = await user.submit(login, 'login-submit', { login: before, password: PASSWORD });
  const accounts = await user.open(consent.url.replace('?', '/account?'));
  const other = await user.open(linkOn(accounts, 'other-account') ?? '');
  const register = await user.open(linkOn(other, 'register') ?? '');
  const email = newAddress();
  await user.submit(register, 'register-submit', { email, name: 'Wren', password: NEW_PASSWORD });
  const handOver = await confirms(fixture, email, user);
  const next = await user.submit(handOver, 'hand-over-submit');
  t.true(isConsent(next) && next.body.includes(email) && !next.body.includes(before));
  const { code = '' } = toldApp(await user.submit(next, 'consent-submit'));
  const { body } = await redeem(app, { code, verifier });
  const account = await accountOf(email);
  t.is(JSON.parse(Buffer.from(String(body.id_token).split('.')[1] ?? '', 'base64url').toString()).sub, account?.id);
});

test('whoever is signed in reads on the form that a new account takes its place, and stays unremembered if they were', async (t) => {
  const app = await newApp({ first_party: true });
  const user = newVisitor();
  const { email: before } = await fixture.newAccount();
  const login = await user.open(app.request().url);
  await user.submit(login, 'login-submit', { login: before, password: PASSWORD, remember: [] });
  const { register, email } = await begins(fixture, { user, app });
  t.regex(register.body, new RegExp(`id="switching">[^<]*${before}`));
  await user.submit(await confirms(fixture, email, user), 'hand-over-submit');
  const { cookies } = await user.jar.serialize();
  const kept = cookies.filter(({ expires }) => new Date(String(expires)) > new Date());
  t.deepEqual(
    kept.filter(({ key }) => !String(key).startsWith('latchkey_browser')),
    [],
  );
});
