/** Made-up interleavings of strangers, neighbours and the owner of an account, through the driver of each database. */

import test from 'ava';
import fc from 'fast-check';
import { BudgetLevels } from '../../src/storage/throttle/budget-levels.ts';
import { forEachDatabase, type TestDatabase } from '../support/drivers.ts';
import { signInBudgetsOver, triesOn } from '../support/sign-in-budgets.ts';
import { openStores, type Stores } from '../support/stores.ts';

const DAY_MS = 86_400_000;
const PROCESSES = 3;
const RUNS = { sqlite: 15, mongodb: 6 } as const;

interface Move {
  readonly by: 'strangers' | 'neighbours';
  /** How many at once, each from an address of its own. */
  readonly crowd: number;
  readonly from: number;
  readonly isIpv6: boolean;
  readonly isByEmail: boolean;
  readonly waitsSeconds: number;
}

const move: fc.Arbitrary<Move> = fc.record({
  by: fc.constantFrom('strangers', 'strangers', 'neighbours'),
  crowd: fc.integer({ min: 1, max: 30 }),
  from: fc.nat(60_000),
  isIpv6: fc.boolean(),
  isByEmail: fc.boolean(),
  waitsSeconds: fc.oneof(fc.constant(0), fc.nat(900), fc.nat(4 * 3600)),
});
const strangersMove = move.map((made): Move => ({ ...made, by: 'strangers' }));

/** An account of its own for each run, whose home nobody else has been in, and three processes that count for it. */
async function openRun(stores: Stores, run: number) {
  const account = `account ${run}`;
  const home = (n: number): string => `192.168.${run % 256}.${n % 256}`;
  const processes = Array.from({ length: PROCESSES }, () =>
    signInBudgetsOver({ ...stores, budgetLevels: new BudgetLevels(stores) }),
  ).map(({ throttle, devices }) => ({ ...triesOn(throttle, account), devices }));
  const [first] = processes;
  if (first === undefined) throw new Error('no process');
  const by = (n: number) => processes[n % PROCESSES] ?? first;
  await first.signIn({ address: home(1) });
  const device = first.devices.read(first.devices.remember(undefined, { id: account }));

  const addressOf = ({ by: who, from, isIpv6 }: Move, n: number): string => {
    if (who === 'neighbours') return home(from + n);
    const each = from + n * 257;
    return isIpv6
      ? `2001:db8:${(each % 65_536).toString(16)}:${run % 9999}::1`
      : `10.${run % 256}.${(each >> 8) % 256}.${each % 256}`;
  };
  /** How many of the crowd were checked. */
  async function guess(made: Move): Promise<number> {
    stores.clock.advance(made.waitsSeconds);
    const login = made.isByEmail ? 'ada@example.test' : 'ada';
    const tried = Array.from({ length: made.crowd }, (_, n) => by(n).tryGuess({ address: addressOf(made, n), login }));
    return (await Promise.all(tried)).filter(Boolean).length;
  }
  return { by, device, home, guess };
}

async function holds(database: TestDatabase, property: fc.IAsyncProperty<unknown>): Promise<void> {
  await fc.assert(property as fc.IAsyncProperty<[unknown]>, {
    numRuns: RUNS[database.name],
    // Making a failure smaller takes as long as it likes: it is told as it is then.
    interruptAfterTimeLimit: 60_000,
  });
}

await forEachDatabase(test, (database) => {
  test(`${database.name}: no interleaving of strangers locks the owner out of a known device or a known network`, async (t) => {
    const stores = await openStores(t, database);
    let runs = 0;
    const property = fc.asyncProperty(fc.array(strangersMove, { minLength: 1, maxLength: 8 }), async (moves) => {
      runs += 1;
      const { by, device, home, guess } = await openRun(stores, runs);
      for (const [n, made] of moves.entries()) {
        // In the middle of the crowd, by another process, and each way in alone.
        const [, onDevice, atHome] = await Promise.all([
          guess(made),
          by(n).signIn({ address: '203.0.113.9', device }),
          by(n + 1).signIn({ address: home(77) }),
        ]);
        if (!onDevice || !atHome) return false;
      }
      return true;
    });
    await t.notThrowsAsync(holds(database, property));
  });

  test(`${database.name}: guesses on one account stay under 100 a day from any number of addresses, its own networks too`, async (t) => {
    const stores = await openStores(t, database);
    let runs = 1000;
    const property = fc.asyncProperty(fc.array(move, { minLength: 4, maxLength: 8 }), async (moves) => {
      runs += 1;
      const { guess } = await openRun(stores, runs);
      const checked: { readonly at: number; readonly count: number }[] = [];
      for (const made of moves) checked.push({ count: await guess(made), at: stores.clock.now() });
      const inDayFrom = (start: number): number =>
        checked.reduce((sum, { at, count }) => (at >= start && at <= start + DAY_MS ? sum + count : sum), 0);
      return checked.every(({ at }) => inDayFrom(at) < 100);
    });
    await t.notThrowsAsync(holds(database, property));
  });

  test(`${database.name}: a crowd as large as the day is long gets under 100 guesses`, async (t) => {
    const stores = await openStores(t, database);
    const { guess } = await openRun(stores, 1);
    const crowd = { crowd: 8, isIpv6: false, isByEmail: false, waitsSeconds: 3600 } as const;
    let checked = 0;
    for (let hour = 0; hour < 24; hour += 1) {
      checked += await guess({ ...crowd, by: 'strangers', crowd: hour === 0 ? 200 : 8, from: hour * 2500 });
      checked += await guess({ ...crowd, by: 'neighbours', crowd: hour === 0 ? 60 : 8, from: 0, waitsSeconds: 0 });
    }
    t.true(checked > 45 && checked < 100, String(checked));
  });
});
