/** The sign-in page: what it keeps, what it tells, and how it slows guessing down. */
import test from 'ava';
import { disableAccount } from '../../src/domain/accounts/change.ts';
import { budgets } from '../../src/domain/throttle/budgets.ts';
import { LOGIN, newVisitor, sharedProvider, textOf } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import type { Page } from '../support/user.ts';
import { advance, stopTime } from './time.ts';

stopTime();
const fixture = await sharedProvider();
const { latchkey, newApp } = fixture;
const WRONG = 'wrong horse <battery> "staple"';

async function opened() {
  const user = newVisitor();
  return { user, login: await user.open((await newApp()).request().url) };
}

async function tried(login: string, password: string): Promise<Page> {
  const visit = await opened();
  return visit.user.submit(visit.login, 'login-submit', { login, password });
}

test.serial('a wrong password is told, the name is kept, and the password is nowhere', async (t) => {
  const page = await tried('  <ada>"@example.com ', WRONG);
  t.is(page.status, 400);
  t.regex(page.body, /name="login"[^>]*value="&lt;ada&gt;&#34;@example\.com"/);
  t.false(page.body.includes('horse'));
  t.false(/name="password"[^>]*value/.test(page.body));
  t.true(page.body.includes('id="login-submit"'));
  t.is(page.headers['cache-control'], 'no-store');
});

test.serial('unknown, wrong, disabled and without a password look the same', async (t) => {
  const disabled = await fixture.newAccount();
  await disableAccount(disabled.id, latchkey.installation);
  const noPassword = await latchkey.createAccount({ email: 'no-password@example.com' });
  const plain = (page: Page, login: string) =>
    textOf(page)
      .replaceAll(login, '')
      .replace(/Notes\S*/g, '');
  const attempts = [
    [LOGIN, WRONG],
    ['nobody@example.com', WRONG],
    ['nobody', WRONG],
    [disabled.email, PASSWORD],
    [noPassword.email, PASSWORD],
  ] as const;
  const seen = await Promise.all(
    attempts.map(async ([login, password]) => {
      const page = await tried(login, password);
      const names = Object.keys(page.headers).sort();
      return JSON.stringify([page.status, names, plain(page, login)]);
    }),
  );
  t.is(new Set(seen).size, 1, seen.join('\n'));
});

const tooLong: Readonly<Record<string, string>> = {
  'one character too many': 'a'.repeat(257),
  'twice the limit': 'x9'.repeat(256),
  'as much as the form takes': 'y'.repeat(15_000),
  'letters of two bytes': 'ü'.repeat(257),
  'characters of four bytes': '🗝'.repeat(257),
  'characters of three bytes': '一'.repeat(2000),
  'as many as the browser lets through': '한'.normalize('NFD').repeat(342).slice(0, 1024),
  'the right one, and more': PASSWORD.padEnd(257, ' '),
  'white space alone': ' '.repeat(2000),
};

for (const [what, password] of Object.entries(tooLong)) {
  test.serial(`a password of ${what} is told its limit, for every account alike, and costs no guess`, async (t) => {
    const disabled = await fixture.newAccount();
    await disableAccount(disabled.id, latchkey.installation);
    const [user, app] = [newVisitor(), await newApp()];
    const seen = new Set<string>();
    for (const login of [LOGIN, disabled.email, 'nobody@example.com']) {
      for (let n = 0; n < budgets.account.limit / 10; n += 1) {
        const page = await user.submit(await user.open(app.request().url), 'login-submit', { login, password });
        t.is(page.status, 400);
        t.regex(textOf(page), /at most 256 characters/);
        t.false(page.body.includes(password.slice(0, 100)) && password.trim() !== '');
        seen.add(
          textOf(page)
            .replaceAll(login, '')
            .replace(/Notes\S*/g, ''),
        );
      }
    }
    t.is(seen.size, 1);
    const failed = latchkey.logged.filter(
      ({ event, accountId }) => event === 'sign_in.failed' && accountId === disabled.id,
    );
    t.is(failed.length, 0);
  });
}

