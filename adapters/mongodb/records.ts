/** The `Records` port on MongoDB: one collection a model, and no operation that needs more than one document or a scan. */
import type { CommandStartedEvent, Filter } from 'mongodb';
import type { Clock } from '../../src/ports/clock.ts';
import { type Collection, collectionNames } from '../../src/ports/collections.ts';
import type { FoundRecord, Page } from '../../src/ports/records.ts';
import { StorageUnavailable } from '../../src/ports/storage-unavailable.ts';
import type { StorageEngine } from '../../src/ports/upkeep.ts';
import type { Capabilities } from './capabilities.ts';
import { consumeRecord } from './consume-record.ts';
import { incrementCounter, readCounter } from './counters.ts';
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
import { insertRecord } from './insert-record.ts';
import { openDatabase } from './open-database.ts';
import { purgeExpired } from './purge-expired.ts';
import { putRecord } from './put-record.ts';
import { reachingWithin } from './unavailable.ts';
import { mongodbUpkeep } from './upkeep.ts';

export interface MongodbOptions {
  /** A `mongodb:` or `mongodb+srv:` connection string; its path names the database, else it is `latchkey`. */
  readonly url: string;
  readonly clock: Clock;
  /** Opens a database that a newer version has written. */
  readonly acceptNewer?: boolean;
  /** Told every command that goes to the server, for tests. */
  readonly onCommand?: (command: CommandStartedEvent) => void;
}

export interface MongodbRecords extends StorageEngine {
  readonly capabilities: Capabilities;
}

export async function openMongodbRecords(options: MongodbOptions): Promise<MongodbRecords> {
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
    ...mongodbUpkeep(on),
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
    findBy: (collection, lookup, value, page) => readPage(collection, { [lookup]: value }, page),
    removeBy: (collection, lookup, value) =>
      on(collection, async (documents, now) => {
        const { deletedCount } = await documents.deleteMany({ [lookup]: value, ...live(now) });
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
