/** Whether our purge is needed on a MongoDB server. */
import test from 'ava';
import { ManualClock } from '../support/clock.ts';
import { onMongodb } from '../support/mongodb/on-mongodb.ts';

await onMongodb(test, (driver) => {
  test('mongodb: a genuine server deletes what has expired by itself, the stand-in does not', async (t) => {
    const records = await driver.open(t, new ManualClock());
    t.is(records.deletesExpired, driver.canExplain);
  });
});
