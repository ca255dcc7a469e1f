/** The driver on SQLite: durable, embedded, shared by several processes of one machine. */
import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../src/ports/clock.ts';
import { type Collection, collectionNames } from '../../src/storage/collections.ts';
import type { SchemaVersions, StorageDriver } from '../../src/storage/driver.ts';
import { asStorageFailure, retryOnBusy } from './errors.ts';
import { GroupCommit } from './group-commit.ts';
import { migrate, migrations, throwOnOtherProgram } from './migrations.ts';
import { createPrivateFile, watchFiles } from './open-file.ts';
import { Table } from './statements.ts';

export interface SqliteDriverOptions {
  /** A file path, or `:memory:`. */
  readonly location: string;
  readonly clock: Clock;
  /** How long a call waits for a lock that another process holds before it is `StorageUnavailable`. */
  readonly busyTimeoutMs?: number;
  /** Make the folder of the file if it is missing, instead of throwing `StorageAddressInvalid`. */
  readonly makesFolder?: boolean;
  /** Open a database that a newer version has written instead of throwing `StorageTooNew`. */
  readonly acceptNewer?: boolean;
}

// A batch of this size holds the event loop, and the lock of the file, for about a millisecond.
const BATCH = 100;
const MOST_FAULTS = 100;

export async function openSqliteDriver(options: SqliteDriverOptions): Promise<StorageDriver> {
  const { location, clock, busyTimeoutMs = 5000, acceptNewer = false, makesFolder = false } = options;
  const retry = { clock, timeoutMs: busyTimeoutMs };
  const read = async <T>(run: () => T): Promise<T> => {
    try {
      return await retryOnBusy(retry, run);
    } catch (error) {
      throw asStorageFailure(error);
    }
  };
  const { database, schema, throwIfReplaced } = await read(() => openDatabase(location, { acceptNewer, makesFolder }));
  const tables = new Map(collectionNames.map((name) => [name, new Table(database, clock, name)]));
  const writes = new GroupCommit(database, retry, throwIfReplaced);

  const tableOf = (collection: Collection): Table => {
    const found = tables.get(collection);
    if (found === undefined) throw new TypeError(`there is no collection ${collection}`);
    return found;
  };
  const write = <T>(collection: Collection, run: (table: Table) => T): Promise<T> =>
    writes.write(() => run(tableOf(collection)));
  const writeRecord = <T>(collection: Collection, run: (table: Table) => T): Promise<T> =>
    tableOf(collection).hasSideTables ? writes.writeTogether(() => run(tableOf(collection))) : write(collection, run);

  return {
    schema,
    insert: (collection, record) => writeRecord(collection, (table) => table.insert(record)),
    put: (collection, record) => writeRecord(collection, (table) => table.put(record)),
    replace: (collection, record, version) => writeRecord(collection, (table) => table.replace(record, version)),
    consume: (collection, id, payload) => write(collection, (table) => table.consume(id, payload)),
    remove: (collection, id) => write(collection, (table) => table.remove(id)),
    removeVersion: (collection, id, version) => write(collection, (table) => table.removeVersion(id, version)),
    removeBy: (collection, index, value) =>
      inBatches(Number.POSITIVE_INFINITY, (size) => write(collection, (table) => table.removeBy(index, value, size))),
    increment: (collection, id, by, expiresAt) => write(collection, (table) => table.increment(id, by, expiresAt)),
    get: (collection, id) => read(() => tableOf(collection).get(id)),
    findBy: (collection, index, value, page) => read(() => tableOf(collection).findBy(index, value, page)),
    list: (collection, page) => read(() => tableOf(collection).list(page)),
    count: (collection, id) => read(() => tableOf(collection).get(id)?.count ?? 0),
    async purge(limit, only) {
      let purged = 0;
      for (const collection of only === undefined ? collectionNames : [only]) {
        purged += await inBatches(limit, async (size) => {
          // Read first: a write takes the lock of the file even when it finds nothing to delete.
          if (!(await read(() => tableOf(collection).hasExpired()))) return 0;
          return await write(collection, (table) => table.purge(size));
        });
      }
      return purged;
    },
    size: (collection) => read(() => tableOf(collection).size()),
    exchangePayload: (collection, id, from, to) => write(collection, (table) => table.exchangePayload(id, from, to)),
    async restore(collection, records) {
      // All at once, so that they share few transactions.
      await Promise.all(records.map((record) => writes.writeTogether(() => tableOf(collection).restore(record))));
    },
    faults: () => read(() => findFaults(database)),
    // Reads the file, not only the connection.
    ping: () =>
      read(() => {
        throwIfReplaced();
        database.prepare('PRAGMA user_version').get();
      }),
    async close() {
      await writes.close();
      if (database.isOpen) database.close();
    },
  };
}

/** Repeats a delete of at most so many rows until it finds fewer; returns how many went in all. */
async function inBatches(limit: number, remove: (atMost: number) => Promise<number>): Promise<number> {
  let removed = 0;
  while (removed < limit) {
    const wanted = Math.min(BATCH, limit - removed);
    const gone = await remove(wanted);
    removed += gone;
    if (gone < wanted) break;
  }
  return removed;
}

function findFaults(database: DatabaseSync): readonly string[] {
  const damage = database
    .prepare(`PRAGMA integrity_check(${MOST_FAULTS})`)
    .all()
    .flatMap(Object.values)
    .map(String)
    .filter((line) => line !== 'ok');
  const orphans = database.prepare('PRAGMA foreign_key_check').all();
  return [...damage, ...orphans.map(({ table, parent }) => `a row of ${table} points at no row of ${parent}`)];
}

// SQLite waits this long by itself, and blocks the event loop meanwhile; beyond it `retryOnBusy` waits.
const BLOCKING_WAIT_MS = 50;

const settings = [
  'PRAGMA journal_mode = WAL',
  // An acknowledged write survives a power cut; on macOS only with fullfsync.
  'PRAGMA synchronous = FULL',
  'PRAGMA fullfsync = ON',
  'PRAGMA trusted_schema = OFF',
  `PRAGMA journal_size_limit = ${64 * 1024 * 1024}`,
];

interface OpenDatabase {
  readonly database: DatabaseSync;
  readonly schema: SchemaVersions;
  /** Throws when the path no longer leads to the file that is open. */
  throwIfReplaced(): void;
}

export function openDatabase(
  location: string,
  { acceptNewer, makesFolder }: { readonly acceptNewer: boolean; readonly makesFolder: boolean },
): OpenDatabase {
  const isInMemory = location === ':memory:';
  const path = isInMemory ? location : resolve(location);
  if (!isInMemory) createPrivateFile(path, makesFolder);
  const database = new DatabaseSync(path, { timeout: BLOCKING_WAIT_MS, enableForeignKeyConstraints: true });
  try {
    throwOnOtherProgram(database);
    for (const setting of settings) database.exec(setting);
    const schema = migrate(database, acceptNewer, migrations);
    return { database, schema, throwIfReplaced: isInMemory ? () => undefined : watchFiles(path) };
  } catch (error) {
    database.close();
    throw error;
  }
}
