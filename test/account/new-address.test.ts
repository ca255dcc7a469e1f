/** A new e-mail address counts when it was proven, and not before. */
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { decodeJwt } from 'jose';
import { setPassword } from '../../src/domain/accounts/change.ts';
import { updateAccount } from '../../src/domain/accounts/update.ts';
import { issueLink } from '../../src/domain/links/links.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { advance, stopTime } from '../protocol/time.ts';
import { mailsTo } from '../support/mails.ts';
import { newVisitor, obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { askForLink } from '../support/recovery.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { atAccount, fieldValue, hasMessage, isAccountPage } from './fixture.ts';

stopTime();
const fixture = await sharedProvider();
const { latchkey } = fixture;
const { issuer, installation } = latchkey;
const DAY = 24 * 3600;

let addresses = 0;

function newEmail(): string {
  addresses += 1;
  return `new-${addresses}@example.com`;
}

async function linkTo(address: string): Promise<string> {
  const mail = (await mailsTo(latchkey, address)).findLast(({ text }) => text === 'confirm_new_email');
  if (mail?.link === undefined) throw new Error(`no link was mailed to ${address}`);
  return mail.link;
}

async function requested() {
  const at = await atAccount(fixture);
  const email = newEmail();
  const page = await at.user.submit(at.page, 'email-submit', { email });
  return { ...at, page, email, link: await linkTo(email) };
}

const press = async (link: string) => {
  const user = newVisitor();
  const page = await user.open(link);
  return page.status === 200 ? user.submit(page, 'confirm-submit') : page;
};

const stored = async ({ id }: Account) => {
  const account = await installation.accounts.get(id);
  return { email: account?.email, isVerified: account?.emailVerified, pending: account?.pendingEmail?.address };
};

/** By name: here time stands still, and with it their order. */
const textsTo = async (address: string) => (await mailsTo(latchkey, address)).map(({ text }) => text).toSorted();

test.serial(
  'a new address counts when the button of its link is pressed, in any browser, and the old one is told twice',
  async (t) => {
    const { account, user, page, email, link } = await requested();
    t.true(isAccountPage(page));
    t.true(page.body.includes('id="pending-email"') && page.body.includes(email));
    t.deepEqual(await stored(account), { email: account.email, isVerified: true, pending: email });
    t.deepEqual(await textsTo(account.email), ['email_change_begun']);
    t.true(link.startsWith(`${issuer}/new-address/`));

    const done = await press(link);
    t.true(hasMessage(done, 'address_changed'));
    t.true(done.body.includes('<a class="button primary" href="/account">'));
    t.deepEqual(await stored(account), { email, isVerified: true, pending: undefined });
    t.deepEqual(await textsTo(account.email), ['email_change_begun', 'email_changed']);
    // It ends nothing, and signs nobody in.
    t.true((await user.open(`${issuer}/account`)).body.includes(email));
    await t.notThrowsAsync(fixture.newAccount({ email: account.email }));
  },
);

test.serial('reading the link, as mail clients do, changes nothing', async (t) => {
  const { account, email, link } = await requested();
  for (let time = 0; time < 3; time += 1) t.is((await newVisitor().open(link)).status, 200);
  t.deepEqual(await stored(account), { email: account.email, isVerified: true, pending: email });
  t.true(hasMessage(await press(link), 'address_changed'));
});

test.serial('of fifty who press the button at once one does it', async (t) => {
  const { link, account, email } = await requested();
  const user = newVisitor();
  const page = await user.open(link);
  const answers = await Promise.all(Array.from({ length: 50 }, () => user.submit(page, 'confirm-submit')));
  t.deepEqual(answers.map(({ status }) => status).toSorted(), [200, ...Array.from({ length: 49 }, () => 410)]);
  t.is((await stored(account)).email, email);
  t.deepEqual(await textsTo(account.email), ['email_change_begun', 'email_changed']);
});

test.serial('while a new address waits, email_verified is false in userinfo and the ID token', async (t) => {
  const { account, user, page } = await atAccount(fixture);
  const app = await fixture.newApp();
  const claims = JSON.stringify({ id_token: { email_verified: null } });
  const said = async () => {
    const { body } = await redeem(app, await obtainCode(app, { user, login: account.email, claims }));
    const headers = { authorization: `Bearer ${body.access_token}` };
    const info = await got(`${issuer}/me`, { headers }).json<Record<string, unknown>>();
    const inIdToken = decodeJwt(body.id_token ?? '').email_verified;
    return { email: info.email, isVerified: info.email_verified, inIdToken };
  };
  t.deepEqual(await said(), { email: account.email, isVerified: true, inIdToken: true });
  const waiting = await user.submit(page, 'email-submit', { email: newEmail() });
  t.deepEqual(await said(), { email: account.email, isVerified: false, inIdToken: false });
  await user.submit(waiting, 'email-cancel');
  t.deepEqual(await said(), { email: account.email, isVerified: true, inIdToken: true });
});

/** What makes a link good for nothing before it was pressed. */
const endings: Readonly<Record<string, (at: Awaited<ReturnType<typeof requested>>) => Promise<unknown>>> = {
  'was pressed before': ({ link }) => press(link),
  'is older than a day': async () => advance(DAY),
  'was replaced by one to another address': ({ user, page }) =>
    user.submit(page, 'email-submit', { email: newEmail() }),
  'was replaced by one to the same address': ({ user, page, email }) => user.submit(page, 'email-submit', { email }),
  'was cancelled': ({ user, page }) => user.submit(page, 'email-cancel'),
  'is of an account that is gone': ({ account }) => installation.accounts.remove(account.id),
  'is of an account that was disabled': ({ account }) =>
    installation.accounts.update(account.id, (current) => ({ ...current, isDisabled: true })),
  'is of an account that has expired': ({ account }) =>
    installation.accounts.update(account.id, (current) => ({ ...current, expiresAt: Date.now() })),
  'is of an account whose password was set since': ({ account }) =>
    setPassword({ accountId: account.id, password: 'a gate of four words' }, installation),
  'is of an account whose address an administrator has set since': ({ account }) =>
    updateAccount(account.id, { email: `set-${account.id}@example.com` }, installation),
  'is of an account to which an administrator gave the same address again': ({ account }) =>
    updateAccount(account.id, { email: account.email }, installation),
};

async function isGone(t: ExecutionContext, link: string): Promise<void> {
  const page = await press(link);
  t.is(page.status, 410, page.body);
  t.true(page.body.includes('<a class="button primary" href="/account#profile">'));
}

for (const [why, end] of Object.entries(endings)) {
  test.serial(`a link that ${why} is gone, and changes nothing`, async (t) => {
    const at = await requested();
    await end(at);
    const before = await stored(at.account);
    await isGone(t, at.link);
    t.deepEqual(await stored(at.account), before);
  });
}

test.serial('a page that was open when the link ended is gone when its button is pressed', async (t) => {
  const { link, user, page, account } = await requested();
  const visitor = newVisitor();
  const open = await visitor.open(link);
  await user.submit(page, 'email-cancel');
  t.is((await visitor.submit(open, 'confirm-submit')).status, 410);
  t.is((await stored(account)).email, account.email);
});

test.serial('a link for another action, and one that was made up, is gone here', async (t) => {
  const { id: accountId, email } = await fixture.newAccount();
  const link = { purpose: 'reset_password', subject: accountId, email, accountId } as const;
  const { address } = await issueLink(link, { ...installation, issuer });
  for (const token of [address.split('/').at(-1), 'x', 'A'.repeat(86), '..%2f', '%00'])
    await isGone(t, `${issuer}/new-address/${token}`);
});

test.serial('after the change the links that were mailed to the old address open nothing', async (t) => {
  const { account, link } = await requested();
  const reset = {
    purpose: 'reset_password',
    subject: account.id,
    email: account.email,
    accountId: account.id,
  } as const;
  const token = (await issueLink(reset, { ...installation, issuer })).address.split('/').at(-1) ?? '';
  t.truthy(await installation.links.find('reset_password', token));
  await press(link);
  t.is(await installation.links.find('reset_password', token), undefined);
});

test.serial('an address that another account has looks the same to who asks, and its owner is told', async (t) => {
  const taken = await fixture.newAccount();
  const ask = async (email: string) => {
    const { user, page, account } = await atAccount(fixture, { email: `asker-${addresses}@example.com` });
    const answer = await user.submit(page, 'email-submit', { email });
    const seen = answer.body.replaceAll(email, 'ADDRESS').replaceAll(account.id, 'ID').replaceAll(account.email, 'OLD');
    addresses += 1;
    // Two people, at two addresses and times.
    const own = /name="csrf" value="[^"]*"|<time [^>]*>[^<]*|10(?:\.\d+){3}/g;
    return { status: answer.status, seen: seen.replace(own, '') };
  };
  t.deepEqual(await ask(taken.email), await ask(newEmail()));
  t.deepEqual(await textsTo(taken.email), ['already_registered']);
});