test.serial('a password as long as the limit lets in, also when it is typed decomposed', async (t) => {
  for (const [index, characters] of ['é4xqüwñ7', '한국어로길게', '😀🗝é🚪🏠x'].entries()) {
    const all = Array.from(characters);
    const password = Array.from({ length: 256 }, (_, at) => all[(at + Math.floor(at ** 1.5)) % all.length]).join('');
    const { email } = await latchkey.createAccount({ email: `longest${index}@example.com`, password });
    for (const typed of [password, password.normalize('NFD')])
      t.true((await tried(email, typed)).body.includes('id="consent-submit"'), String(typed.length));
  }
});

test.serial('what is missing is named, and nothing is counted as a guess', async (t) => {
  const { user, login } = await opened();
  for (let time = 0; time < 10; time += 1) {
    t.is((await user.submit(login, 'login-submit', { login: '', password: PASSWORD })).status, 400);
    const page = await user.submit(login, 'login-submit', { login: LOGIN, password: '' });
    t.is(page.status, 400);
    t.regex(page.body, /name="login"[^>]*value="ada@example\.com"/);
  }
  const page = await user.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD });
  t.true(page.body.includes('id="consent-submit"'));
});

test.serial(
  'when the budget is used up the page says how long to wait, and the right password has to wait too',
  async (t) => {
    const { email } = await fixture.newAccount();
    const { user, login } = await opened();
    const attempt = (password: string) => user.submit(login, 'login-submit', { login: email, password });
    for (let time = 0; time < budgets.account.limit; time += 1) t.is((await attempt(WRONG)).status, 400);

    const told = await attempt(PASSWORD);

    t.is(told.status, 429);
    const seconds = Number(told.headers['retry-after']);
    t.true(seconds >= 1 && seconds <= 3600, String(told.headers['retry-after']));
    t.regex(textOf(told), /Too many attempts\. Wait \d+ minutes/);
    t.regex(told.body, new RegExp(`name="login"[^>]*value="${email}"`));
    advance(seconds + 1);
    t.true((await tried(email, PASSWORD)).body.includes('id="consent-submit"'));
  },
);

test.serial('a name that nobody owns is slowed down just the same', async (t) => {
  const { email } = await fixture.newAccount();
  const statusesOf = async (name: string) => {
    const { user, login } = await opened();
    const pages: string[] = [];
    for (let time = 0; time < budgets.account.limit + 3; time += 1) {
      const { status, headers } = await user.submit(login, 'login-submit', { login: name, password: WRONG });
      pages.push(`${status} ${headers['retry-after']}`);
    }
    return pages;
  };
  const unknown = await statusesOf('nobody-at-all@example.com');
  t.is(unknown.filter((page) => page.startsWith('429')).length, 3);
  t.deepEqual(await statusesOf(email), unknown);
});

test.serial('a right password makes a known device, a wrong one does not, and scripts do not see which', async (t) => {
  const { email } = await fixture.newAccount();
  const { user, login } = await opened();
  const wrong = await user.submit(login, 'login-submit', { login: email, password: WRONG });
  t.false(JSON.stringify(wrong.headers['set-cookie'] ?? []).includes('latchkey_device'));
  await user.submit(login, 'login-submit', { login: email, password: PASSWORD });
  const cookies = await user.jar.getCookies(latchkey.issuer);
  const device = cookies.find(({ key }) => key === 'latchkey_device');
  t.like(device, { httpOnly: true, sameSite: 'lax', path: '/', hostOnly: true });
  const days = (device?.TTL() ?? 0) / 86_400_000;
  t.true(days > 399 && days <= 400, String(days));
});

test.serial('usernames are found in any case, and passwords count as typed', async (t) => {
  t.true((await tried(LOGIN.toUpperCase(), PASSWORD)).body.includes('id="consent-submit"'));
  t.is((await tried(LOGIN, PASSWORD.toUpperCase())).status, 400);
  t.is((await tried(LOGIN, ` ${PASSWORD}`)).status, 400);
});

test.serial('no name and no password is written to the log', async (t) => {
  await tried('somebody-private@example.com', WRONG);
  const text = JSON.stringify(latchkey.logged);
  t.true(text.includes('interaction.login'));
  for (const secret of ['somebody-private', 'horse', 'staple']) t.false(text.includes(secret));
});
