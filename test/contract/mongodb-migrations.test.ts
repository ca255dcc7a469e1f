/** How the MongoDB driver brings a database to its shape. */
import test, { type ExecutionContext } from 'ava';
import { MongoClient } from 'mongodb';
import { openMongodbDriver } from '../../adapters/mongodb/driver.ts';
import { knownVersion } from '../../adapters/mongodb/migrations.ts';
import { collectionNames, collections } from '../../src/storage/collections.ts';
import { StorageTooNew } from '../../src/storage/driver.ts';
import { ManualClock } from '../support/clock.ts';
import type { TestedMongodb } from '../support/mongodb/mongodb-driver.ts';
import { onMongodb } from '../support/mongodb/on-mongodb.ts';
import { atOnce } from '../support/records.ts';

const WRITES = ['insert', 'update', 'delete', 'findAndModify', 'createIndexes'];

interface Ledger {
  readonly _id: string;
  readonly version: number;
  readonly lockedBy?: string;
  readonly lockedUntil?: Date;
}

async function emptyDatabase(t: ExecutionContext, driver: TestedMongodb) {
  const { url, drop } = await driver.lendDatabase();
  t.teardown(drop);
  const client = new MongoClient(url);
  t.teardown(() => client.close());
  await client.db().dropDatabase();
  const clock = new ManualClock();
  const sent: string[] = [];
  const open = async (options: { acceptNewer?: boolean } = {}) => {
    const onCommand = ({ commandName }: { commandName: string }) => sent.push(commandName);
    const records = await openMongodbDriver({ url, clock, onCommand, ...options });
    t.teardown(() => records.close());
    return records;
  };
  return { open, clock, sent, database: client.db(), ledger: client.db().collection<Ledger>('latchkey_migrations') };
}

/** `clients` twice: its index came in a later step than the collection. */
const INDEXED = collectionNames.length + 1;

await onMongodb(test, (driver) => {
  test('mongodb: instances that open an empty database at once run each migration once', async (t) => {
    const { open, sent, ledger } = await emptyDatabase(t, driver);
    await atOnce(5, () => open());
    t.is(sent.filter((name) => name === 'createIndexes').length, INDEXED);
    t.deepEqual(await ledger.find().toArray(), [{ _id: 'schema', version: knownVersion }]);
  });

  test('mongodb: opening a database that has its shape writes nothing', async (t) => {
    const { open, sent } = await emptyDatabase(t, driver);
    await open();
    sent.length = 0;
    await open();
    t.deepEqual(
      sent.filter((name) => WRITES.includes(name)),
      [],
    );
  });

  test('mongodb: every collection has an index for each index, one that removes what has expired, and no unique one but its id', async (t) => {
    const { open, database } = await emptyDatabase(t, driver);
    await open();
    for (const collection of collectionNames) {
      const found = await database.collection(collection).listIndexes().toArray();
      const indexes = found.filter(({ name }) => name !== '_id_');
      const declared = Object.keys(collections[collection].indexes);
      t.deepEqual(
        indexes.map(({ key }) => JSON.stringify(key)).sort(),
        ['{"expiresAt":1}', ...declared.map((index) => `{"${index}":1,"_id":1}`)].sort(),
        collection,
      );
      t.is(indexes.find(({ key }) => 'expiresAt' in key)?.expireAfterSeconds, 0, collection);
      t.false(
        indexes.some(({ unique }) => unique === true),
        collection,
      );
    }
  });

  test('mongodb: a database that a newer version has written is refused, and stays as it was', async (t) => {
    const { open, ledger } = await emptyDatabase(t, driver);
    await open();
    await ledger.updateOne({ _id: 'schema' }, { $set: { version: 9 } });
    const error = await t.throwsAsync(open(), { instanceOf: StorageTooNew });
    t.is(error.foundVersion, 9);
    t.is(error.knownVersion, knownVersion);
    t.deepEqual(await ledger.find().toArray(), [{ _id: 'schema', version: 9 }]);
  });

  test('mongodb: a database that a newer version has written opens, unchanged, when that is asked for', async (t) => {
    const { open, ledger } = await emptyDatabase(t, driver);
    await open();
    await ledger.updateOne({ _id: 'schema' }, { $set: { version: 9 } });
    const records = await open({ acceptNewer: true });
    await t.notThrowsAsync(records.ping());
    t.deepEqual(await ledger.find().toArray(), [{ _id: 'schema', version: 9 }]);
  });

  test('mongodb: an instance waits for the one that migrates, and takes over when its lease has run out', async (t) => {
    const { open, clock, sent, ledger } = await emptyDatabase(t, driver);
    const lockedUntil = new Date(clock.now() + 30_000);
    await ledger.insertOne({ _id: 'schema', version: 0, lockedBy: 'one that died', lockedUntil });
    const opening = open();
    const deadline = AbortSignal.timeout(10_000);
    while (sent.filter((name) => name === 'findAndModify').length < 2) {
      deadline.throwIfAborted();
      await new Promise(setImmediate);
    }
    t.false(sent.includes('createIndexes'));
    clock.advance(30);
    await opening;
    t.is(sent.filter((name) => name === 'createIndexes').length, INDEXED);
    t.deepEqual(await ledger.find().toArray(), [{ _id: 'schema', version: knownVersion }]);
  });
});
