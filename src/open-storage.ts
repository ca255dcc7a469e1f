/** Opens the database that an address names, and says which one it was when that fails. */
import type { Clock } from './ports/clock.ts';
import { StorageTooNew } from './ports/storage-too-new.ts';
import { StorageUnavailable } from './ports/storage-unavailable.ts';
import type { StorageEngine } from './ports/upkeep.ts';
import { StorageNotOpened } from './storage-not-opened.ts';

export interface StorageWishes {
  readonly url: string;
  readonly clock: Clock;
  /** Opens a database that a newer version has written. */
  readonly acceptNewer: boolean;
}

const SQLITE = 'sqlite:';

export async function openStorage({ url, ...wishes }: StorageWishes): Promise<StorageEngine> {
  try {
    // Each is loaded where it is used: a driver takes time to load and memory to keep.
    if (url.startsWith(SQLITE)) {
      const { openSqliteRecords } = await import('../adapters/sqlite/records.ts');
      return await openSqliteRecords({ ...wishes, location: url.slice(SQLITE.length) });
    }
    const { openMongodbRecords } = await import('../adapters/mongodb/records.ts');
    return await openMongodbRecords({ ...wishes, url });
  } catch (error) {
    if (error instanceof StorageUnavailable || error instanceof StorageTooNew) {
      throw new StorageNotOpened(url, { cause: error });
    }
    throw error;
  }
}
