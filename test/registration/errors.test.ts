/** What goes wrong on the way, and the page that says what to do: each is known by its button or link. */
import test from 'ava';
import got from 'got';
import { budgets } from '../../src/domain/throttle/budgets.ts';
import { advance, stopTime } from '../protocol/time.ts';
import { mailsTo } from '../support/mails.ts';
import { newVisitor, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import type { Page } from '../support/user.ts';
import {
  type Begun,
  begins,
  confirms,
  isConsent,
  linkOn,
  linkTo,
  NEW_PASSWORD,
  newAddress,
  opensForm,
  outcomeOf,
  problemOf,
  shownCode,
} from './registering.ts';
import { signIn } from './sign-in.ts';

stopTime();
const fixture = await sharedProvider();
const { latchkey, newApp } = fixture;
const accountOf = (email: string) => latchkey.installation.accounts.findByIdentifier(email);
const wayBack = (body: string) => /class="button primary" href="([^"]*)"/.exec(body)?.[1]?.replaceAll('&amp;', '&');
const HOUR = 3600;

const bad: Readonly<Record<string, readonly [Readonly<Record<string, string>>, ...string[]]>> = {
  'nothing at all': [{ email: '', password: '' }, 'email', 'password'],
  'blanks for an address': [{ email: '   ' }, 'email'],
  'two addresses': [{ email: 'a@b.example@c.example' }, 'email'],
  'a quoted address': [{ email: '"a b"@example.com' }, 'email'],
  'an address with a line break': [{ email: 'a@example.com\r\nbcc: b@example.com' }, 'email'],
  'an address of a kilobyte': [{ email: `${'a'.repeat(1000)}@example.com` }, 'email'],
  'a name of controls': [{ name: '\u0000\u0001' }, 'name'],
  'a name that turns the text': [{ name: 'Wren\u202egnp' }, 'name'],
  'a name that nobody sees': [{ name: '\u200b\u2060' }, 'name'],
  'a name that is too long': [{ name: 'w'.repeat(201) }, 'name'],
  'a short password': [{ password: 'seven77' }, 'password'],
  'a common password': [{ password: 'password123' }, 'password'],
  'a password like the address': [{ email: 'wren.fledgling@example.com', password: 'wren.fledgling' }, 'password'],
  'a password that is too long': [{ password: 'x1 '.repeat(1000) }, 'password'],
  'three at once': [{ email: 'wren', name: 'w'.repeat(201), password: 'x' }, 'email', 'name', 'password'],
};

for (const [what, [fields, ...wrong]] of Object.entries(bad)) {
  test.serial(`each problem is beside its field, and the rest is kept: ${what}`, async (t) => {
    const typed = { email: newAddress(), name: 'Wren', password: NEW_PASSWORD, ...fields };
    const { user, register } = await opensForm(fixture);
    const page = await user.submit(register, 'register-submit', typed);
    t.is(page.status, 400);
    t.truthy(problemOf(page));
    for (const field of ['email', 'name', 'password']) {
      t.is(page.body.includes(`id="${field}-problem"`), wrong.includes(field), field);
      const input = new RegExp(`<input id="${field}"[^>]*>`).exec(page.body)?.[0] ?? '';
      t.is(input.includes('aria-invalid="true"'), wrong.includes(field), field);
      t.is(input.includes(`${field}-problem`), wrong.includes(field), field);
    }
    t.notRegex(page.body, /<input id="password"[^>]* value=/);
    if (!wrong.includes('email')) t.true(page.body.includes(`value="${typed.email}"`));
    if (!wrong.includes('name')) t.true(page.body.includes(`value="${typed.name}"`));
    t.true(page.body.includes('id="register-submit"'));
    t.deepEqual(await mailsTo(latchkey, typed.email), []);
  });
}

test.serial('the problems are said in the language of the page', async (t) => {
  const { user, register } = await opensForm(fixture, { request: { ui_locales: 'de' } });
  const page = await user.submit(register, 'register-submit', { email: 'wren', password: 'x' });
  t.regex(page.body, /<html lang="de">/);
  t.regex(page.body, /Das ist keine vollständige E-Mail-Adresse/);
});

const finishing: Readonly<Record<string, (begun: Begun) => Promise<Page>>> = {
  button: ({ email, user }) => confirms(fixture, email, user),
  async code({ email, user, waiting }) {
    const code = shownCode(await confirms(fixture, email, newVisitor()));
    return user.submit(waiting, 'code-submit', { code });
  },
  async 'new password'({ email }) {
    const elsewhere = newVisitor();
    return elsewhere.submit(await confirms(fixture, email, elsewhere), 'password-submit', { password: NEW_PASSWORD });
  },
};

