/** Asking for a code in place of the password costs the same, and says the same, whoever's account it is said to be. */
import test from 'ava';
import { openSqliteDriver } from '../../../adapters/sqlite/driver.ts';
import { SignInByMail } from '../../../src/domain/factors/sign-in-by-mail.ts';
import { createKeyRing } from '../../../src/storage/encryption/key-ring.ts';
import { KeyedHash } from '../../../src/storage/encryption/keyed-hash.ts';
import { user } from '../../support/accounts.ts';
import { ManualClock } from '../../support/clock.ts';
import { heardRecords } from '../../support/heard-records.ts';
import { signInBudgetsOver } from '../../support/sign-in-budgets.ts';
import { storesWith } from '../../support/stores.ts';

const ADA = 'ada@example.test';
const GONE = 'gone@example.test';
const NOBODY = 'nobody@example.test';

async function countedDoor() {
  const clock = new ManualClock();
  const records = await openSqliteDriver({ location: ':memory:', clock });
  const calls: string[] = [];
  const listening = heardRecords(records, (method, collection) => calls.push(`${method} ${collection}`));
  const ring = createKeyRing([Buffer.alloc(32, 7)]);
  const stores = storesWith({ records: listening, clock, ring, keyedHash: new KeyedHash(Buffer.alloc(32)) });
  await stores.accounts.create(user({ email: ADA }));
  await stores.accounts.create(user({ email: GONE, isDisabled: true }));
  const door = new SignInByMail({ ...stores, ...signInBudgetsOver(stores), codes: stores.sentCodes });
  const noted: string[] = [];
  const note = (event: string, reason: string) => void noted.push(`${event} ${reason}`);
  let visits = 0;
  async function callsOf(act: () => Promise<unknown>): Promise<readonly string[]> {
    calls.length = 0;
    await act();
    return [...calls];
  }
  return {
    ...{ clock, noted, close: () => records.close() },
    /** In a sign-in and from a network of its own. */
    newUid() {
      visits += 1;
      return `uid ${visits}`;
    },
    ask: (interactionUid: string, login: string) =>
      callsOf(() => door.request({ interactionUid, login, language: 'en', address: `10.${visits}.0.1` }, note)),
    type: (interactionUid: string) =>
      callsOf(() =>
        door
          .prove({ interactionUid, typed: 'wrong', address: `10.${visits}.0.1`, device: undefined }, note)
          .catch((error: Error) => void noted.push(error.message)),
      ),
    mailed: async () =>
      (await stores.mails.list({ limit: 99 })).items.filter(({ order }) => order !== undefined).length,
  };
}

test('known and unknown accounts, and those that may not sign in, cost the same calls, for asking and for guessing', async (t) => {
  const { ask, type, newUid, noted, mailed, close } = await countedDoor();
  t.teardown(close);
  const seen: Readonly<Record<'asked' | 'again' | 'typed', readonly string[]>>[] = [];
  for (const login of [ADA, GONE, NOBODY]) {
    const uid = newUid();
    seen.push({ asked: await ask(uid, login), again: await ask(uid, login), typed: await type(uid) });
  }
  t.true(seen.every(({ asked }) => asked.length > 5));
  for (const each of seen) t.deepEqual(each, seen[0]);
  t.is(await mailed(), 1);
  t.deepEqual(
    noted.filter((line) => line.startsWith('code.requested')),
    ['code.requested mailed', 'code.requested not_usable', 'code.requested unknown_account'],
  );
});

test('what is held back costs the same as for an unknown account whose mails are held back, and ends no earlier code', async (t) => {
  const { ask, newUid, mailed, clock, close } = await countedDoor();
  t.teardown(close);
  const costs: (readonly string[])[] = [];
  for (const login of [ADA, NOBODY]) {
    const uid = newUid();
    await ask(uid, login);
    for (let n = 0; n < 4; n += 1) await ask(newUid(), login);
    clock.advance(31);
    costs.push(await ask(uid, login));
  }
  t.deepEqual(costs[1], costs[0]);
  t.is(await mailed(), 5);
});
