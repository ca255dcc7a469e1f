/** What happens elsewhere to somebody who changes their second factors: in another browser, by an administrator, and to the database. */
import test from 'ava';
import { disableAccount } from '../../src/domain/accounts/change.ts';
import { breakableStorage } from '../protocol/broken-storage.ts';
import { advance, stopTime } from '../protocol/time.ts';
import { codeOfSecret, giveFactors } from '../support/factors.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { mailsTo } from '../support/mails.ts';
import { givePasskey } from '../support/passkeys.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { addApp, atFactors, atWeakProof, codesOn, isStrongerProofPage, secretOn } from './factors.ts';
import { atAccount, hasMessage, isAccountPage, signInAt } from './fixture.ts';

stopTime();
const gates = gatedRecords();
const broken = breakableStorage();
const fixture = await sharedProvider({
  wrapRecords: (records) => gates.wrapRecords(broken.wrapRecords(records)),
  environment: { REQUIRE_SECOND_FACTOR: 'role:admin' },
});
const { latchkey } = fixture;
const { issuer, installation } = latchkey;
const factorsOf = (accountId: string) => installation.factors.get(accountId);

test.serial('with one recovery code all that was lost is replaced in one sitting', async (t) => {
  const { user, account, page, recoveryCodes } = await atWeakProof(fixture, ['passkey']);
  const refused = await user.submit(page, 'remove-factor-0');
  await user.submit(refused, 'recovery-code-submit', { recovery_code: recoveryCodes[0] ?? '' });
  await addApp(fixture, user);
  const after = await user.open(`${issuer}/account`);
  // Behind the app.
  const removed = await user.submit(after, 'remove-factor-1');
  t.is(new URL(removed.url).search, '?factors=removed');
  t.is(codesOn(await user.submit(removed, 'recovery-codes-renew')).length, 10);
  const { apps, passkeys } = await factorsOf(account.id);
  t.deepEqual([apps.length, passkeys.length], [1, 0]);
});

test.serial(
  'what was proven by an app that was removed in another browser since is worth no more than the password',
  async (t) => {
    const { account, user: other, page, secret } = await atFactors(fixture);
    await givePasskey(account.id, latchkey);
    const thief = newVisitor();
    advance(30);
    const asked = await signInAt(fixture, account, thief);
    const proven = await thief.submit(asked, 'mfa-submit', { code: codeOfSecret(secret, installation.clock.now()) });
    t.true(isAccountPage(proven));
    const key = await thief.open(`${issuer}/account/factors/app`);
    t.not(secretOn(key), '', 'as long as nothing has changed it is enough');
    // What the owner's browser has proven went on with the change that was made there.
    await installation.factors.change(account.id, (current) => ({ ...current, passkeys: [] }));
    t.is(new URL((await other.submit(page, 'remove-factor-0')).url).search, '?factors=removed');
    await givePasskey(account.id, latchkey);
    const code = codeOfSecret(secretOn(key), installation.clock.now());
    t.true(isStrongerProofPage(await thief.submit(key, 'totp-confirm', { code })));
    t.true(isStrongerProofPage(await thief.open(`${issuer}/account/factors/app`)));
    t.deepEqual((await factorsOf(account.id)).apps, []);
  },
);

test.serial(
  'a recovery code that was typed at the page is worth nothing once the codes were replaced elsewhere',
  async (t) => {
    const { user, account, page, recoveryCodes } = await atWeakProof(fixture);
    const refused = await user.submit(page, 'remove-factor-0');
    await user.submit(refused, 'recovery-code-submit', { recovery_code: recoveryCodes[0] ?? '' });
    await giveFactors(account.id, installation);
    await installation.factors.change(account.id, (current) => ({ ...current, changedAt: current.changedAt + 1 }));
    const before = await factorsOf(account.id);
    for (const button of ['remove-factor-0', 'recovery-codes-renew'])
      t.true(isStrongerProofPage(await user.submit(page, button)), button);
    t.deepEqual(await factorsOf(account.id), before);
  },
);

for (const button of ['remove-factor-0', 'recovery-codes-renew']) {
  test.serial(`an account that is disabled while ${button} is under way keeps what it had`, async (t) => {
    const { account, user, page } = await atFactors(fixture);
    const { apps, recoveryCodes } = await factorsOf(account.id);
    const gate = gates.holdNext('replace', 'factors');
    const late = user.submit(page, button);
    await gate.reached;
    await disableAccount(account.id, installation);
    gate.release();
    t.true(hasMessage(await late, 'signed_out'));
    const after = await factorsOf(account.id);
    t.deepEqual([after.apps, after.recoveryCodes], [apps, recoveryCodes]);
  });
}

test.serial('the last factor of somebody who is given a role that demands one meanwhile stays', async (t) => {
  const { account, user, page } = await atFactors(fixture);
  const gate = gates.holdNext('replace', 'factors');
  const late = user.submit(page, 'remove-factor-0');
  await gate.reached;
  await installation.accounts.update(account.id, (current) => ({ ...current, roles: ['admin'] }));
  gate.release();
  const answer = await late;
  t.is(answer.status, 409);
  t.true(hasMessage(answer, 'factor_required'));
  t.is((await factorsOf(account.id)).apps.length, 1);
});

test.serial(
  'where the database is lost right after a first app was added, its form leads to codes once it is back',
  async (t) => {
    const { user, account } = await atAccount(fixture);
    const page = await user.open(`${issuer}/account/factors/app`);
    const typed = { code: codeOfSecret(secretOn(page), installation.clock.now()) };
    const gate = gates.holdNext('insert', 'factors', 'after');
    const lost = user.submit(page, 'totp-confirm', typed);
    await gate.reached;
    broken.lose();
    gate.release();
    t.is((await lost).status, 503);
    broken.recover();
    t.is((await factorsOf(account.id)).apps.length, 1);
    t.is(codesOn(await user.submit(page, 'totp-confirm', typed)).length, 10);
    const again = await user.submit(page, 'totp-confirm', typed);
    t.is(new URL(again.url).search, '?factors=added', 'they were shown');
    t.is((await factorsOf(account.id)).apps.length, 1);
    t.true((await mailsTo(latchkey, account.email)).some(({ text }) => text === 'recovery_codes_renewed'));
    // The sitting goes on.
    t.is(codesOn(await user.submit(await user.open(`${issuer}/account`), 'recovery-codes-renew')).length, 10);
  },
);
