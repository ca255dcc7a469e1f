/** When an account expires, and what a change of that date ends. */
import test, { type ExecutionContext } from 'ava';
import { setExpiry } from '../../../src/domain/accounts/change.ts';
import { hasEnded, signInSecond } from '../../../src/domain/accounts/ended-sessions.ts';
import { isUsable } from '../../../src/domain/accounts/usable.ts';
import { noteInto, type SecurityEvent } from '../../../src/domain/events/security-events.ts';
import { user } from '../../support/accounts.ts';
import { rejectsWith } from '../../support/domain-errors.ts';
import { openStoresInMemory } from '../../support/stores.ts';

const DAY = 86_400;

async function openOffice(t: ExecutionContext, expiresIn?: number) {
  const stores = await openStoresInMemory(t);
  const { accounts, clock } = stores;
  const expiresAt = expiresIn === undefined ? {} : { expiresAt: clock.now() + expiresIn * 1000 };
  await accounts.create(user({ id: 'ada', email: 'ada@example.test', ...expiresAt }));
  const signedInAt = signInSecond({}, clock.now());
  const noted: SecurityEvent[] = [];
  return {
    clock,
    noted: () => noted.map(({ event, detail }) => [event, detail].filter(Boolean).join(' ')),
    set: (seconds: number | null) => {
      const wanted = { accountId: 'ada', expiresAt: seconds === null ? null : clock.now() + seconds * 1000 };
      return setExpiry(wanted, { ...stores, note: noteInto(noted) });
    },
    ada: () => accounts.get('ada'),
    isSignedIn: async () => {
      const account = await accounts.get('ada');
      return account !== undefined && isUsable(account, clock.now()) && !hasEnded(account, signedInAt);
    },
  };
}

test('disabled, expired and not approved each keep an account from being used', (t) => {
  const table = [
    [{ isDisabled: false }, true],
    [{ isDisabled: false, expiresAt: 101 }, true],
    [{ isDisabled: false, expiresAt: 100 }, false],
    [{ isDisabled: false, expiresAt: 0 }, false],
    [{ isDisabled: true, expiresAt: 101 }, false],
    [{ isDisabled: false, awaitsApproval: true }, false],
    [{ isDisabled: false, awaitsApproval: true, expiresAt: 101 }, false],
  ] as const;
  for (const [account, expected] of table) t.is(isUsable(account, 100), expected, JSON.stringify(account));
});

test('an expiry that is still to come ends nothing, however often it is moved or taken back', async (t) => {
  const { set, isSignedIn, noted, ada } = await openOffice(t);
  for (const expiresIn of [DAY, 2 * DAY, 1, null]) {
    t.true((await set(expiresIn)).isChanged);
    t.true(await isSignedIn());
  }
  t.false('expiresAt' in ((await ada()) ?? {}));
  t.deepEqual(noted(), Array(4).fill('account.updated expiresAt'));
});

test('taking an expiry back that has passed, or moving it, lets the account sign in again and brings nothing back', async (t) => {
  for (const next of [null, DAY]) {
    const { set, isSignedIn, clock, ada, noted } = await openOffice(t, DAY);
    t.true(await isSignedIn());
    clock.advance(2 * DAY);
    t.false(await isSignedIn());
    await set(next);
    const account = await ada();
    t.true(account !== undefined && isUsable(account, clock.now()));
    t.false(await isSignedIn());
    t.deepEqual(noted(), ['account.updated expiresAt', 'account.sessions_ended']);
  }
});

test('an expiry in the past ends everything at once, and saying it again ends what a crash left', async (t) => {
  const { set, isSignedIn, noted, ada } = await openOffice(t);
  await set(-1);
  t.false(await isSignedIn());
  const first = (await ada())?.sessionsEndedAt ?? 0;
  t.false((await set(-1)).isChanged);
  t.true(((await ada())?.sessionsEndedAt ?? 0) > first);
  t.deepEqual(noted(), ['account.updated expiresAt', 'account.sessions_ended', 'account.sessions_ended']);
});

test('the same expiry again is no change, and is no event', async (t) => {
  const { set, noted, ada } = await openOffice(t, DAY);
  const before = await ada();
  t.false((await set(DAY)).isChanged);
  t.deepEqual([await ada(), noted()], [before, []]);
  const never = await openOffice(t);
  t.false((await never.set(null)).isChanged);
  t.deepEqual(never.noted(), []);
});

test('an account that is gone has no expiry to set', async (t) => {
  const stores = await openStoresInMemory(t);
  await rejectsWith(t, 'account_unknown', () => setExpiry({ accountId: 'nobody', expiresAt: 1 }, stores));
});
