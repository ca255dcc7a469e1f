/** What is remembered of the costliest password hash. */
import test from 'ava';
import { HashCosts } from '../../src/storage/records/hash-costs.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: the costliest hash is remembered, and no cheaper one after it`, async (t) => {
    const stores = await openStores(t, driver);
    t.is(await stores.hashCosts.costliest(), 0);
    await stores.hashCosts.raiseTo(12);
    await stores.hashCosts.raiseTo(10);
    t.is(await stores.hashCosts.costliest(), 12);
    t.is(await new HashCosts(stores).costliest(), 12);
  });

  test(`${driver.name}: of many that raise it at once the costliest stays`, async (t) => {
    const stores = await openStores(t, driver);
    await atOnce(12, (caller) => new HashCosts(stores).raiseTo(4 + caller));
    t.is(await new HashCosts(stores).costliest(), 15);
  });

  test(`${driver.name}: that there was an imported hash is remembered, whatever is stored after it`, async (t) => {
    const stores = await openStores(t, driver);
    await stores.hashCosts.raiseTo(12);
    t.false(await stores.hashCosts.hasImported());
    const elsewhere = new HashCosts(stores);
    await elsewhere.raiseTo(8, true);
    stores.clock.advance(5);
    await stores.hashCosts.raiseTo(13);
    for (const costs of [stores.hashCosts, new HashCosts(stores)])
      t.deepEqual([await costs.costliest(), await costs.hasImported()], [13, true]);
  });

  test(`${driver.name}: what another process raised is noticed after seconds`, async (t) => {
    const stores = await openStores(t, driver);
    const elsewhere = new HashCosts(stores);
    t.is(await elsewhere.costliest(), 0);
    await stores.hashCosts.raiseTo(13);
    stores.clock.advance(5);
    t.is(await elsewhere.costliest(), 13);
  });

  test(`${driver.name}: what is known is not read again for seconds`, async (t) => {
    const stores = await openStores(t, driver);
    let reads = 0;
    const counted = {
      ...stores.records,
      get: (...call: Parameters<typeof stores.records.get>) => {
        reads += 1;
        return stores.records.get(...call);
      },
    };
    const costs = new HashCosts({ ...stores, records: counted });
    await costs.raiseTo(12);
    const before = reads;
    for (let n = 0; n < 10; n += 1) {
      await costs.raiseTo(12);
      await costs.costliest();
    }
    t.is(reads, before);
  });
});
