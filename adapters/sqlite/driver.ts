/** The driver on SQLite: durable, embedded, shared by several processes of one machine. */

import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../src/ports/clock.ts';
import type { SchemaVersions, StorageDriver } from '../../src/storage/driver.ts';
import { Checkpoints, canWatchLog } from './checkpoints.ts';
import { asStorageFailure, retryOnBusy } from './errors.ts';
import { GroupCommit } from './group-commit.ts';
import { sqliteMaintenance } from './maintenance.ts';
import { migrate, migrations } from './migrations.ts';
import {
  consumeRecord,
  findRecords,
  getRecord,
  hasSideTables,
  incrementCounter,
  insertRecord,
  listRecords,
  purgeRecords,
  putRecord,
  readCounter,
  removeRecord,
  removeRecordsBy,
  removeRecordVersion,
  replaceRecord,
} from './rows.ts';
import { openTables } from './statements.ts';

export interface SqliteDriverOptions {
  /** A file path, or `:memory:`. */
  readonly location: string;
  readonly clock: Clock;
  /** How long a call waits for a lock that another process holds before it is `StorageUnavailable`. */
  readonly patienceMs?: number;
  /** Open a database that a newer version has written instead of throwing `StorageTooNew`. */
  readonly acceptNewer?: boolean;
}

export async function openSqliteDriver(options: SqliteDriverOptions): Promise<StorageDriver> {
  const { location, clock, patienceMs = 5000, acceptNewer = false } = options;
  const { database, schema, path } = await openDatabase({ location, patienceMs, acceptNewer });
  const tables = openTables(database, clock);
  const checkpoints = path !== undefined && canWatchLog() ? new Checkpoints(database, path) : undefined;
  const writes = new GroupCommit(database, patienceMs, checkpoints);

  const read = async <T>(run: () => T): Promise<T> => {
    try {
      return await retryOnBusy(patienceMs, run);
    } catch (error) {
      throw asStorageFailure(error);
    }
  };

  return {
    ...sqliteMaintenance(database, tables, writes, read),
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
    removeBy: (collection, index, value) => removeRecordsBy(tables, writes, collection, index, value),
    increment: (_, id, by, expiresAt) => writes.write(() => incrementCounter(tables, id, by, expiresAt)),
    get: (collection, id) => read(() => getRecord(tables, collection, id)),
    findBy: (collection, index, value, page) => read(() => findRecords(tables, collection, index, value, page)),
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

export interface DatabaseOptions {
  /** A file path, or `:memory:`. */
  readonly location: string;
  /** How long to wait for a lock that another process holds. */
  readonly patienceMs: number;
  readonly acceptNewer: boolean;
}

export interface OpenedDatabase {
  readonly database: DatabaseSync;
  readonly schema: SchemaVersions;
  /** Of the file; absent: it is in memory. */
  readonly path?: string;
}

// SQLite waits this long by itself, and blocks the event loop meanwhile; beyond it `retryOnBusy` waits.
const BLOCKING_WAIT_MS = 50;

const IN_MEMORY = ':memory:';

const settings = [
  'PRAGMA journal_mode = WAL',
  // An acknowledged write survives a power cut; fullfsync says the same to the disks of a Mac.
  'PRAGMA synchronous = FULL',
  'PRAGMA fullfsync = ON',
  'PRAGMA trusted_schema = OFF',
  `PRAGMA journal_size_limit = ${64 * 1024 * 1024}`,
];

function openOnce(path: string, acceptNewer: boolean): OpenedDatabase {
  const database = new DatabaseSync(path, { timeout: BLOCKING_WAIT_MS, enableForeignKeyConstraints: true });
  try {
    for (const setting of settings) database.exec(setting);
    return { database, schema: migrate(database, acceptNewer, migrations) };
  } catch (error) {
    database.close();
    throw error;
  }
}

export async function openDatabase({ location, patienceMs, acceptNewer }: DatabaseOptions): Promise<OpenedDatabase> {
  const path = location === IN_MEMORY ? location : resolve(location);
  try {
    if (path !== IN_MEMORY) createPrivateFile(path);
    const opened = await retryOnBusy(patienceMs, () => openOnce(path, acceptNewer));
    return path === IN_MEMORY ? opened : { ...opened, path };
  } catch (error) {
    throw asStorageFailure(error);
  }
}

/** Creates file and folders that are missing; what exists keeps its mode. */
function createPrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    // Never opens an existing file: closing it again would drop the locks that this process holds on it (POSIX advisory locks).
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
  }
}
