/** What counters promise. */
import test from 'ava';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: 50 events at once are counted one by one`, async (t) => {
    const { counters } = await openStores(t, driver);
    const counts = await atOnce(50, () => counters.add('door', 60));
    t.deepEqual(
      counts.toSorted((a, b) => a - b),
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
  });

  test(`${driver.name}: a window starts with its first event and does not move`, async (t) => {
    const { counters, clock } = await openStores(t, driver);
    await counters.add('door', 60);
    clock.advance(59);
    t.is(await counters.add('door', 60), 2);
    clock.advance(2);
    t.is(await counters.add('door', 60), 1);
  });

  test(`${driver.name}: a key is not what its counter is stored under`, async (t) => {
    const { counters, records } = await openStores(t, driver);
    await counters.add('door', 60);
    const found = await records.list('counters', { limit: 9 });
    t.is(found.length, 1);
    t.notRegex(JSON.stringify(found), /door/);
  });
});
