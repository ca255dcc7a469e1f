/** "This was not me": whoever had the account earlier gets it back, whatever somebody else did in it, and nobody is signed in by it. */
import test from 'ava';
import { disableAccount } from '../../src/domain/accounts/change.ts';
import { deleteAccount } from '../../src/domain/accounts/deletion.ts';
import { updateAccount } from '../../src/domain/accounts/update.ts';
import type { MailText } from '../../src/domain/mail/outbox.ts';
import { notify } from '../../src/domain/notices/notices.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { giveFactors, type OwnedFactors } from '../support/factors.ts';
import { mailsTo } from '../support/mails.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { askForLink } from '../support/recovery.ts';
import { PASSWORD } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';
import { atAccount, isAccountPage, isLoginPage } from './fixture.ts';

const fixture = await sharedProvider({ environment: { BUDGET_FACTOR: '20' } });
const { latchkey } = fixture;
const { installation, issuer } = latchkey;
const NEW_PASSWORD = 'owner has got it back now';
const THIEFS_PASSWORD = 'four words for a gate';

async function linkIn(text: MailText, to: string): Promise<string> {
  const link = (await mailsTo(latchkey, to)).findLast((mail) => mail.text === text)?.link;
  if (link === undefined) throw new Error(`no ${text} went to ${to}`);
  return link;
}

async function press(link: string, user: User = newVisitor()): Promise<Page> {
  return user.submit(await user.open(link), 'not-me-submit');
}

const accountNow = async ({ id }: Account) => installation.accounts.get(id);

/** A session of somebody else, who then moved the account to an address of theirs, with a password of theirs. */
async function stolen() {
  const { account, user: thief, page } = await atAccount(fixture);
  const evil = `evil-${account.email}`;
  await thief.submit(page, 'email-submit', { email: evil });
  await thief.submit(await thief.open(await linkIn('confirm_new_email', evil)), 'confirm-submit');
  await thief.submit(await thief.open(`${issuer}/account`), 'password-submit', { password: THIEFS_PASSWORD });
  const login = await thief.open(`${issuer}/account`);
  await thief.submit(login, 'login-submit', { login: evil, password: THIEFS_PASSWORD });
  return { account, thief, evil, link: await linkIn('email_changed', account.email) };
}

async function canSignIn(login: string, password: string): Promise<boolean> {
  const user = newVisitor();
  return isAccountPage(await user.submit(await user.open(`${issuer}/account`), 'login-submit', { login, password }));
}

test.serial(
  'the address that a thief took away comes back, with a password that the thief does not know',
  async (t) => {
    const { account, thief, evil, link } = await stolen();
    t.true(isAccountPage(await thief.open(`${issuer}/account`)));
    const owner = newVisitor();
    const form = await press(link, owner);
    t.true(form.body.includes('id="ended"') && form.body.includes('id="address-back"'));
    t.true(isLoginPage(await thief.open(`${issuer}/account`)));
    t.like(await accountNow(account), { email: account.email, emailVerified: true });
    t.is((await accountNow(account))?.passwordHash, undefined);
    for (const password of [PASSWORD, THIEFS_PASSWORD]) t.false(await canSignIn(account.email, password));
    t.true(isLoginPage(await owner.open(`${issuer}/account`)), 'nobody is signed in');
    t.is((await owner.submit(form, 'reset-submit', { password: NEW_PASSWORD })).status, 200);
    t.true(await canSignIn(account.email, NEW_PASSWORD));
    t.is((await newVisitor().open(await linkIn('password_changed', evil))).status, 410, "the thief's own notice");
  },
);

test.serial(
  'a thief who answers a notice of their own first does not end the link of the address before',
  async (t) => {
    const { account, evil, link } = await stolen();
    await press(await linkIn('password_changed', evil));
    t.like(await accountNow(account), { email: evil });
    t.is((await press(link)).status, 200);
    t.like(await accountNow(account), { email: account.email });
  },
);

test.serial('where another account has the address by now, everybody is thrown out all the same', async (t) => {
  const { account, thief, evil, link } = await stolen();
  await fixture.newAccount({ email: account.email });
  const form = await press(link);
  t.is(form.status, 200);
  t.false(form.body.includes('id="address-back"'));
  t.like(await accountNow(account), { email: evil });
  t.is((await accountNow(account))?.passwordHash, undefined);
  t.true(isLoginPage(await thief.open(`${issuer}/account`)));
});

test.serial('a notice of an act that was under way when another one was answered is mailed to nobody', async (t) => {
  const { account, evil, link } = await stolen();
  const before = await accountNow(account);
  await press(link);
  const { length } = await mailsTo(latchkey, evil);
  if (before !== undefined) await notify(before, { text: 'password_changed' }, 'en', { ...installation, issuer });
  t.is((await mailsTo(latchkey, evil)).length, length);
});

