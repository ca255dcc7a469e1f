/** What the MongoDB driver sends to the server: nothing that scans, nothing that is not kept by a majority. */
import test from 'ava';
import { type CommandStartedEvent, type Document, MongoClient } from 'mongodb';
import { openMongodbDriver } from '../../adapters/mongodb/driver.ts';
import { collectionNames, collections } from '../../src/storage/collections.ts';
import type { StorageDriver } from '../../src/storage/driver.ts';
import { ManualClock } from '../support/clock.ts';
import { unledCommands } from '../support/mongodb/command-filters.ts';
import { wastefulCommands } from '../support/mongodb/explain.ts';
import { onMongodb } from '../support/mongodb/on-mongodb.ts';
import { atOnce, storedRecord } from '../support/records.ts';

const WRITES = ['insert', 'update', 'delete', 'findAndModify', 'createIndexes'];
const MINUTE_MS = 60_000;

/** Sends every command that there is, those of the rare ways included. */
async function useEverything(records: StorageDriver, clock: ManualClock): Promise<void> {
  for (const collection of collectionNames) {
    const [index] = Object.keys(collections[collection].indexes);
    const fields = { expiresAt: clock.now() + MINUTE_MS, ...(index !== undefined && { indexes: { [index]: 'x' } }) };
    const record = storedRecord('id', '', fields);
    await atOnce(2, () => records.insert(collection, record));
    await atOnce(2, () => records.consume(collection, 'id'));
    await records.replace(collection, record, 1);
    await records.get(collection, 'id');
    await records.list(collection, { after: 'a', limit: 2 });
    if (index !== undefined) {
      const page = { after: 'a', limit: 2 };
      await records.findBy<'grants'>(collection as 'grants', index as 'accountId', 'x', page);
      await records.removeBy<'grants'>(collection as 'grants', index as 'accountId', 'x');
    }
    await records.put(collection, record);
    await records.exchangePayload(collection, 'id', record.payload, Buffer.from('another'));
    await records.restore(collection, [{ ...record, version: 1 }]);
    clock.advance(60);
    await records.put(collection, { ...record, expiresAt: clock.now() + MINUTE_MS });
    clock.advance(60);
    await records.insert(collection, { ...record, expiresAt: clock.now() + MINUTE_MS });
    await records.removeVersion(collection, 'id', 9);
    await records.remove(collection, 'id');
  }
  await records.increment('counters', 'counter', 1, clock.now() + MINUTE_MS);
  clock.advance(60);
  await records.increment('counters', 'counter', 1, clock.now() + MINUTE_MS);
  await records.count('counters', 'counter');
  clock.advance(60);
  await records.purge(10);
  await records.ping();
}

await onMongodb(test, (driver) => {
  const everyCommand = test.macro<[(commands: readonly CommandStartedEvent[]) => readonly string[]]>(
    async (t, findFaults) => {
      const commands: CommandStartedEvent[] = [];
      const clock = new ManualClock();
      const records = await driver.open(t, clock, { onCommand: (command) => commands.push(command) });
      await useEverything(records, clock);
      t.true(
        ['insert', 'find', 'update', 'delete', 'findAndModify'].every((name) =>
          commands.some(({ commandName }) => commandName === name),
        ),
      );
      t.deepEqual(findFaults(commands), []);
    },
  );

  test('mongodb: a declared index leads every command', everyCommand, unledCommands);

  test('mongodb: every write is kept by a majority and its journal', everyCommand, (commands) =>
    commands
      .filter(({ commandName }) => WRITES.includes(commandName))
      .filter(({ command: { writeConcern } }) => writeConcern?.w !== 'majority' || writeConcern.j !== true)
      .map(({ command }) => JSON.stringify(command)),
  );

  test('mongodb: every read is of what a majority has', everyCommand, (commands) =>
    commands
      .filter(({ commandName, command }) => commandName === 'find' && command.readConcern?.level !== 'majority')
      .map(({ command }) => JSON.stringify(command)),
  );

  test('mongodb: no write changes more than one document, deletions excepted', everyCommand, (commands) =>
    commands
      .filter(({ command }) => command.updates?.some(({ multi, u }: Document) => multi === true || Array.isArray(u)))
      .map(({ command }) => JSON.stringify(command)),
  );

  // The stand-in cannot explain.
  const onGenuine = driver.canExplain ? test : test.skip;
  onGenuine(
    'mongodb: a genuine server reads no collection as a whole for any command, and sorts nothing',
    async (t) => {
      const { url, drop } = await driver.lendDatabase();
      t.teardown(drop);
      const commands: CommandStartedEvent[] = [];
      const clock = new ManualClock();
      const records = await openMongodbDriver({ url, clock, onCommand: (command) => commands.push(command) });
      t.teardown(() => records.close());
      await useEverything(records, clock);
      const client = new MongoClient(url);
      t.teardown(() => client.close());
      t.deepEqual(await wastefulCommands(client.db(), commands), []);
    },
  );

  test('a command that scans is noticed', async (t) => {
    const { url, drop } = await driver.lendDatabase();
    t.teardown(drop);
    const commands: CommandStartedEvent[] = [];
    const client = new MongoClient(url, { monitorCommands: true });
    client.on('commandStarted', (command) => commands.push(command));
    t.teardown(() => client.close());
    const grants = client.db().collection('grants');
    await grants.findOne({ version: 1 });
    await grants.deleteMany({});
    await grants.updateOne({ grantId: 'not an index of grants' }, { $set: { version: 1 } });
    await grants.find({ accountId: 'a' }).sort({ version: 1 }).toArray();
    await grants.countDocuments({});
    t.is(unledCommands(commands).length, 5);
  });
});
