/** Getting back in: nothing says which accounts there are, and there is no way to a new password without the mailed secret. */
import test from 'ava';
import got from 'got';
import type { NewAccount } from '../../src/domain/accounts/create.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import type { Records } from '../../src/storage/driver.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { newKey } from '../config/settings.ts';
import { heardRecords } from '../support/heard-records.ts';
import { press } from '../support/link-doors.ts';
import { mailsTo } from '../support/mails.ts';
import { newVisitor, ownProvider, sharedProvider } from '../support/provider-fixture.ts';
import { askForLink, choosePassword, newLink } from '../support/recovery.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { formOf, send } from './sent-form.ts';

const calls: string[] = [];
const fixture = await sharedProvider({
  wrapRecords: (records: Records) =>
    heardRecords(records, (method, collection) => calls.push(`${method} ${collection}`)),
});
const { latchkey, newAccount, newApp } = fixture;
const { issuer, installation } = latchkey;
const NEW_PASSWORD = 'another good one, by mail';

const change = (id: string, changes: Partial<Account>) =>
  installation.accounts.update(id, (account) => ({ ...account, ...changes }));

/** Whose account is asked for, and whether it gets a link. */
const asked: Readonly<Record<string, readonly [boolean, () => Promise<readonly [string, string]>]>> = {
  'an account': [true, () => account({})],
  'an account by its username': [
    true,
    async () => {
      const username = `user-${Math.random().toString(36).slice(2)}`;
      const [email] = await account({ username });
      return [email, username];
    },
  ],
  'an account in capitals, with blanks around it': [
    true,
    async () => {
      const [email] = await account({});
      return [email, ` ${email.toUpperCase()}\u200b\t`];
    },
  ],
  'an account without a password': [
    true,
    async () => {
      const [email] = await account({});
      const { id } = (await installation.accounts.findByIdentifier(email)) as Account;
      await installation.accounts.update(id, ({ passwordHash: _passwordHash, ...rest }) => rest);
      return [email, email];
    },
  ],
  'an account whose address was never proven': [true, () => account({ emailVerified: false })],
  'a disabled account': [false, () => changedAccount({ isDisabled: true })],
  'an account that has expired': [false, () => changedAccount({ expiresAt: 1 })],
  'an account that waits for an administrator': [false, () => changedAccount({ awaitsApproval: true })],
  'no account': [false, async () => ['nobody@example.com', 'nobody@example.com']],
  'a username that nobody has': [false, async () => ['nobody', 'nobody']],
  'what is no address': [false, async () => ['a@b@c', 'a@b@c <x@y.example>, "@\r\n']],
  'a very long text': [false, async () => ['x', `${'x'.repeat(20_000)}@example.com`]],
};

async function account(details: Partial<NewAccount>): Promise<readonly [string, string]> {
  const { email } = await newAccount(details);
  return [email, email];
}

async function changedAccount(changes: Partial<Account>): Promise<readonly [string, string]> {
  const { id, email } = await newAccount();
  await change(id, changes);
  return [email, email];
}

/** Of an earlier mail, in the background. */
const DELIVERY = new Set(['list mails', 'remove mails']);

/** What differs from one answer to the next, whoever asks. */
const accidental = new Set(['date', 'x-request-id']);

test.serial('whoever is asked for, the page, its status, its headers and what storage does are the same', async (t) => {
  const app = await newApp();
  const query = `?client_id=${app.client.client_id}&sign_in=some-uid`;
  const seen: unknown[] = [];
  for (const [who, [, make]] of Object.entries(asked)) {
    const [, typed] = await make();
    const user = newVisitor();
    const page = await user.open(`${issuer}/recover${query}`);
    calls.length = 0;
    const { status, body, headers } = await user.submit(page, 'recover-submit', { email: typed });
    const told = Object.entries(headers).filter(([name]) => !accidental.has(name));
    const answer = {
      status,
      body,
      headers: Object.fromEntries(told),
      calls: calls.filter((call) => !DELIVERY.has(call)),
    };
    if (seen.length > 0) t.deepEqual(answer, seen[0], who);
    seen.push(answer);
  }
  t.is(seen.length, Object.keys(asked).length);
});