const apps: Readonly<Record<string, readonly [Readonly<Record<string, string>>, string]>> = {
  'that lets a sign-in begin': [
    { initiate_login_uri: 'https://app.example.com/begin', client_uri: 'https://app.example.com/' },
    'https://app.example.com/begin?iss=',
  ],
  'with a home page': [{ client_uri: 'https://app.example.com/home' }, 'https://app.example.com/home'],
  'without either': [{}, '/account'],
};

for (const [what, [metadata, href]] of Object.entries(apps)) {
  test.serial(
    `when the sign-in has expired the account is made, nobody is signed in, and the page leads to the app: ${what}`,
    async (t) => {
      const app = await newApp(metadata);
      for (const [way, finish] of Object.entries(finishing)) {
        const begun = await begins(fixture, { app });
        const { user, email } = begun;
        advance(HOUR);
        const page = await finish(begun);
        t.is(outcomeOf(page), 'made', way);
        t.true(wayBack(page.body)?.startsWith(href), `${way}: ${wayBack(page.body)}`);
        t.like(await accountOf(email), { emailVerified: true });
        t.is(toldApp(await user.open(app.request({ prompt: 'none' }).url)).error, 'login_required');
      }
    },
  );
}

test.serial(
  'the mail can be sent again and a code typed after the sign-in has expired, and reloading leads there',
  async (t) => {
    const { user, email, waiting } = await begins(fixture);
    // Sent by now: later its lease would have run out, and it would be sent once more.
    t.is((await mailsTo(latchkey, email)).length, 1);
    advance(2 * HOUR);
    const page = await user.open(waiting.url);
    t.true(page.body.includes('id="code-submit"'));
    const again = await user.submit(page, 'send-again');
    t.is((await mailsTo(latchkey, email)).length, 2);
    const code = shownCode(await confirms(fixture, email, newVisitor()));
    t.is(outcomeOf(await user.submit(again, 'code-submit', { code })), 'made');
  },
);

test.serial('a link is good for 24 hours, whatever was purged', async (t) => {
  const { user, email, waiting } = await begins(fixture);
  const link = await linkTo(fixture, email);
  advance(24 * HOUR - 1);
  t.is((await user.open(link)).status, 200);
  advance(1);
  const gone = await user.open(link);
  t.is(gone.status, 410);
  t.is(wayBack(gone.body), '/account/register');
  t.is((await user.open(waiting.url)).status, 400);
});

test.serial('a code is good for 15 minutes', async (t) => {
  const [early, late] = [await begins(fixture), await begins(fixture)];
  const codes = [
    shownCode(await confirms(fixture, early.email, newVisitor())),
    shownCode(await confirms(fixture, late.email, newVisitor())),
  ] as const;
  advance(15 * 60 - 1);
  t.true(isConsent(await early.user.submit(early.waiting, 'code-submit', { code: codes[0] })));
  advance(1);
  t.is(problemOf(await late.user.submit(late.waiting, 'code-submit', { code: codes[1] })), 'wrong_code');
  t.is(await accountOf(late.email), undefined);
});

test.serial('an impatient click on "send again" does not end the link that arrived last', async (t) => {
  const { user, email, waiting } = await begins(fixture);
  for (let time = 0; time < 6; time += 1) {
    advance(1);
    await user.submit(waiting, 'send-again');
  }
  t.is((await mailsTo(latchkey, email)).length, 3);
  t.true(isConsent(await confirms(fixture, email, user)));
});

test.serial('a registration lives as long as the link of its newest mail, and no longer', async (t) => {
  const { user, email, waiting } = await begins(fixture);
  advance(23 * 3600);
  await user.submit(waiting, 'send-again');
  advance(23 * 3600);
  const open = await newVisitor().open(await linkTo(fixture, email));
  t.is(open.status, 200);
  advance(3600);
  t.is((await newVisitor().open(await linkTo(fixture, email))).status, 410);
  t.is(await accountOf(email), undefined);
});

test.serial('whoever has the mail sent again too often has to wait, and the mail that arrived is good', async (t) => {
  const { user, email, waiting } = await begins(fixture);
  let page = waiting;
  for (let time = 0; time < 61 && page.status === 200; time += 1) page = await user.submit(waiting, 'send-again');
  t.is(page.status, 429);
  t.is(problemOf(page), 'too_many_attempts');
  t.true(Number(page.headers['retry-after']) > 0);
  t.true(isConsent(await confirms(fixture, email, user)));
});

test.serial('the language in which somebody registers is that of later mails, and a claim for apps', async (t) => {
  for (const [header, language] of [
    ['de-AT', 'de'],
    ['en-GB', 'en'],
    ['fr', 'en'],
  ] as const) {
    const user = newVisitor({ headers: { 'accept-language': header } });
    const { email } = await begins(fixture, { user });
    await confirms(fixture, email, user);
    t.is((await accountOf(email))?.claims.locale, language);
  }
});

