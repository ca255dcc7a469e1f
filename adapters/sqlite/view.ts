/** A read-only view of a SQLite database, which leaves no file beside it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { Clock } from '../../src/ports/clock.ts';
import type { StorageView } from '../../src/storage/driver.ts';
import { asStorageFailure, retryOnBusy } from './errors.ts';
import { migrations, schemaVersion } from './migrations.ts';
import { Table } from './statements.ts';

export interface SqliteViewOptions {
  /** A file path, or `:memory:`. */
  readonly location: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/** While another process has it open, part of the database is in the log. If none has, SQLite would create an empty log. */
function openUnchanged(path: string): DatabaseSync {
  const url = pathToFileURL(path);
  const isInUse = existsSync(`${path}-wal`) && existsSync(`${path}-shm`);
  url.search = isInUse ? 'mode=ro' : 'immutable=1';
  return new DatabaseSync(url, { readOnly: true });
}

/** Undefined where there is no database yet. */
export async function viewSqlite({ location, clock, timeoutMs }: SqliteViewOptions): Promise<StorageView | undefined> {
  const path = resolve(location);
  if (location === ':memory:' || !existsSync(path)) return undefined;
  const read = async <T>(run: () => T): Promise<T> => {
    try {
      return await retryOnBusy({ clock, timeoutMs }, run);
    } catch (error) {
      throw asStorageFailure(error);
    }
  };
  const database = await read(() => openUnchanged(path));
  const close = async () => database.close();
  try {
    const found = await read(() => schemaVersion(database));
    const get: StorageView['get'] = (collection, id) =>
      read(() => (found === 0 ? undefined : new Table(database, clock, collection).get(id)));
    return { schema: { found, known: migrations.length }, get, close };
  } catch (error) {
    await close();
    throw error;
  }
}
