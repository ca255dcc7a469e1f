/** "This was not me" while something fails, and while somebody else is at the same account: whoever had it earlier gets it. */
import test from 'ava';
import { disableAccount, enableAccount, setExpiry, setPassword } from '../../src/domain/accounts/change.ts';
import { hasEnded } from '../../src/domain/accounts/ended-sessions.ts';
import { useNewAddress } from '../../src/domain/accounts/new-address.ts';
import { updateAccount } from '../../src/domain/accounts/update.ts';
import type { MailText } from '../../src/domain/mail/outbox.ts';
import { denyNotice, openNotice } from '../../src/domain/notices/not-me.ts';
import { notify } from '../../src/domain/notices/notices.ts';
import { completeReset, openReset } from '../../src/domain/recovery/recovery.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { linkWords } from '../../src/web/pages/words/en/links.ts';
import { breakableStorage } from '../protocol/broken-storage.ts';
import { advance, stopTime } from '../protocol/time.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { mailsTo } from '../support/mails.ts';
import { newVisitor, sharedProvider, textOf } from '../support/provider-fixture.ts';
import { atAccount, isAccountPage, signInAt } from './fixture.ts';

stopTime();
const gates = gatedRecords();
const storage = breakableStorage();
const fixture = await sharedProvider({
  wrapRecords: (records) => gates.wrapRecords(storage.wrapRecords(records)),
  environment: { BUDGET_FACTOR: '20' },
});
const { latchkey } = fixture;
const { installation, issuer } = latchkey;
const deps = { ...installation, issuer };

const tokenOf = (address: string): string => new URL(address).pathname.split('/').at(-1) ?? '';

async function tokenIn(text: MailText, to: string): Promise<string> {
  const link = (await mailsTo(latchkey, to)).findLast((mail) => mail.text === text)?.link;
  if (link === undefined) throw new Error(`no ${text} went to ${to}`);
  return tokenOf(link);
}

async function now({ id }: Account): Promise<Account> {
  const account = await installation.accounts.get(id);
  if (account === undefined) throw new Error('the account is gone');
  return account;
}

const press = (token: string) => denyNotice(token, deps);
const tellNow = async (account: Account) => notify(await now(account), { text: 'new_device' }, 'en', deps);

async function newAddressFor(account: Account, email: string): Promise<string> {
  const until = installation.clock.now() + 1e6;
  await installation.accounts.update(account.id, (current) => ({
    ...current,
    pendingEmail: { address: email, until },
  }));
  const { id: accountId, sessionsEndedAt = 0 } = await now(account);
  const link = { purpose: 'change_email', subject: accountId, email, accountId, expiresAt: until } as const;
  return (await installation.links.create({ ...link, details: { sessionsEndedAt } })).token;
}

/** The account has an address of a thief by now, who has caused a notice to it. */
async function newlyStolen() {
  const account = await fixture.newAccount();
  const evil = `evil-${account.email}`;
  await useNewAddress(await newAddressFor(account, evil), 'en', deps);
  advance(1);
  await tellNow(account);
  const thiefs = await tokenIn('new_device', evil);
  const owners = await tokenIn('email_changed', account.email);
  advance(1);
  return { account, evil, thiefs, owners };
}

async function choosesPassword(address: string | undefined): Promise<boolean> {
  const token = tokenOf(address ?? issuer);
  const open = await openReset(token, deps);
  const caller = { network: '192.0.2.0/24', address: '192.0.2.1', account: 'ada', isKnown: true };
  const password = 'owner has got it back now';
  return open !== undefined && completeReset({ token, open, password, caller, language: 'en' }, deps);
}

test.serial(
  'whichever call fails, no thief’s link is good after it, and the next press gives the account back',
  async (t) => {
    let [failed, written] = [0, 0];
    for (let call = 1; call < 60; call += 1) {
      const { account, thiefs, owners } = await newlyStolen();
      const thiefSignedInAt = Math.floor(installation.clock.now() / 1000);
      storage.failCall(call);
      const first = await press(owners).catch(() => undefined);
      const made = storage.recover();
      if (first === undefined) failed += 1;
      if (first === undefined && (await now(account)).email === account.email) written += 1;
      const isOwners = (await now(account)).email === account.email;
      const thiefsDenial = await press(thiefs);
      if (isOwners) t.is(thiefsDenial, undefined, `call ${call}`);
      const denial = first ?? (await press(owners));
      t.is(await press(owners), undefined, `call ${call}`);
      t.is(await press(thiefs), undefined, `call ${call}`);
      t.like(await now(account), { email: account.email, passwordHash: undefined }, `call ${call}`);
      t.true(hasEnded(await now(account), thiefSignedInAt), `call ${call}`);
      const reset = denial && (await openReset(tokenOf(denial.address), deps));
      t.true(reset?.afterNotice?.isRestored, `call ${call}`);
      if (thiefsDenial) t.is(await openReset(tokenOf(thiefsDenial.address), deps), undefined, `call ${call}`);
      if (made < call) break;
    }
    t.true(failed > 10 && written > 5, `${failed} ${written}`);
  },
);