test.serial('newer notices to the same address leave one link for each text', async (t) => {
  const account = await fixture.newAccount();
  for (const text of ['new_device', 'new_device', 'factor_added', 'new_device'] as const)
    await notify(account, { text }, 'en', { ...installation, issuer });
  const links = (await mailsTo(latchkey, account.email)).map(({ link = '' }) => link);
  const statuses = await Promise.all(links.map(async (link) => (await newVisitor().open(link)).status));
  t.deepEqual(statuses.toSorted(), [200, 200, 410, 410]);
  t.is(await installation.links.endNoticesOf(account.id), 2);
});

test.serial(
  'the page for the new password is not ended by whoever asks for a link, and not used up by a bad one',
  async (t) => {
    const { account } = await atAccount(fixture);
    await notify(account, { text: 'new_device' }, 'en', { ...installation, issuer });
    const owner = newVisitor();
    const form = await press(await linkIn('new_device', account.email), owner);
    await askForLink(fixture, account.email);
    t.is((await owner.submit(form, 'reset-submit', { password: 'short' })).status, 400);
    t.is((await owner.submit(form, 'reset-submit', { password: NEW_PASSWORD })).status, 200);
    t.is((await owner.submit(form, 'reset-submit', { password: NEW_PASSWORD })).status, 410);
  },
);

const administrators = {
  disabled: ({ id }: Account) => disableAccount(id, installation),
  'moved to another address': ({ id, email }: Account) => updateAccount(id, { email: `moved-${email}` }, installation),
  deleted: ({ id }: Account) => deleteAccount(id, installation),
} as const;

for (const [done, act] of Object.entries(administrators)) {
  test.serial(
    `an account that an administrator has ${done} is taken back by no notice of before, and none is kept`,
    async (t) => {
      const account = await fixture.newAccount();
      await notify(account, { text: 'new_device' }, 'en', { ...installation, issuer });
      const link = await linkIn('new_device', account.email);
      await act(account);
      t.is((await newVisitor().open(link)).status, 410);
      t.is(await installation.links.endNoticesOf(account.id), 0);
    },
  );
}

/** The page for a new password, of an account that has such factors. */
async function afterNotice<T>(prepare: (account: Account) => Promise<T>) {
  const account = await fixture.newAccount();
  const factors = await prepare(account);
  await notify(account, { text: 'new_device' }, 'en', { ...installation, issuer });
  const owner = newVisitor();
  return { account, factors, owner, form: await press(await linkIn('new_device', account.email), owner) };
}

const withFactors = ({ id }: Account): Promise<OwnedFactors> => giveFactors(id, installation);

const problemOf = ({ body }: Page) => /id="code-problem" data-problem="([^"]*)"/.exec(body)?.[1];

test.serial('an account with an authenticator app is asked for a code of it', async (t) => {
  const { account, factors, owner, form } = await afterNotice(withFactors);
  const send = (code: string) => owner.submit(form, 'reset-submit', { password: NEW_PASSWORD, code });
  t.is(problemOf(await send('')), 'code_missing');
  t.is(problemOf(await send('000000')), 'code_wrong');
  t.is((await accountNow(account))?.passwordHash, undefined);
  t.is((await send(factors.code())).status, 200);
  t.not((await accountNow(account))?.passwordHash, undefined);
});

test.serial('a recovery code does in place of the app, and is used up', async (t) => {
  const { account, factors, owner, form } = await afterNotice(withFactors);
  const other = await owner.open(new URL('?code=recovery', form.url).href);
  const [code = ''] = factors.recoveryCodes;
  const sent = await owner.submit(other, 'reset-submit', { password: NEW_PASSWORD, recovery_code: code });
  t.is(sent.status, 200);
  t.is((await installation.factors.get(account.id)).recoveryCodes.length, factors.recoveryCodes.length - 1);
});

const isLeft = async (budget: 'account' | 'codesBehindLinks', { id }: Account): Promise<boolean> =>
  (await installation.budgets.take(budget, `account ${id}`)).isAllowed;

test.serial(
  'guesses at a code are counted, and what strangers guess at the sign-in page is not among them',
  async (t) => {
    const { account, factors, owner, form } = await afterNotice(withFactors);
    const send = (code: string) => owner.submit(form, 'reset-submit', { password: NEW_PASSWORD, code });
    while (await isLeft('account', account));
    t.is((await send('000000')).status, 400);
    while (await isLeft('codesBehindLinks', account));
    t.is((await send(factors.code())).status, 429);
  },
);

test.serial(
  'an account with passkeys alone is told to sign in by one: no form takes a password without it',
  async (t) => {
    const { account, form, owner } = await afterNotice(({ id }) =>
      installation.factors.change(id, (current) => ({
        ...current,
        passkeys: [
          {
            ...{ id: 'a', name: 'a', publicKey: 'a', counter: 0, transports: [] },
            ...{ deviceType: 'singleDevice' as const, addedAt: 0 },
          },
        ],
      })),
    );
    t.is(form.status, 200);
    t.true(form.body.includes('id="by-passkey"'));
    t.false(form.body.includes('reset-submit'));
    const plain = await newVisitor().open(form.url);
    t.true(plain.body.includes('id="by-passkey"'));
    t.is((await accountNow(account))?.passwordHash, undefined);
    t.true(isLoginPage(await owner.open(`${issuer}/account`)));
  },
);
