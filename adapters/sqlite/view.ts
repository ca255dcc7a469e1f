/** A read-only view of a SQLite database, which leaves no file beside it. */
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { Clock } from '../../src/ports/clock.ts';
import type { StorageView } from '../../src/storage/driver.ts';
import { asStorageFailure, CANTOPEN, resultCode, retryOnBusy } from './errors.ts';
import { migrations, schemaVersion, throwOnOtherProgram } from './migrations.ts';
import { Table } from './statements.ts';

/** Of the time limit: its own error says more than that there was no answer. */
const READ_SHARE = 0.8;

export interface SqliteViewOptions {
  /** A file path, or `:memory:`. */
  readonly location: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

function openReadOnly(path: string, query: string): DatabaseSync {
  const url = pathToFileURL(path);
  url.search = query;
  return new DatabaseSync(url, { readOnly: true });
}

const sizeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.size;

/** A process in `locking_mode=EXCLUSIVE` keeps no -shm, and lets nobody read. */
function throwOnLock(path: string): void {
  const database = openReadOnly(path, 'mode=ro&readonly_shm=1');
  try {
    database.prepare('PRAGMA schema_version').get();
  } catch (error) {
    // There is no -shm that could be opened.
    if (resultCode(error) !== CANTOPEN) throw error;
  } finally {
    database.close();
  }
}

/** Where SQLite has to put what is in the log together with the file, and would write to do so. */
function openCopy(path: string): OpenView {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-view-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, 'copy.db');
    for (const ending of ['', '-wal']) copyFileSync(path + ending, copy + ending, constants.COPYFILE_FICLONE);
    const database = new DatabaseSync(copy);
    return { database, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

interface OpenView {
  readonly database: DatabaseSync;
  remove(): void;
}

/** Bytes 18 and 19 of the header (https://www.sqlite.org/fileformat2.html#file_format_version_numbers). */
function hasLog(path: string): boolean {
  const descriptor = openSync(path, 'r');
  try {
    const header = Buffer.alloc(20);
    readSync(descriptor, header, 0, header.length, 0);
    return header[18] === 2;
  } finally {
    closeSync(descriptor);
  }
}

/** While a process has the database open, part of it is in the log, and after a crash or a copy of its files too. */
function openUnchanged(path: string): OpenView {
  const real = realpathSync(path);
  const remove = () => undefined;
  const log = sizeOf(`${real}-wal`);
  if (log !== undefined && existsSync(`${real}-shm`)) return { database: openReadOnly(real, 'mode=ro'), remove };
  if (log !== undefined) throwOnLock(real);
  if ((log ?? 0) > 0) return openCopy(real);
  // SQLite would make an empty log to read beside it.
  return { database: openReadOnly(real, hasLog(real) ? 'immutable=1' : 'mode=ro'), remove };
}

/** Undefined where there is no database yet. */
export async function viewSqlite({ location, clock, timeoutMs }: SqliteViewOptions): Promise<StorageView | undefined> {
  const path = resolve(location);
  if (location === ':memory:' || !existsSync(path)) return undefined;
  const read = async <T>(run: () => T): Promise<T> => {
    try {
      return await retryOnBusy({ clock, timeoutMs: READ_SHARE * timeoutMs }, run);
    } catch (error) {
      throw asStorageFailure(error);
    }
  };
  const { database, remove } = await read(() => openUnchanged(path));
  const close = async () => {
    if (database.isOpen) database.close();
    remove();
  };
  try {
    await read(() => throwOnOtherProgram(database));
    const found = await read(() => schemaVersion(database));
    const get: StorageView['get'] = (collection, id) =>
      read(() => (found === 0 ? undefined : new Table(database, clock, collection).get(id)));
    return { schema: { found, known: migrations.length }, get, close };
  } catch (error) {
    await close();
    throw error;
  }
}
