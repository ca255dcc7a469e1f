/** The contract of the `Records` port on MongoDB, and its races many times over. */
import test from 'ava';
import { openMongodbDriver } from '../../adapters/mongodb/driver.ts';
import type { StorageDriver } from '../../src/storage/driver.ts';
import { ManualClock } from '../support/clock.ts';
import { onMongodb } from '../support/mongodb/on-mongodb.ts';
import { atOnce, storedRecord, tally } from '../support/records.ts';
import { recordsContract } from './records.ts';

const ROUNDS = 40;
const CALLERS = 50;

await onMongodb(test, (driver) => {
  recordsContract(test, driver);

  test(`mongodb: in each of ${ROUNDS} rounds one of ${CALLERS} inserts wins, and one of ${CALLERS} consumes`, async (t) => {
    const records = await driver.open(t, new ManualClock());
    for (let round = 0; round < ROUNDS; round += 1) {
      const code = storedRecord(`code ${round}`, '');
      const inserted = await atOnce(CALLERS, () => records.insert('authorization_codes', code));
      t.is(tally(inserted, true), 1);
      t.is(tally(inserted, false), CALLERS - 1);
      const consumed = await atOnce(CALLERS, () => records.consume('authorization_codes', code.id));
      t.is(tally(consumed, 'consumed'), 1);
      t.is(tally(consumed, 'already_consumed'), CALLERS - 1);
    }
  });

  test('mongodb: of two instances on one database one wins each of many races', async (t) => {
    const { url, drop } = await driver.lendDatabase();
    t.teardown(drop);
    const clock = new ManualClock();
    const instances = await Promise.all([openMongodbDriver({ url, clock }), openMongodbDriver({ url, clock })]);
    for (const instance of instances) t.teardown(() => instance.close());
    for (let round = 0; round < ROUNDS; round += 1) {
      const record = storedRecord(`token ${round}`, '');
      const race = <T>(call: (records: StorageDriver) => Promise<T>) => Promise.all(instances.map(call));
      t.is(tally(await race((records) => records.insert('refresh_tokens', record)), true), 1);
      t.is(tally(await race((records) => records.consume('refresh_tokens', record.id)), 'consumed'), 1);
      t.is(tally(await race((records) => records.replace('refresh_tokens', record, 1)), true), 1);
      t.is(tally(await race((records) => records.remove('refresh_tokens', record.id)), true), 1);
    }
  });

  test('mongodb: an index that the collection does not declare is a mistake of the caller', async (t) => {
    const records = await driver.open(t, new ManualClock());
    const record = storedRecord('client', '', { indexes: { grantId: 'g' } });
    await t.throwsAsync(records.insert('clients', record), { instanceOf: TypeError });
    await t.throwsAsync(records.put('clients', record), { instanceOf: TypeError });
    t.is(await records.get('clients', 'client'), undefined);
  });
});