test.serial(
  'an address that another account got meanwhile is told to who proves it, and changes nothing',
  async (t) => {
    const { account, email, link } = await requested();
    await fixture.newAccount({ email });
    const page = await press(link);
    t.is(page.status, 409);
    t.true(hasMessage(page, 'address_taken'));
    t.deepEqual(await stored(account), { email: account.email, isVerified: true, pending: undefined });
  },
);

test.serial(
  'a change whose mail is held back leaves the one before as it was, and the page looks the same',
  async (t) => {
    const { account, user, page, email, link } = await requested();
    const held = newEmail();
    // What others have sent there.
    for (let time = 0; time < 3; time += 1) await installation.outbox.admit(held, `192.0.2.${time}`);
    const seen = (answer: { readonly body: string }, address: string) =>
      answer.body.replaceAll(address, 'ADDRESS').replace(/name="csrf" value="[^"]*"/g, '');
    const answer = await user.submit(page, 'email-submit', { email: held });
    t.is(answer.status, page.status);
    t.is(seen(answer, held), seen(page, email));
    t.is(seen(await user.open(`${issuer}/account?saved=yes`), held), seen(page, email));
    t.deepEqual(await textsTo(held), []);
    t.deepEqual(await textsTo(account.email), ['email_change_begun']);
    t.deepEqual(await stored(account), { email: account.email, isVerified: true, pending: email });
    t.true(hasMessage(await press(link), 'address_changed'));
    t.deepEqual(await stored(account), { email, isVerified: true, pending: undefined });
  },
);

