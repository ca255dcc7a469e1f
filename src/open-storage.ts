/** The one file that loads a database driver. */
import { resolve } from 'node:path';
import type { Clock } from './ports/clock.ts';
import { type StorageDriver, StorageTooNew, StorageUnavailable } from './storage/driver.ts';

export interface StorageOptions {
  readonly url: string;
  readonly clock: Clock;
  /** Opens a database that a newer version has written. */
  readonly acceptNewer: boolean;
}

const SQLITE = 'sqlite:';

export async function openStorage({ url, ...options }: StorageOptions): Promise<StorageDriver> {
  try {
    // Loaded when needed: a driver takes time to load, and memory.
    if (url.startsWith(SQLITE)) {
      const { openSqliteDriver } = await import('../adapters/sqlite/driver.ts');
      return await openSqliteDriver({ ...options, location: url.slice(SQLITE.length) });
    }
    const { openMongodbDriver } = await import('../adapters/mongodb/driver.ts');
    return await openMongodbDriver({ ...options, url });
  } catch (error) {
    if (error instanceof StorageUnavailable || error instanceof StorageTooNew) {
      throw new StorageNotOpened(url, { cause: error });
    }
    throw error;
  }
}

/** The address without user, password and settings, which may be secret. */
function shownAddress(url: string): string {
  if (url === 'sqlite::memory:') return url;
  if (url.startsWith(SQLITE)) return SQLITE + resolve(url.slice(SQLITE.length));
  const [, scheme = '', rest = ''] = /^([^:]+:\/\/)(.*)$/s.exec(url) ?? [];
  // A password may hold an unescaped slash or question mark, so everything before the last @ goes.
  const [withoutSettings = ''] = rest.slice(rest.lastIndexOf('@') + 1).split('?');
  return scheme + withoutSettings;
}

export class StorageNotOpened extends Error {
  override readonly name = 'StorageNotOpened';
  readonly address: string;
  readonly isFile: boolean;
  readonly reason: StorageUnavailable | StorageTooNew;

  constructor(url: string, { cause }: { readonly cause: StorageUnavailable | StorageTooNew }) {
    super(`${shownAddress(url)} could not be opened`, { cause });
    this.address = shownAddress(url);
    this.isFile = url.startsWith(SQLITE);
    this.reason = cause;
  }
}
