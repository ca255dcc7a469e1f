/** Whether our purge is wanted on a MongoDB server. */
import test from 'ava';
import { ManualClock } from '../support/clock.ts';
import { onMongodb } from '../support/mongodb/on-mongodb.ts';

await onMongodb(test, (driver) => {
  test('mongodb: nobody need purge where the server runs a TTL monitor, and elsewhere somebody must', async (t) => {
    const records = await driver.open(t, new ManualClock());
    t.is(records.deletesExpired, records.capabilities.hasTtlMonitor);
  });
});
