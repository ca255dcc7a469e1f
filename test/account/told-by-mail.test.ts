/** Every page after a change that is told by mail says so, whether mails leave at the moment, and in development where they are. */
import test from 'ava';
import { newAddressOf } from '../../src/domain/accounts/new-address.ts';
import { updateAccount } from '../../src/domain/accounts/update.ts';
import { mailsTo } from '../support/mails.ts';
import { newVisitor, ownProvider, sharedProvider } from '../support/provider-fixture.ts';
import { askForLink, choosePassword, newLink } from '../support/recovery.ts';
import { atAccount } from './fixture.ts';

const fixture = await sharedProvider({
  environment: { ACCOUNT_REGISTRATION: 'open', REGISTRATION_DOMAINS: 'example.com' },
});
const { latchkey } = fixture;
const { installation, issuer } = latchkey;

async function press(to: string) {
  const link = (await mailsTo(latchkey, to)).findLast(({ text }) => text === 'confirm_new_email')?.link ?? '';
  const visitor = newVisitor();
  return visitor.submit(await visitor.open(link), 'confirm-submit');
}

const pages = {
  'password changed': async () => {
    const { user, page } = await atAccount(fixture);
    return user.submit(page, 'password-submit', { password: 'four words for a gate' });
  },
  'account closed': async () => {
    const { user, page } = await atAccount(fixture);
    return user.submit(page, 'close-submit', { understood: 'yes' });
  },
  'address changed': async () => {
    const { user, page, account } = await atAccount(fixture);
    await user.submit(page, 'email-submit', { email: `moved-${account.email}` });
    return press(`moved-${account.email}`);
  },
  'password reset': async () => {
    const account = await fixture.newAccount();
    return choosePassword(await newLink(fixture, account.email), 'owner has got it back now');
  },
} as const;

for (const [name, reach] of Object.entries(pages)) {
  test.serial(`${name}: the page leads to the mails of development`, async (t) => {
    const { status, body } = await reach();
    t.is(status, 200);
    t.true(body.includes('id="mail-sent"'));
    t.true(body.includes('id="mails" href="/development/mails"'));
    t.false(body.includes('id="mail-delayed"'));
  });

  test.serial(`${name}: the page says that the mail server cannot be reached`, async (t) => {
    const { outbox } = installation;
    const { isReachable } = outbox;
    Object.assign(outbox, { isReachable: () => Promise.resolve(false) });
    t.teardown(() => Object.assign(outbox, { isReachable }));
    t.true((await reach()).body.includes('id="mail-delayed"'));
  });
}

const outside = ['me@elsewhere.test', 'me@sub.example.com', 'me@example.com.evil.test', 'me@notexample.com'];

for (const email of outside) {
  test.serial(`nobody moves by themselves to ${email} where example.com alone may register`, async (t) => {
    const { user, page, account } = await atAccount(fixture);
    const answer = await user.submit(page, 'email-submit', { email });
    t.is(answer.status, 400);
    t.true(answer.body.includes('id="email-problem" data-problem="domain_not_allowed"'));
    t.deepEqual(await mailsTo(latchkey, email), []);
    t.deepEqual(await installation.accounts.get(account.id), { ...account, hasSignedIn: true });
  });
}

test.serial('another spelling of the domain is the domain, and an administrator may set any', async (t) => {
  const { user, page, account } = await atAccount(fixture);
  const typed = `spelled-${account.id}@EXAMPLE.com`;
  t.is((await user.submit(page, 'email-submit', { email: typed })).status, 200);
  await updateAccount(account.id, { email: 'me@elsewhere.test' }, installation);
  t.is((await installation.accounts.get(account.id))?.email, 'me@elsewhere.test');
});

test.serial('a link to an address outside of the domains opens nothing once they are set', async (t) => {
  const before = await ownProvider(t);
  const { user, page } = await atAccount(before);
  await user.submit(page, 'email-submit', { email: 'me@elsewhere.test' });
  const link = (await mailsTo(before.latchkey, 'me@elsewhere.test')).at(-1)?.link ?? '';
  const token = new URL(link).pathname.split('/').at(-1) ?? '';
  const under = (registrationDomains: readonly string[]) =>
    newAddressOf(token, {
      ...before.latchkey.installation,
      issuer: before.latchkey.issuer,
      config: { registrationDomains },
    });
  t.is(await under([]), 'me@elsewhere.test');
  t.is(await under(['example.com']), undefined);
});

test.serial('by registering with the address of somebody nobody keeps them from getting back in', async (t) => {
  const { email } = await fixture.newAccount();
  for (let time = 0; time < 4; time += 1) {
    const stranger = newVisitor();
    const form = await stranger.open(`${issuer}/account/register`);
    const registrant = { email, name: 'X', password: 'horses walk through paris' };
    t.is((await stranger.submit(form, 'register-submit', registrant)).status, 200);
  }
  await askForLink(fixture, email);
  await askForLink(fixture, email);
  const texts = (await mailsTo(latchkey, email)).map(({ text }) => text).toSorted();
  t.deepEqual(texts, ['already_registered', 'already_registered', 'reset_password']);
});

test.serial(
  'a stranger who asks for links has three mailed to the owner in an hour, who can use the newest',
  async (t) => {
    const { email } = await fixture.newAccount();
    for (let time = 0; time < 4; time += 1) await askForLink(fixture, email);
    const mails = await mailsTo(latchkey, email);
    t.deepEqual(
      mails.map(({ text }) => text),
      ['reset_password', 'reset_password', 'reset_password'],
    );
    t.is((await choosePassword(mails.at(-1)?.link ?? '', 'owner has got it back now')).status, 200);
  },
);