test.serial('used, made up, cut or long: a link that does nothing says so, and leads on', async (t) => {
  const { user, email } = await begins(fixture);
  const link = await linkTo(fixture, email);
  await confirms(fixture, email, user);
  const token = new URL(link).pathname.slice('/confirm/'.length);
  for (const path of [token, 'x', token.slice(0, -1), `${token}x`, 'a'.repeat(5000), '%00', '..%2f..']) {
    const page = await newVisitor().open(`${latchkey.issuer}/confirm/${path}`);
    t.is(page.status, 410, path.slice(0, 60));
    t.is(wayBack(page.body), '/account/register');
  }
});

test.serial('a second press of the button, a second code and a second password are told that it is done', async (t) => {
  const first = await begins(fixture);
  const confirm = await first.user.open(await linkTo(fixture, first.email));
  await first.user.submit(confirm, 'confirm-submit');
  t.is(outcomeOf(await first.user.submit(confirm, 'confirm-submit')), 'made');
  t.is(outcomeOf(await first.user.open(confirm.url)), 'made');
  t.is(outcomeOf(await first.user.open(first.waiting.url)), 'made');

  const second = await begins(fixture);
  const code = shownCode(await confirms(fixture, second.email, newVisitor()));
  await second.user.submit(second.waiting, 'code-submit', { code });
  t.is(outcomeOf(await second.user.submit(second.waiting, 'code-submit', { code })), 'made');
  t.is(outcomeOf(await second.user.submit(second.waiting, 'send-again')), 'made');
});

test.serial('sent twice, the form is one registration, and the later mail counts', async (t) => {
  const { user, email, register } = await begins(fixture);
  advance(1);
  await user.submit(register, 'register-submit', { email, name: 'Otter', password: 'the second of two sentences' });
  t.is((await mailsTo(latchkey, email)).length, 2);
  t.true(isConsent(await confirms(fixture, email, user)));
  t.like(await accountOf(email), { name: 'Otter' });
  t.true(isConsent(await signIn(fixture, email, 'the second of two sentences')));
});

test.serial('whoever goes back after it is done is told so, and led back to the app', async (t) => {
  const app = await newApp({ client_uri: 'https://app.example.com/home' });
  const { user, email, register } = await begins(fixture, { app });
  await confirms(fixture, email, user);
  const back = await user.submit(register, 'register-submit', { email, password: NEW_PASSWORD });
  t.is(back.status, 400);
  t.is(wayBack(back.body), 'https://app.example.com/home');
});

test.serial('a form of another site, or without our token, does nothing', async (t) => {
  const { user, email, waiting, register } = await begins(fixture);
  const confirm = await user.open(await linkTo(fixture, email));
  const code = await confirms(fixture, (await begins(fixture)).email, newVisitor());
  for (const [page, action] of [
    [register, /action="([^"]*\/register[^"]*)"/],
    [waiting, /action="([^"]*\/code[^"]*)"/],
    [waiting, /action="([^"]*\/again[^"]*)"/],
    [confirm, /action="([^"]*\/confirm\/[^"]*)"/],
    [code, /action="(\/confirm)"/],
  ] as const) {
    const address = new URL(action.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? '', page.url).href;
    const csrf = /name="csrf" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
    for (const forged of [
      { headers: { origin: 'https://evil.example' }, form: { csrf } },
      { headers: { 'sec-fetch-site': 'cross-site' }, form: { csrf } },
      { headers: { 'sec-fetch-site': 'same-site' }, form: { csrf } },
      { headers: {}, form: { csrf: 'guessed' } },
      { headers: {}, form: { code: 'x' } },
    ]) {
      const { statusCode, body } = await got.post(address, {
        ...{ form: forged.form, cookieJar: user.jar, throwHttpErrors: false, followRedirect: false },
        headers: { accept: 'text/html', ...forged.headers },
      });
      t.is(statusCode, 403, address);
      t.regex(body, /class="button[^"]*" href="/);
    }
  }
  t.is(await accountOf(email), undefined);
  t.is((await mailsTo(latchkey, email)).length, 1);
  t.true(isConsent(await confirms(fixture, email, user)));
});

test.serial('a browser that keeps no cookies is told so, and led back to begin again', async (t) => {
  const { email, waiting, register } = await begins(fixture);
  const confirm = await newVisitor().open(await linkTo(fixture, email));
  for (const [page, button, way] of [
    [waiting, 'code-submit', new URL(waiting.url).pathname],
    [waiting, 'send-again', new URL(waiting.url).pathname],
    [confirm, 'confirm-submit', new URL(confirm.url).pathname],
  ] as const) {
    const blocked = await newVisitor().submit(page, button, { code: 'x' });
    t.is(blocked.status, 403, button);
    t.true(wayBack(blocked.body)?.startsWith(way), `${wayBack(blocked.body)}`);
  }
  const blocked = await newVisitor().submit(register, 'register-submit', { email, password: NEW_PASSWORD });
  t.is(blocked.status, 400);
  t.is(await accountOf(email), undefined);
  t.is((await newVisitor().open(await linkTo(fixture, email))).status, 200);
});

