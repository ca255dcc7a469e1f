/** The driver on MongoDB: one collection a model, and no operation that needs more than one document or a scan. */
import { type CommandStartedEvent, type Filter, MongoServerError } from 'mongodb';
import type { Clock } from '../../src/ports/clock.ts';
import { type Collection, collectionNames, collections } from '../../src/storage/collections.ts';
import { type Page, type SchemaVersions, type StorageDriver, StorageUnavailable } from '../../src/storage/driver.ts';
import { invalidAddress, isMistakeInAddress, throwOnUnusableFiles } from './addresses.ts';
import { type ConnectionOptions, connectionTo, runsTtlMonitor } from './connection.ts';
import { changeTo, documentOf, isLive, live, type RecordDocument, recordOf, type Target } from './documents.ts';
import { reaching, reachingWithin } from './errors.ts';
import { throwOnGreeting } from './greeting.ts';
import { checkVersion, indexDescriptions, knownVersion, migrate, schemaVersionOf } from './migrations.ts';
import { type RenewableConnection, renewableConnection } from './renewable-connection.ts';
import { consumeRecord, incrementCounter, insertRecord, purgeExpired, putRecord } from './writes.ts';

export interface MongodbOptions {
  /** A `mongodb:` or `mongodb+srv:` connection string; its path names the database, else it is `latchkey`. */
  readonly url: string;
  readonly clock: Clock;
  /** Opens a database that a newer version has written. */
  readonly acceptNewer?: boolean;
  /** Called with every command that is sent, for tests. */
  readonly onCommand?: (command: CommandStartedEvent) => void;
}

interface OpenedDatabase {
  readonly connection: RenewableConnection;
  readonly schema: SchemaVersions;
  readonly deletesExpired: boolean;
}

// An index on a large collection takes long to build.
const MIGRATION_TIMEOUT_MS = 30 * 60_000;

async function openDatabase({ clock, acceptNewer = false, ...options }: MongodbOptions): Promise<OpenedDatabase> {
  const connect = () => connectionTo(options);
  const connection = connect();
  const { client, database, deadlineMs } = connection;
  throwOnUnusableFiles(client.options);
  try {
    await throwOnGreeting(client);
    const [deletesExpired, found] = await reachingWithin(deadlineMs, async () => {
      await client.connect();
      return await Promise.all([runsTtlMonitor(database), schemaVersionOf(database)]);
    });
    checkVersion(found, acceptNewer);
    if (found < knownVersion) await migrateSlowly(options, clock, acceptNewer);
    const schema = { found, current: Math.max(found, knownVersion), known: knownVersion };
    return { connection: renewableConnection(connection, connect, clock), schema, deletesExpired };
  } catch (error) {
    await client.close();
    throw isMistakeInAddress(error) ? invalidAddress(options.url, error) : error;
  }
}

async function migrateSlowly(options: ConnectionOptions, clock: Clock, acceptNewer: boolean): Promise<void> {
  const { client, database } = connectionTo({ ...options, socketTimeoutMs: MIGRATION_TIMEOUT_MS });
  try {
    await reaching(() => migrate(database, clock, acceptNewer));
  } finally {
    await client.close();
  }
}