test.serial('what a crash leaves is done by one of 50 presses half a minute later', async (t) => {
  const { account, owners } = await newlyStolen();
  const gate = gates.holdNext('replace', 'accounts');
  const dying = press(owners);
  await gate.reached;
  storage.lose();
  gate.release();
  await t.throwsAsync(dying);
  storage.recover();
  advance(29);
  t.is(await press(owners), undefined);
  t.is(await openNotice(owners, deps), undefined);
  advance(1);
  t.true((await openNotice(owners, deps))?.isFormer);
  const denials = (await Promise.all(Array.from({ length: 50 }, () => press(owners)))).filter(Boolean);
  t.is(denials.length, 1);
  t.is((await now(account)).email, account.email);
  advance(60);
  t.is(await press(owners), undefined);
  t.true(await choosesPassword(denials[0]?.address));
});

test.serial('of a thief and the owner who press at once the owner wins, whoever writes last', async (t) => {
  for (const held of ['thiefs', 'owners'] as const) {
    const { account, ...tokens } = await newlyStolen();
    const gate = gates.holdNext('replace', 'accounts');
    const late = press(tokens[held]);
    await gate.reached;
    const soon = await press(tokens[held === 'thiefs' ? 'owners' : 'thiefs']);
    gate.release();
    const owners = held === 'owners' ? await late : soon;
    await late;
    t.is((await now(account)).email, account.email, held);
    t.true(await choosesPassword(owners?.address), held);
  }
});

test.serial(
  'a thief who answers while the mail to the address before is on its way does not end its link',
  async (t) => {
    const account = await fixture.newAccount();
    const evil = `evil-${account.email}`;
    const token = await newAddressFor(account, evil);
    const gate = gates.holdNext('replace', 'accounts', 'after');
    const change = useNewAddress(token, 'en', deps);
    await gate.reached;
    advance(1);
    await tellNow(account);
    advance(1);
    gate.release();
    await change;
    await press(await tokenIn('new_device', evil));
    t.truthy(await press(await tokenIn('email_changed', account.email)));
    t.is((await now(account)).email, account.email);
  },
);

const password = 'a gate of four words';
const administrators: Readonly<Record<string, (account: Account) => Promise<unknown>>> = {
  'gives it its address back': ({ id, email }) => updateAccount(id, { email, emailVerified: true }, installation),
  'sets a password': ({ id: accountId }) => setPassword({ accountId, password }, installation),
  'sets a password and keeps the sessions': ({ id: accountId }) =>
    setPassword({ accountId, password, keepsSessions: true }, installation),
  'disables and enables it': async ({ id }) => {
    await disableAccount(id, installation);
    await enableAccount(id, installation);
  },
  'lets it expire and begin again': async ({ id: accountId }) => {
    await setExpiry({ accountId, expiresAt: 1 }, installation);
    await setExpiry({ accountId, expiresAt: null }, installation);
  },
};

for (const [what, act] of Object.entries(administrators)) {
  test.serial(`an administrator ${what}: a notice under way is mailed to nobody`, async (t) => {
    const { account, evil } = await newlyStolen();
    const before = await now(account);
    await act(account);
    await notify(before, { text: 'factor_added' }, 'en', deps);
    t.false((await mailsTo(latchkey, evil)).some(({ text }) => text === 'factor_added'));
    t.is(await installation.links.endNoticesOf(account.id), 0);
  });

  test.serial(`an administrator ${what}: an answer under way does nothing`, async (t) => {
    const { account, thiefs } = await newlyStolen();
    const gate = gates.holdNext('replace', 'accounts');
    const late = press(thiefs);
    await gate.reached;
    await act(account);
    const { updatedAt: _at, ...before } = await now(account);
    gate.release();
    t.is(await late, undefined);
    t.like(await now(account), before);
  });

  test.serial(`an administrator ${what}: no link of before is good, though deleting them failed`, async (t) => {
    const { account, thiefs } = await newlyStolen();
    const gate = gates.holdNext('removeBy', 'links');
    const failing = act(account);
    await gate.reached;
    storage.lose();
    gate.release();
    await t.throwsAsync(failing);
    storage.recover();
    await enableAccount(account.id, installation);
    await setExpiry({ accountId: account.id, expiresAt: null }, installation);
    t.is(await press(thiefs), undefined);
  });
}

test.serial('a sign-in that was proven before an administrator took the account back tells nobody', async (t) => {
  const { account, user } = await atAccount(fixture);
  const gate = gates.holdNext('get', 'accounts', 'after');
  const late = signInAt(fixture, account);
  await gate.reached;
  await setPassword({ accountId: account.id, password, keepsSessions: true }, installation);
  gate.release();
  await late;
  t.false((await mailsTo(latchkey, account.email)).some(({ text }) => text === 'new_device'));
  t.true(isAccountPage(await user.open(`${issuer}/account`)));
});

test.serial('a second press while the first is under way is told what to do', async (t) => {
  const account = await fixture.newAccount();
  await tellNow(account);
  const owner = newVisitor();
  const page = await owner.open(`${issuer}/not-me/${await tokenIn('new_device', account.email)}`);
  const gate = gates.holdNext('replace', 'accounts');
  const first = owner.submit(page, 'not-me-submit');
  await gate.reached;
  const second = await owner.submit(page, 'not-me-submit');
  t.is(second.status, 410);
  t.true(textOf(second).includes(linkWords.gone.hints.not_me));
  gate.release();
  t.true((await first).body.includes('id="ended"'));
});
