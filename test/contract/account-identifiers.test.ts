/** What becomes of a reserved e-mail address when its account is never, or almost never, written. */
import test from 'ava';
import type { Records } from '../../src/storage/driver.ts';
import { user } from '../support/accounts.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { openStores } from '../support/stores.ts';

/** Runs something between the reservations of an account and its first write. */
function beforeAccountIsWritten(records: Records, run: () => Promise<void>): Records {
  return {
    ...records,
    async insert(collection, record) {
      if (collection === 'accounts') await run();
      return records.insert(collection, record);
    },
  };
}

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: an address whose account was never written can be reserved again after half a minute`, async (t) => {
    const stores = await openStores(t, driver);
    const dies = beforeAccountIsWritten(stores.records, () => Promise.reject(new Error('killed')));
    const crashing = stores.reopen(dies).accounts;
    await t.throwsAsync(crashing.create(user({ email: 'ada@example.test' })), { message: 'killed' });

    t.deepEqual(await stores.accounts.create(user({ email: 'ada@example.test' })), { taken: 'email' });
    stores.clock.advance(31);
    const ada = user({ email: 'ada@example.test' });
    t.is(await stores.accounts.create(ada), undefined);
    t.deepEqual(await stores.accounts.findByIdentifier('ada@example.test'), ada);
  });

  test(`${driver.name}: an account that comes too late to confirm its reservation is not left behind`, async (t) => {
    const stores = await openStores(t, driver);
    const quick = user({ email: 'ada@example.test' });
    const slowRecords = beforeAccountIsWritten(stores.records, async () => {
      stores.clock.advance(31);
      t.is(await stores.accounts.create(quick), undefined);
    });
    const slow = user({ email: 'ada@example.test', username: 'ada' });
    t.deepEqual(await stores.reopen(slowRecords).accounts.create(slow), { taken: 'email' });

    t.is(await stores.accounts.get(slow.id), undefined);
    t.deepEqual(await stores.accounts.findByIdentifier('ada@example.test'), quick);
    t.is(await stores.accounts.create(user({ email: 'other@example.test', username: 'ada' })), undefined);
  });

  test(`${driver.name}: a reservation that a crash left unconfirmed belongs to its account all the same`, async (t) => {
    const stores = await openStores(t, driver);
    const ada = user({ email: 'ada@example.test' });
    const dies: Records = { ...stores.records, replace: () => Promise.reject(new Error('killed')) };
    await t.throwsAsync(stores.reopen(dies).accounts.create(ada), { message: 'killed' });
    stores.clock.advance(31);
    t.deepEqual(await stores.accounts.create(user({ email: 'ada@example.test' })), { taken: 'email' });
    t.deepEqual(await stores.accounts.findByIdentifier('ada@example.test'), ada);
  });
});