for (const [who, [getsLink, make]] of Object.entries(asked)) {
  test.serial(`${who} ${getsLink ? 'gets a link' : 'gets none'}`, async (t) => {
    const [email, typed] = await make();
    t.is((await askForLink(fixture, typed)).status, 200);
    t.is((await mailsTo(latchkey, email)).length, getsLink ? 1 : 0);
    t.is((await mailsTo(latchkey, typed.trim())).length, getsLink && email === typed ? 1 : 0);
  });
}

test.serial('a request that the quotas keep from being mailed does not end the link of an earlier one', async (t) => {
  const { email } = await newAccount();
  await newLink(fixture, email);
  await newLink(fixture, email);
  const link = await newLink(fixture, email);
  await askForLink(fixture, email);
  t.is((await mailsTo(latchkey, email)).length, 3);
  t.is((await choosePassword(link, NEW_PASSWORD)).status, 200);
});

async function signsIn(login: string, password: string): Promise<boolean> {
  const user = newVisitor();
  const page = await user.open((await newApp()).request().url);
  return (await user.submit(page, 'login-submit', { login, password })).body.includes('id="consent-submit"');
}

test.serial(
  'a network that asks too often has to wait, whatever it asks for, and leaves no record of addresses',
  async (t) => {
    const { email } = await fixture.newAccount();
    const user = newVisitor();
    const quotas = async () => (await installation.records.list('mail_quotas', { limit: 1000 })).length;
    for (let time = 0; time < 20; time += 1)
      t.is((await askForLink(fixture, `made-up-${time}@example.test`, { user })).status, 200);
    const before = await quotas();
    for (let time = 20; time < 60; time += 1)
      t.is((await askForLink(fixture, `made-up-${time}@example.test`, { user })).status, 200);
    t.is(await quotas(), before);
    const answers = [email, 'made-up@example.test', 'nobody'].map(async (login) => {
      const { status, headers, body } = await askForLink(fixture, login, { user });
      t.true(Number(headers['retry-after']) > 0);
      t.true(body.includes('data-problem="too_many_attempts"') && body.includes(`value="${login}"`));
      return { status, body: body.replaceAll(login, 'LOGIN').replace(/name="csrf" value="[^"]*"/g, '') };
    });
    const [known, ...others] = await Promise.all(answers);
    t.is(known?.status, 429);
    for (const other of others) t.deepEqual(other, known);
    t.deepEqual(await mailsTo(fixture.latchkey, email), []);
  },
);

test.serial('the new password signs in, the old one does not; the address is told, and counts as proven', async (t) => {
  const { id, email } = await newAccount({ emailVerified: false });
  const done = await choosePassword(await newLink(fixture, email), NEW_PASSWORD);
  t.is(done.status, 200);
  t.true(await signsIn(email, NEW_PASSWORD));
  t.false(await signsIn(email, PASSWORD));
  t.true((await installation.accounts.get(id))?.emailVerified);
  t.deepEqual(
    (await mailsTo(latchkey, email)).map(({ text }) => text),
    ['reset_password', 'password_changed'],
  );
});

test.serial('a reset signs nobody in, here or in the browser that asked', async (t) => {
  const { email } = await newAccount();
  const app = await newApp();
  const [asking, opening] = [newVisitor(), newVisitor()];
  const link = await newLink(fixture, email, { user: asking });
  await choosePassword(link, NEW_PASSWORD, opening);
  for (const user of [asking, opening])
    t.true((await user.open(app.request({ prompt: 'none' }).url)).url.includes('error=login_required'));
});

test.serial('a change of address that waits to be proven ends with the reset', async (t) => {
  const { id, email } = await newAccount();
  await change(id, { pendingEmail: { address: 'evil@example.com', until: Date.now() + 60_000 } });
  const expiresAt = Date.now() + 60_000;
  const begun = { purpose: 'change_email', subject: id, accountId: id, email: 'evil@example.com', expiresAt } as const;
  const { token } = await installation.links.create(begun);
  await choosePassword(await newLink(fixture, email), NEW_PASSWORD);
  t.is(await installation.links.find('change_email', token), undefined);
  t.is((await installation.accounts.get(id))?.pendingEmail, undefined);
});

/** Passwords that are not taken; each is said beside the field. */
const refused: Readonly<Record<string, string>> = {
  '': 'password_too_short',
  short: 'password_too_short',
  '       ': 'password_too_short',
  password: 'password_too_common',
  'Password123!': 'password_too_common',
  [`${'a long one '.repeat(200)}`]: 'password_too_long',
};

test.serial(
  'a password that is not taken is told beside the field, is not shown again, and does not spend the link',
  async (t) => {
    const { email } = await newAccount();
    const link = await newLink(fixture, email);
    for (const [password, problem] of [...Object.entries(refused), [email, 'password_like_login'] as const]) {
      const page = await choosePassword(link, password);
      t.is(page.status, 400, problem);
      t.true(page.body.includes(`id="password-problem" data-problem="${problem}"`), problem);
      t.regex(page.body, /<input id="password"[^>]* aria-invalid="true"/);
      t.notRegex(page.body, /<input id="password"[^>]* value=/);
    }
    t.is((await choosePassword(link, NEW_PASSWORD)).status, 200);
  },
);

test.serial(
  'while too many passwords are being set the page says when to come again, and the link stays good',
  async (t) => {
    const { email } = await newAccount();
    const link = await newLink(fixture, email);
    const { hasher } = installation;
    const { hash } = hasher;
    Object.assign(hasher, {
      async hash() {
        throw new DomainError('hashing_busy', { retryAfterSeconds: 2 });
      },
    });
    const busy = await choosePassword(link, NEW_PASSWORD);
    Object.assign(hasher, { hash });
    t.is(busy.status, 503);
    t.is(busy.headers['retry-after'], '2');
    t.true(busy.body.includes('id="reset-submit"'));
    t.is((await choosePassword(link, NEW_PASSWORD)).status, 200);
  },
);

test.serial('an account that is disabled while its new password is hashed keeps the old one', async (t) => {
  const { id, email } = await newAccount();
  const link = await newLink(fixture, email);
  const { hasher } = installation;
  const { hash } = hasher;
  Object.assign(hasher, {
    async hash(password: string) {
      await change(id, { isDisabled: true });
      return hash(password);
    },
  });
  const page = await choosePassword(link, NEW_PASSWORD);
  Object.assign(hasher, { hash });
  t.is(page.status, 410);
  await change(id, { isDisabled: false });
  t.false(await signsIn(email, NEW_PASSWORD));
});

test.serial('neither the token nor what was typed is on a page or in the log', async (t) => {
  const { email } = await newAccount();
  const typed = 'planted-text@example.com';
  await askForLink(fixture, typed);
  const link = await newLink(fixture, email);
  const token = new URL(link).pathname.split('/').at(-1) ?? '';
  const user = newVisitor();
  const pages = [await user.open(link), await choosePassword(link, 'short', user)];
  pages.push(
    await press({ page: pages[0] as (typeof pages)[0], user: newVisitor() }, { button: 'reset-submit', fields: {} }),
  );
  pages.push(await choosePassword(link, NEW_PASSWORD, user), await user.open(link));
  t.deepEqual(
    pages.map(({ status }) => status),
    [200, 400, 403, 200, 410],
  );
  for (const { body, headers } of pages) t.false(JSON.stringify([body, headers]).includes(token.slice(0, 20)));
  const logged = JSON.stringify(latchkey.logged);
  for (const secret of [token, token.slice(43), typed, NEW_PASSWORD]) t.false(logged.includes(secret));
});

/** Posts of recovery, by somebody who asked for the account's link and cannot read its mail. */
test.serial('no order of posts leads to a new password without the mailed secret', async (t) => {
  const { id, email } = await newAccount();
  const before = (await installation.accounts.get(id))?.passwordHash;
  const victimLink = await newLink(fixture, email);
  const attacker = await newAccount();
  const ownLink = await newLink(fixture, attacker.email);
  const usedLink = await newLink(fixture, (await newAccount()).email);
  await choosePassword(usedLink, NEW_PASSWORD);
  const tokenOf = (link: string) => new URL(link).pathname.split('/').at(-1) ?? '';
  const expiresAt = Date.now() + 60_000;
  const others = await Promise.all(
    (['confirm_registration', 'accept_invitation', 'change_email'] as const).map(async (purpose) => {
      const { token } = await installation.links.create({
        purpose,
        subject: attacker.id,
        accountId: id,
        email,
        expiresAt,
      });
      return token;
    }),
  );
  const record = tokenOf(victimLink).slice(0, 43);
  const tokens = [
    ...[tokenOf(ownLink), tokenOf(usedLink), ...others, record, `${record}${tokenOf(ownLink).slice(43)}`],
    ...[`${record}${'A'.repeat(43)}`, 'x', '', 'undefined', 'null', ':token', '*'],
  ];
  const user = newVisitor();
  const recover = formOf(await user.open(`${issuer}/recover`), '/recover');
  const fields = { ...recover.hidden, email, login: email, password: NEW_PASSWORD, token: '', account: id, id };
  const steps: readonly (() => Promise<{ statusCode: number }>)[] = [
    () => send(user, recover, { fields }),
    // Not with the token that is the attacker's own: that resets the attacker's account alone, and is tried last.
    ...tokens
      .slice(1)
      .map((token) => () => send(user, { address: `${issuer}/reset/${token}`, hidden: {} }, { fields })),
    () => send(user, { address: `${issuer}/reset`, hidden: {} }, { fields: { ...fields, token: record } }),
    () => send(user, { address: `${issuer}/reset/${tokens[1]}?token=${record}&account=${id}`, hidden: {} }, { fields }),
  ];
  // Every step before and after every other.
  for (const order of [steps, steps.toReversed(), ...steps.map((step) => [step, ...steps])]) {
    for (const step of order) t.not((await step()).statusCode, 500);
    t.is((await installation.accounts.get(id))?.passwordHash, before);
  }
  await send(user, { address: `${issuer}/reset/${tokens[0]}`, hidden: {} }, { fields });
  t.is((await installation.accounts.get(id))?.passwordHash, before);
});

const foreign: Readonly<Record<string, Parameters<typeof send>[2]>> = {
  'without a token': { fields: { csrf: undefined } },
  'with a made-up token': { fields: { csrf: 'A'.repeat(43) } },
  'that the browser calls cross-site': { headers: { 'sec-fetch-site': 'cross-site' } },
  'that the browser calls same-site': { headers: { 'sec-fetch-site': 'same-site' } },
  'from another origin': { headers: { origin: 'https://evil.example' } },
  'from an origin that only begins alike': { headers: { origin: `${issuer}.evil.example` } },
};

for (const [what, sent] of Object.entries(foreign)) {
  test.serial(`a form of recovery ${what} is refused, and nothing is mailed or changed`, async (t) => {
    const { email } = await newAccount();
    const user = newVisitor();
    const recover = formOf(await user.open(`${issuer}/recover`), '/recover');
    t.is((await send(user, recover, { ...sent, fields: { email, ...sent?.fields } })).statusCode, 403);
    t.deepEqual(await mailsTo(latchkey, email), []);
    const link = await newLink(fixture, email);
    const hidden = { csrf: /name="csrf" value="([^"]*)"/.exec((await user.open(link)).body)?.[1] ?? '' };
    const fields = { password: NEW_PASSWORD, ...sent?.fields };
    t.is((await send(user, { address: link, hidden }, { ...sent, fields })).statusCode, 403);
    t.is((await choosePassword(link, NEW_PASSWORD)).status, 200);
  });
}

