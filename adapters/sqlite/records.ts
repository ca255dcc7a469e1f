/** The storage engine on SQLite: durable, embedded, shared by several processes of one machine. */
import type { Clock } from '../../src/ports/clock.ts';
import type { StorageEngine } from '../../src/ports/upkeep.ts';
import { Checkpoints, canWatchLog } from './checkpoints.ts';
import { incrementCounter, readCounter } from './counters.ts';
import { openDatabase } from './database.ts';
import { GroupCommit } from './group-commit.ts';
import { patiently } from './patiently.ts';
import { findRecords, getRecord, listRecords } from './record-reads.ts';
import { purgeRecords, removeRecord, removeRecordsBy, removeRecordVersion } from './record-removals.ts';
import { consumeRecord, hasSideTables, insertRecord, putRecord, replaceRecord } from './record-writes.ts';
import { asStorageFailure } from './storage-failure.ts';
import { openTables } from './tables.ts';
import { sqliteUpkeep } from './upkeep.ts';

export interface SqliteRecordsOptions {
  /** A file path, or `:memory:`. */
  readonly location: string;
  readonly clock: Clock;
  /** How long a call waits for a lock that another process holds before it is `StorageUnavailable`. */
  readonly patienceMs?: number;
  /** Open a database that a newer version has written instead of throwing `StorageTooNew`. */
  readonly acceptNewer?: boolean;
}

export async function openSqliteRecords(options: SqliteRecordsOptions): Promise<StorageEngine> {
  const { location, clock, patienceMs = 5000, acceptNewer = false } = options;
  const { database, schema, path } = await openDatabase({ location, patienceMs, acceptNewer });
  const tables = openTables(database, clock);
  const checkpoints = path !== undefined && canWatchLog() ? new Checkpoints(database, path) : undefined;
  const writes = new GroupCommit(database, patienceMs, checkpoints);

  const read = async <T>(run: () => T): Promise<T> => {
    try {
      return await patiently(patienceMs, run);
    } catch (error) {
      throw asStorageFailure(error);
    }
  };

  return {
    ...sqliteUpkeep(database, tables, writes, read),
    schema,
    insert(collection, record) {
      const run = () => insertRecord(tables, collection, record);
      return hasSideTables(tables, collection) ? writes.writeTogether(run) : writes.write(run);
    },
    put(collection, record) {
      const run = () => putRecord(tables, collection, record);
      return hasSideTables(tables, collection) ? writes.writeTogether(run) : writes.write(run);
    },
    replace(collection, record, expectedVersion) {
      const run = () => replaceRecord(tables, collection, record, expectedVersion);
      return hasSideTables(tables, collection) ? writes.writeTogether(run) : writes.write(run);
    },
    consume: (collection, id) => writes.write(() => consumeRecord(tables, collection, id)),
    remove: (collection, id) => writes.write(() => removeRecord(tables, collection, id)),
    removeVersion: (collection, id, version) =>
      writes.write(() => removeRecordVersion(tables, collection, id, version)),
    removeBy: (collection, lookup, value) => removeRecordsBy(tables, writes, collection, lookup, value),
    increment: (_, id, by, expiresAt) => writes.write(() => incrementCounter(tables, id, by, expiresAt)),
    get: (collection, id) => read(() => getRecord(tables, collection, id)),
    findBy: (collection, lookup, value, page) => read(() => findRecords(tables, collection, lookup, value, page)),
    list: (collection, page) => read(() => listRecords(tables, collection, page)),
    count: (_, id) => read(() => readCounter(tables, id)),
    purge: (limit, collection) => purgeRecords(tables, { writes, read }, limit, collection),
    // Reads the file, not only the connection.
    ping: () => read(() => void tables.prepare('PRAGMA user_version').get()),
    async close() {
      await writes.close();
      await checkpoints?.close();
      if (database.isOpen) database.close();
    },
  };
}