test.serial('a network that asks too often has to wait, and its account stays as it is', async (t) => {
  const { user, page, account } = await atAccount(fixture);
  await user.submit(page, 'email-submit', { email: newEmail() });
  const [before, mails] = [await stored(account), await textsTo(account.email)];
  const recover = await user.open(`${issuer}/recover`);
  for (let time = 0; time < 60; time += 1)
    await user.submit(recover, 'recover-submit', { email: `${time}@example.com` });
  const answer = await user.submit(page, 'email-submit', { email: String(before.pending) });
  t.is(answer.status, 429);
  t.true(answer.body.includes('data-problem="too_many_attempts"'));
  t.true(Number(answer.headers['retry-after']) > 0);
  t.is(fieldValue(answer, 'email'), before.pending);
  t.deepEqual(await stored(account), before);
  t.deepEqual(await textsTo(account.email), mails);
});

test.serial('the fourth new address within an hour is refused beside its field, and nothing happens', async (t) => {
  const { user, page, account } = await atAccount(fixture);
  const taken = await fixture.newAccount();
  for (const email of [newEmail(), taken.email, newEmail()])
    t.is((await user.submit(page, 'email-submit', { email })).status, 200);
  const before = await stored(account);
  for (const email of [newEmail(), taken.email]) {
    const answer = await user.submit(page, 'email-submit', { email });
    t.is(answer.status, 429);
    t.true(answer.body.includes('id="email-problem" data-problem="email_changed_often"'));
    t.is(answer.headers['retry-after'], '3600');
    t.is(fieldValue(answer, 'email'), email);
  }
  t.deepEqual(await stored(account), before);
  t.deepEqual(
    await textsTo(account.email),
    Array.from({ length: 3 }, () => 'email_change_begun'),
  );
  t.deepEqual(await textsTo(taken.email), ['already_registered']);
  advance(3600);
  t.is((await user.submit(page, 'email-submit', { email: newEmail() })).status, 200);
});