test.serial('a form of one browser is not taken from another', async (t) => {
  const page = await newVisitor().open(`${issuer}/recover`);
  const other = newVisitor();
  await other.open(`${issuer}/recover`);
  t.is((await other.submit(page, 'recover-submit', { email: 'ada@example.com' })).status, 403);
});

test.serial(
  'where no mail is sent nobody can ask for a link: the login page has no way to it, and its page says whom to ask',
  async (t) => {
    const { latchkey: quiet, newApp: newQuietApp } = await ownProvider(t, {
      environment: {
        NODE_ENV: 'production',
        BCRYPT_COST: '10',
        ISSUER: 'https://id.example.com',
        SECRET_KEYS: newKey(),
      },
    });
    const here = (url: string) => url.replace(quiet.issuer, quiet.address);
    const page = await newVisitor().open(`${quiet.address}/recover`);
    t.is(page.status, 404);
    t.false(page.body.includes('recover-submit'));
    const posting = { form: { email: 'ada@example.com' }, throwHttpErrors: false, retry: { limit: 0 } } as const;
    t.is((await got.post(`${quiet.address}/recover`, posting)).statusCode, 404);
    t.deepEqual((await quiet.installation.mails.list({ limit: 9 })).items, []);
    const login = async (url: string) => (await newVisitor().open(url)).body;
    const [without, withMail] = [
      await login(here((await newQuietApp()).request().url)),
      await login((await newApp()).request().url),
    ];
    t.true(without.includes('id="login-submit"'));
    t.false(without.includes('id="forgot-password"'));
    t.true(withMail.includes('id="forgot-password"'));
  },
);
