/** What counters promise. */
import test from 'ava';
import type { ManualClock } from '../support/clock.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

const DAY = 86_400;

/** Windows begin where the clock is a multiple of their length: here one just begins. */
function startWindow(clock: ManualClock): void {
  clock.advance(DAY - ((clock.now() / 1000) % DAY));
}

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: 50 events at once are counted one by one`, async (t) => {
    const { counters } = await openStores(t, driver);
    const counts = await atOnce(50, () => counters.add('door', 60));
    t.deepEqual(
      counts.toSorted((a, b) => a - b),
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
    t.is(await counters.read('door'), 50);
  });

  test(`${driver.name}: a window starts with its first event and does not move`, async (t) => {
    const { counters, clock } = await openStores(t, driver);
    await counters.add('door', 60);
    clock.advance(59);
    t.is(await counters.add('door', 60), 2);
    clock.advance(2);
    t.is(await counters.read('door'), 0);
    t.is(await counters.add('door', 60), 1);
  });

  test(`${driver.name}: of 200 that take at once from 50, 50 get something, however the others are refused`, async (t) => {
    const { counters, clock } = await openStores(t, driver);
    const allowance = { limit: 50, windowSeconds: DAY };
    startWindow(clock);
    const answers = await atOnce(200, () => counters.take('guesses', allowance));
    t.is(answers.filter(({ isAllowed }) => isAllowed).length, 50);
    t.false((await counters.take('guesses', allowance)).isAllowed);
    t.true((await counters.take('other guesses', allowance)).isAllowed);
  });

  test(`${driver.name}: what was given back can be taken again, and once`, async (t) => {
    const { counters } = await openStores(t, driver);
    const allowance = { limit: 2, windowSeconds: DAY };
    const first = await counters.take('guesses', allowance);
    await counters.take('guesses', allowance);
    t.false((await counters.take('guesses', allowance)).isAllowed);
    if (first.isAllowed) await counters.giveBack(first);
    t.true((await counters.take('guesses', allowance)).isAllowed);
    t.false((await counters.take('guesses', allowance)).isAllowed);
  });

  test(`${driver.name}: an allowance refills continuously, and nothing is left to take in between`, async (t) => {
    const { counters, clock } = await openStores(t, driver);
    const allowance = { limit: 24, windowSeconds: DAY };
    startWindow(clock);
    for (let n = 0; n < 24; n += 1) await counters.take('guesses', allowance);
    clock.advance(DAY);
    // A whole day's worth was taken at the start of yesterday's window: an hour frees one of 24.
    for (let hour = 0; hour < 12; hour += 1) {
      const refused = await counters.take('guesses', allowance);
      t.false(refused.isAllowed, `hour ${hour}`);
      if (!refused.isAllowed) t.true(refused.retryAfterSeconds <= DAY / 24 + 1, String(refused.retryAfterSeconds));
      clock.advance(DAY / 24 + 1);
      t.true((await counters.take('guesses', allowance)).isAllowed, `hour ${hour}`);
    }
  });

  test(`${driver.name}: who comes back after the time that was said gets something`, async (t) => {
    const { counters, clock } = await openStores(t, driver);
    const allowance = { limit: 3, windowSeconds: 900 };
    for (let refusals = 0; refusals < 40; ) {
      const answer = await counters.take('guesses', allowance);
      if (answer.isAllowed) continue;
      refusals += 1;
      t.true(answer.retryAfterSeconds >= 1 && answer.retryAfterSeconds <= 900, String(answer.retryAfterSeconds));
      clock.advance(answer.retryAfterSeconds);
      t.true((await counters.take('guesses', allowance)).isAllowed);
    }
  });

  test(`${driver.name}: what is given back too late makes no counter that starts below nothing`, async (t) => {
    const { counters, clock, records } = await openStores(t, driver);
    const allowance = { limit: 1, windowSeconds: 60 };
    const taken = await counters.take('guesses', allowance);
    clock.advance(180);
    if (taken.isAllowed) {
      await counters.giveBack(taken);
      t.is(await records.count('counters', taken.counter), 0);
    }
    t.true((await counters.take('guesses', allowance)).isAllowed);
    t.false((await counters.take('guesses', allowance)).isAllowed);
  });

  test(`${driver.name}: what costs more takes more, and more than there is at all is refused`, async (t) => {
    const { counters } = await openStores(t, driver);
    const allowance = { limit: 5, windowSeconds: DAY };
    t.true((await counters.take('bytes', allowance, 4)).isAllowed);
    t.false((await counters.take('bytes', allowance, 2)).isAllowed);
    t.true((await counters.take('bytes', allowance, 1)).isAllowed);
    const refused = await counters.take('others', allowance, 6);
    t.true(!refused.isAllowed && Number.isFinite(refused.retryAfterSeconds));
  });

  test(`${driver.name}: a limit that was lowered shuts nobody out for longer than a limit of its own would`, async (t) => {
    const { counters, clock } = await openStores(t, driver);
    startWindow(clock);
    for (let n = 0; n < 100; n += 1) await counters.take('guesses', { limit: 1000, windowSeconds: 60 });
    clock.advance(119);
    t.true((await counters.take('guesses', { limit: 5, windowSeconds: 60 })).isAllowed);
  });

  test(`${driver.name}: a key is not what its counter is stored under`, async (t) => {
    const { counters, records } = await openStores(t, driver);
    await counters.add('door', 60);
    t.is(await records.count('counters', 'door'), 0);
    t.is(await counters.read('door'), 1);
  });
});