export async function openMongodbDriver(options: MongodbOptions): Promise<StorageDriver> {
  const { clock } = options;
  const { connection, schema, deletesExpired } = await openDatabase(options);
  let isClosed = false;

  const reach = async <T>(work: () => Promise<T>): Promise<T> => {
    // The client would connect again.
    if (isClosed) throw new StorageUnavailable(new Error('closed'));
    return await reachingWithin(connection.deadlineMs, work, connection.renew);
  };
  const on = <T>(collection: Collection, work: (target: Target) => Promise<T>): Promise<T> =>
    reach(() => {
      const documents = connection.database().collection<RecordDocument>(collection);
      return work({ documents, collection, clock, now: clock.now() });
    });
  const readPage = (collection: Collection, filter: Filter<RecordDocument>, { after = '', limit }: Page) =>
    on(collection, async ({ documents, now }) => {
      // The server takes 0 for "all".
      if (limit < 1) return [];
      const sorted = { sort: { _id: 1 }, limit, batchSize: limit + 1 } as const;
      const found = await documents.find({ ...filter, _id: { $gt: after }, ...live(now) }, sorted).toArray();
      return found.map((document) => recordOf(collection, document));
    });
  const findLive = (collection: Collection, id: string) =>
    on(collection, async ({ documents, now }) => {
      const found = await documents.findOne({ _id: id });
      return found !== null && isLive(found, now) ? recordOf(collection, found) : undefined;
    });
  const removeOne = (collection: Collection, filter: Filter<RecordDocument>) =>
    on(collection, async ({ documents, now }) => {
      const { deletedCount } = await documents.deleteOne({ ...filter, ...live(now) });
      return deletedCount === 1;
    });

  return {
    schema,
    deletesExpired,
    insert: (collection, record) => on(collection, (target) => insertRecord(target, record)),
    put: (collection, record) => on(collection, (target) => putRecord(target, record)),
    get: findLive,
    replace: (collection, record, version) =>
      on(collection, async ({ documents, now }) => {
        const current = { _id: record.id, version, ...live(now) };
        const { matchedCount } = await documents.updateOne(current, changeTo(collection, record));
        return matchedCount === 1;
      }),
    consume: (collection, id, payload) => on(collection, (target) => consumeRecord(target, id, payload)),
    remove: (collection, id) => removeOne(collection, { _id: id }),
    removeVersion: (collection, id, version) => removeOne(collection, { _id: id, version }),
    findBy: (collection, index, value, page) => readPage(collection, { [index]: value }, page),
    removeBy: (collection, index, value) =>
      on(collection, async ({ documents, now }) => {
        const { deletedCount } = await documents.deleteMany({ [index]: value, ...live(now) });
        return deletedCount;
      }),
    list: (collection, page) => readPage(collection, {}, page),
    increment: (collection, id, by, expiresAt) =>
      on(collection, (target) => incrementCounter(target, id, by, expiresAt)),
    count: async (collection, id) => (await findLive(collection, id))?.count ?? 0,
    async purge(limit, only) {
      let purged = 0;
      for (const collection of only === undefined ? collectionNames : [only]) {
        purged += await on(collection, (target) => purgeExpired(target, limit));
      }
      return purged;
    },
    size: (collection) => on(collection, ({ documents }) => documents.estimatedDocumentCount()),
    exchangePayload: (collection, id, from, to) =>
      on(collection, async ({ documents, now }) => {
        const same = { _id: id, payload: from, ...live(now) };
        const { matchedCount } = await documents.updateOne(same, { $set: { payload: to } });
        return matchedCount === 1;
      }),
    async restore(collection, records) {
      if (records.length === 0) return;
      const writes = records.map((record) => {
        const { _id, ...replacement } = documentOf(collection, record);
        return { replaceOne: { filter: { _id }, replacement, upsert: true } };
      });
      await on(collection, ({ documents }) => documents.bulkWrite(writes, { ordered: false }));
    },
    async faults() {
      const missing = collectionNames.map((name) => on(name, missingIndexes));
      return (await Promise.all(missing)).flat();
    },
    async ping() {
      await reach(() => connection.database().command({ ping: 1 }));
    },
    async close() {
      isClosed = true;
      await connection.close();
    },
  };
}

const NAMESPACE_NOT_FOUND = 26;

async function missingIndexes({ documents, collection }: Target): Promise<readonly string[]> {
  const present = await documents
    .listIndexes()
    .toArray()
    .catch((error: unknown) => {
      // There is no such collection.
      if (error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND) return [];
      throw error;
    });
  return indexDescriptions(Object.keys(collections[collection].indexes))
    .filter(({ name }) => !present.some((index) => index.name === name))
    .map(({ name }) => `${collection} lacks its index ${name}`);
}
