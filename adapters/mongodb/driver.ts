/** The `Records` port on MongoDB: one collection a model, and no operation that needs more than one document or a scan. */
import type { CommandStartedEvent, Filter } from 'mongodb';
import type { Clock } from '../../src/ports/clock.ts';
import { type Collection, collectionNames } from '../../src/storage/collections.ts';
import {
  type FoundRecord,
  type Page,
  type SchemaVersions,
  type StorageDriver,
  StorageUnavailable,
} from '../../src/storage/driver.ts';
import { type Capabilities, type ConnectionWishes, capabilitiesOf, connectionTo } from './connection.ts';
import {
  changeTo,
  type Documents,
  documentsOf,
  freshDocument,
  isLive,
  live,
  type RecordDocument,
  recordOf,
} from './documents.ts';
import { reaching, reachingWithin } from './errors.ts';
import { mongodbMaintenance } from './maintenance.ts';
import { checkVersion, knownVersion, migrate, schemaVersionOf } from './migrations.ts';
import { type RenewableConnection, renewableConnection } from './renewable-connection.ts';
import { consumeRecord, incrementCounter, insertRecord, purgeExpired, putRecord, readCounter } from './writes.ts';

export interface MongodbOptions {
  /** A `mongodb:` or `mongodb+srv:` connection string; its path names the database, else it is `latchkey`. */
  readonly url: string;
  readonly clock: Clock;
  /** Opens a database that a newer version has written. */
  readonly acceptNewer?: boolean;
  /** Told every command that goes to the server, for tests. */
  readonly onCommand?: (command: CommandStartedEvent) => void;
}

export interface MongodbDriver extends StorageDriver {
  readonly capabilities: Capabilities;
}

interface OpenedDatabase {
  readonly connection: RenewableConnection;
  readonly capabilities: Capabilities;
  readonly schema: SchemaVersions;
}

interface DatabaseWishes extends ConnectionWishes {
  readonly clock: Clock;
  readonly acceptNewer: boolean;
}

// An index on a large collection takes long to build.
const MIGRATION_TIMEOUT_MS = 30 * 60_000;

async function migrateWithPatience(wishes: DatabaseWishes): Promise<void> {
  const { client, database } = connectionTo({ ...wishes, socketTimeoutMs: MIGRATION_TIMEOUT_MS });
  try {
    await reaching(() => migrate(database, wishes.clock, wishes.acceptNewer));
  } finally {
    await client.close();
  }
}

async function openDatabase(wishes: DatabaseWishes): Promise<OpenedDatabase> {
  const connection = connectionTo(wishes);
  const { client, database, deadlineMs } = connection;
  try {
    const [capabilities, found] = await reachingWithin(deadlineMs, async () => {
      await client.connect();
      return await Promise.all([capabilitiesOf(database), schemaVersionOf(database)]);
    });
    checkVersion(found, wishes.acceptNewer);
    if (found < knownVersion) await migrateWithPatience(wishes);
    const schema = { found, current: Math.max(found, knownVersion), known: knownVersion };
    return { connection: renewableConnection(connection, () => connectionTo(wishes)), capabilities, schema };
  } catch (error) {
    await client.close();
    throw error;
  }
}

export async function openMongodbDriver(options: MongodbOptions): Promise<MongodbDriver> {
  const { clock, acceptNewer = false } = options;
  const { connection, capabilities, schema } = await openDatabase({ ...options, acceptNewer });
  let isClosed = false;

  const answer = async <T>(work: () => Promise<T>): Promise<T> => {
    // The driver would connect again.
    if (isClosed) throw new StorageUnavailable(new Error('closed'));
    return await reachingWithin(connection.deadlineMs, work, connection.renew);
  };
  const on = <T>(collection: Collection, work: (documents: Documents, now: number) => Promise<T>): Promise<T> =>
    answer(() => work(documentsOf(connection.database(), collection), clock.now()));

  const readPage = (collection: Collection, filter: Filter<RecordDocument>, { after = '', limit }: Page) =>
    on<readonly FoundRecord[]>(collection, async (documents, now) => {
      // The server takes 0 for "all".
      if (limit < 1) return [];
      const options = { sort: { _id: 1 }, limit, batchSize: limit + 1 } as const;
      const found = await documents.find({ ...filter, _id: { $gt: after }, ...live(now) }, options).toArray();
      return found.map((document) => recordOf(collection, document));
    });

  return {
    ...mongodbMaintenance(on),
    capabilities,
    schema,
    insert: (collection, record) =>
      on(collection, (documents, now) => insertRecord(documents, freshDocument(collection, record), now)),
    put: (collection, record) => on(collection, (documents, now) => putRecord(documents, collection, record, now)),
    get: (collection, id) =>
      on(collection, async (documents, now) => {
        const found = await documents.findOne({ _id: id });
        return found !== null && isLive(found, now) ? recordOf(collection, found) : undefined;
      }),
    replace: (collection, record, version) =>
      on(collection, async (documents, now) => {
        const current = { _id: record.id, version, ...live(now) };
        const { matchedCount } = await documents.updateOne(current, changeTo(collection, record));
        return matchedCount === 1;
      }),
    consume: (collection, id) => on(collection, (documents, now) => consumeRecord(documents, id, now)),
    remove: (collection, id) =>
      on(collection, async (documents, now) => {
        const { deletedCount } = await documents.deleteOne({ _id: id, ...live(now) });
        return deletedCount === 1;
      }),
    removeVersion: (collection, id, version) =>
      on(collection, async (documents, now) => {
        const { deletedCount } = await documents.deleteOne({ _id: id, version, ...live(now) });
        return deletedCount === 1;
      }),
    findBy: (collection, index, value, page) => readPage(collection, { [index]: value }, page),
    removeBy: (collection, index, value) =>
      on(collection, async (documents, now) => {
        const { deletedCount } = await documents.deleteMany({ [index]: value, ...live(now) });
        return deletedCount;
      }),
    list: (collection, page) => readPage(collection, {}, page),
    increment: (collection, id, by, expiresAt) =>
      on(collection, (counters, now) => incrementCounter(counters, { id, by, expiresAt }, now)),
    count: (collection, id) => on(collection, (counters, now) => readCounter(counters, id, now)),
    deletesExpired: capabilities.hasTtlMonitor,
    async purge(limit, only) {
      let purged = 0;
      for (const collection of only === undefined ? collectionNames : [only]) {
        purged += await on(collection, (documents, now) => purgeExpired(documents, limit, now));
      }
      return purged;
    },
    async ping() {
      await answer(() => connection.database().command({ ping: 1 }));
    },
    async close() {
      isClosed = true;
      await connection.close();
    },
  };
}
