/** Which driver an address is opened with, and what an operator reads when it does not open. The one file that loads a database driver. */
import { resolve } from 'node:path';
import { isInMemory, isMongodbUrl, sqliteLocationIn } from './config/storage-address.ts';
import type { Clock } from './ports/clock.ts';
import { StorageAddressInvalid, type StorageDriver, StorageTooNew, StorageUnavailable } from './storage/driver.ts';

export interface StorageOptions {
  readonly url: string;
  readonly clock: Clock;
  /** Opens a database that a newer version has written. */
  readonly acceptNewer: boolean;
}

/** For an operator, when the database cannot be opened. */
interface Advice {
  /** The address without user, password and settings, which may be secret. */
  readonly address: string;
  readonly tried: string;
  readonly check: string;
}

interface Database {
  readonly advice: Advice;
  open(options: Omit<StorageOptions, 'url'>): Promise<StorageDriver>;
}

// The drivers are loaded when needed: that takes time, and memory.
function sqlite(url: string, location: string): Database {
  return {
    advice: {
      address: isInMemory(url) ? url : `sqlite:${resolve(location)}`,
      tried: 'open the file',
      check:
        'check that this user may make and write the file and its folder, that the disk has room, and that the file is a database of Latchkey',
    },
    async open(options) {
      const { openSqliteDriver } = await import('../adapters/sqlite/driver.ts');
      return await openSqliteDriver({ ...options, location });
    },
  };
}

function mongodb(url: string): Database {
  const [, scheme = '', rest = ''] = /^([^:]+:\/\/)(.*)$/s.exec(url) ?? [];
  // A password may hold an unescaped slash or question mark, so everything before the last @ goes.
  const [withoutSettings = ''] = rest.slice(rest.lastIndexOf('@') + 1).split('?');
  return {
    advice: {
      address: scheme + withoutSettings,
      tried: 'connect to it',
      check:
        'check that a MongoDB runs there and can be reached from this machine (name, port, firewall, TLS), and that user and password are right',
    },
    async open(options) {
      const { openMongodbDriver } = await import('../adapters/mongodb/driver.ts');
      return await openMongodbDriver({ ...options, url });
    },
  };
}

function databaseAt(url: string): Database {
  const location = sqliteLocationIn(url);
  if (location !== undefined) return sqlite(url, location);
  if (isMongodbUrl(url)) return mongodb(url);
  throw new StorageAddressInvalid('the address of the database is none of SQLite or MongoDB');
}

export async function openStorage({ url, ...options }: StorageOptions): Promise<StorageDriver> {
  const { advice, open } = databaseAt(url);
  try {
    return await open(options);
  } catch (error) {
    if (error instanceof StorageUnavailable || error instanceof StorageTooNew)
      throw new StorageNotOpened(advice, { cause: error });
    throw error;
  }
}

export class StorageNotOpened extends Error {
  override readonly name = 'StorageNotOpened';
  readonly advice: Advice;
  readonly reason: StorageUnavailable | StorageTooNew;

  constructor(advice: Advice, { cause }: { readonly cause: StorageUnavailable | StorageTooNew }) {
    super(`${advice.address} could not be opened`, { cause });
    this.advice = advice;
    this.reason = cause;
  }
}