test.serial(
  'whatever was mailed to an account for its own changes, its owner gets a link to get back in',
  async (t) => {
    const { user, page, account } = await atAccount(fixture);
    for (let time = 0; time < 3; time += 1) await user.submit(page, 'email-submit', { email: newEmail() });
    await user.submit(page, 'password-submit', { password: 'four words for a gate' });
    await askForLink(fixture, account.email);
    t.true((await textsTo(account.email)).includes('reset_password'));
  },
);

test.serial('by asking for the address of somebody as a new one nobody keeps them from getting back in', async (t) => {
  const victim = await fixture.newAccount();
  for (let time = 0; time < 4; time += 1) {
    const { user, page } = await atAccount(fixture);
    t.is((await user.submit(page, 'email-submit', { email: victim.email })).status, 200);
  }
  await askForLink(fixture, victim.email);
  await askForLink(fixture, victim.email);
  t.deepEqual(await textsTo(victim.email), ['already_registered', 'already_registered', 'reset_password']);
});

const refusedAddresses = [
  ['', 'email_invalid'],
  ['nobody', 'email_invalid'],
  ['a@b@example.com', 'email_invalid'],
  ['"a b"@example.com', 'email_invalid'],
  ['a@example.com\r\nBcc: x@example.com', 'email_invalid'],
  ['a@exa mple.com', 'email_invalid'],
  ['<script>@example.com', 'email_invalid'],
  [`${'a'.repeat(65)}@example.com`, 'email_invalid'],
  [`a@${'b'.repeat(10_000)}`, 'email_invalid'],
  ['a＠example.com', 'email_invalid'],
] as const;

for (const [typed, problem] of refusedAddresses) {
  test.serial(
    `the address ${JSON.stringify(typed.slice(0, 40))} is refused beside its field, and kept there as far as it could be one`,
    async (t) => {
      const { user, page, account } = await atAccount(fixture);
      const answer = await user.submit(page, 'email-submit', { email: typed });
      t.is(answer.status, 400);
      t.true(answer.body.includes(`id="email-problem" data-problem="${problem}"`));
      t.regex(answer.body, /name="email"[^>]* aria-invalid="true"/);
      t.is((await stored(account)).pending, undefined);
      if (!/[<"\r]/.test(typed)) t.is(fieldValue(answer, 'email'), typed.slice(0, 400));
    },
  );
}

test.serial('the address that the account has is no new one', async (t) => {
  const { user, page, account } = await atAccount(fixture);
  const answer = await user.submit(page, 'email-submit', { email: ` ${account.email} ` });
  t.is(answer.status, 400);
  t.true(answer.body.includes('data-problem="email_unchanged"'));
});

for (const headers of [
  { host: 'evil.example' },
  { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  { forwarded: 'host=evil.example;proto=https' },
  { 'x-forwarded-server': 'evil.example', 'x-original-host': 'evil.example' },
]) {
  test.serial(`the link begins with the issuer whatever ${Object.keys(headers)[0]} says`, async (t) => {
    const { account } = await atAccount(fixture);
    const user = newVisitor({ headers });
    const login = await user.open(`${issuer}/account`);
    const page = await user.submit(login, 'login-submit', { login: account.email, password: PASSWORD });
    const email = newEmail();
    await user.submit(page, 'email-submit', { email });
    t.true((await linkTo(email)).startsWith(`${issuer}/new-address/`));
  });
}