test.serial('whoever registers too often has to wait, and what was typed is kept', async (t) => {
  const { user, email, register } = await begins(fixture);
  let page = register;
  for (let time = 0; time <= budgets.address.limit && page.status !== 429; time += 1)
    page = await user.submit(register, 'register-submit', { email, name: 'Wren', password: NEW_PASSWORD });
  t.is(page.status, 429);
  t.is(problemOf(page), 'too_many_attempts');
  const seconds = Number(page.headers['retry-after']);
  t.true(seconds >= 1);
  t.true(page.body.includes(`value="${email}"`));
  t.true(page.body.includes('id="register-submit"'));
  // Nobody else is: nor is the owner of the address kept from signing in.
  t.true((await begins(fixture, { email })).waiting.body.includes('id="code-submit"'));
  advance(seconds + 1);
  const later = await user.submit(register, 'register-submit', { email, password: NEW_PASSWORD });
  t.true(later.body.includes('id="code-submit"'));
});

test.serial('registering with the address of an account keeps nobody from signing in', async (t) => {
  const { email } = await fixture.newAccount();
  for (let time = 0; time < budgets.account.limit + 2; time += 1) await begins(fixture, { email });
  t.true(isConsent(await signIn(fixture, email, 'correct horse battery staple')));
});

test.serial('an address that was taken meanwhile is told to who proved it, and to nobody else', async (t) => {
  const taken = { password: 'set long ago by an administrator' };
  const [button, code, password] = [await begins(fixture), await begins(fixture), await begins(fixture)];
  const elsewhere = newVisitor();
  const [shown, form] = [
    await confirms(fixture, code.email, newVisitor()),
    await confirms(fixture, password.email, elsewhere),
  ];
  for (const { email } of [button, code, password]) await latchkey.createAccount({ email, ...taken });
  t.is(problemOf(await code.user.submit(code.waiting, 'code-submit', { code: 'AAAA-AAAA' })), 'wrong_code');
  t.true((await button.user.open(button.waiting.url)).body.includes('id="code-submit"'));

  t.is(outcomeOf(await confirms(fixture, button.email, button.user)), 'taken');
  t.is(outcomeOf(await code.user.submit(code.waiting, 'code-submit', { code: shownCode(shown) })), 'taken');
  t.is(outcomeOf(await elsewhere.submit(form, 'password-submit', { password: NEW_PASSWORD })), 'taken');
  for (const { email } of [button, code, password]) t.true(isConsent(await signIn(fixture, email, taken.password)));
});

test.serial('an account that was deleted is not made again by what is left of its registration', async (t) => {
  const { user, email, waiting } = await begins(fixture);
  const elsewhere = newVisitor();
  const shown = await confirms(fixture, email, elsewhere);
  await elsewhere.submit(shown, 'password-submit', { password: NEW_PASSWORD });
  await latchkey.installation.accounts.remove((await accountOf(email))?.id ?? '');
  t.is(problemOf(await user.submit(waiting, 'code-submit', { code: shownCode(shown) })), 'wrong_code');
  t.is((await elsewhere.submit(shown, 'password-submit', { password: NEW_PASSWORD })).status, 410);
  const mails = (await mailsTo(latchkey, email)).length;
  await user.submit(waiting, 'send-again');
  t.is((await mailsTo(latchkey, email)).length, mails);
  t.is(await accountOf(email), undefined);
  t.is(linkOn(await user.open(waiting.url), 'nothing'), undefined);
});

test.serial('what is mailed starts with the issuer, whatever the headers say', async (t) => {
  const user = newVisitor({
    headers: { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example', host: 'evil.example' },
  });
  const { email } = await begins(fixture, { user });
  t.true((await linkTo(fixture, email)).startsWith(`${latchkey.issuer}/confirm/`));
});

test.serial('no password, code, secret or address is in a log', async (t) => {
  const { user, email, waiting } = await begins(fixture, { password: 'words that never leave' });
  const shown = await confirms(fixture, email, newVisitor());
  await user.submit(waiting, 'code-submit', { code: shownCode(shown) });
  const link = await linkTo(fixture, email);
  const secret = /name="secret" value="([^"]*)"/.exec(shown.body)?.[1] ?? 'none';
  const text = JSON.stringify(latchkey.logged);
  for (const hidden of [
    email,
    'never leave',
    shownCode(shown),
    secret,
    new URL(link).pathname.slice('/confirm/'.length),
  ])
    t.false(text.includes(hidden), hidden);
});
