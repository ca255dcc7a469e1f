/** Opens the database file, durable and shared with other processes, at the schema of this version. */
import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SchemaVersions } from '../../src/ports/upkeep.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations.ts';
import { patiently } from './patiently.ts';
import { createPrivateFile } from './private-file.ts';
import { asStorageFailure } from './storage-failure.ts';

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

// SQLite waits this long by itself, and blocks the event loop meanwhile; beyond it `patiently` waits.
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
    const opened = await patiently(patienceMs, () => openOnce(path, acceptNewer));
    return path === IN_MEMORY ? opened : { ...opened, path };
  } catch (error) {
    throw asStorageFailure(error);
  }
}
