/** What somebody sees and changes at /account. */
import test from 'ava';
import { mailsTo } from '../support/mails.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { atAccount, fieldValue, hasMessage, isAccountPage, isLoginPage, signInAt } from './fixture.ts';

const fixture = await sharedProvider();
const { latchkey } = fixture;
const { issuer, installation } = latchkey;

test('whoever signs in at /account sees no consent page, and comes back with their name and address', async (t) => {
  const { page, account } = await atAccount(fixture);
  t.is(page.url, `${issuer}/account`);
  t.is(page.status, 200);
  t.is(fieldValue(page, 'name'), 'Ada');
  t.true(page.body.includes(account.email));
  t.true(page.body.includes('data-proof="fresh"'));
  for (const id of ['profile', 'password', 'sessions', 'apps', 'activity', 'closing'])
    t.true(page.body.includes(`<section class="group" id="${id}"`));
});

test('the page at the issuer’s address leads there', async (t) => {
  t.true((await newVisitor().open(`${issuer}/`)).body.includes('<a id="account" href="/account">Your account</a>'));
});

test('a name is changed, and removed by leaving it empty', async (t) => {
  const { page, user, account } = await atAccount(fixture);
  const changed = await user.submit(page, 'name-submit', { name: ' Ada Lovelace ' });
  t.is(fieldValue(changed, 'name'), 'Ada Lovelace');
  t.true(changed.body.includes('id="saved"'));
  const stored = await installation.accounts.get(account.id);
  t.is(stored?.name, 'Ada Lovelace');
  t.true(Number(stored?.updatedAt) > account.updatedAt);
  await user.submit(changed, 'name-submit', { name: '' });
  t.is((await installation.accounts.get(account.id))?.name, undefined);
});

test('a new password ends all sessions, this one too, and is told to the address', async (t) => {
  const { page, user, account } = await atAccount(fixture);
  const elsewhere = newVisitor();
  await signInAt(fixture, account, elsewhere);
  const changed = await user.submit(page, 'password-submit', { password: 'four words for a gate' });
  t.is(changed.status, 200);
  t.true(hasMessage(changed, 'password_changed'));
  t.true(isLoginPage(await user.open(`${issuer}/account`)));
  t.true(isLoginPage(await elsewhere.open(`${issuer}/account`)));
  const login = await user.open(`${issuer}/account`);
  t.true(isLoginPage(await user.submit(login, 'login-submit', { login: account.email, password: PASSWORD })));
  const again = await user.submit(login, 'login-submit', { login: account.email, password: 'four words for a gate' });
  t.true(isAccountPage(again));
  t.deepEqual(
    (await mailsTo(latchkey, account.email)).map(({ text }) => text),
    // Elsewhere, and once more where no browser is known any more.
    ['new_device', 'password_changed', 'new_device'],
  );
});
test('an account is closed with its sessions, and its address is free again', async (t) => {
  const { page, user, account } = await atAccount(fixture);
  const closed = await user.submit(page, 'close-submit', { understood: 'yes' });
  t.true(hasMessage(closed, 'closed'));
  t.is(await installation.accounts.get(account.id), undefined);
  t.true(isLoginPage(await user.open(`${issuer}/account`)));
  await t.notThrowsAsync(fixture.newAccount({ email: account.email }));
});
