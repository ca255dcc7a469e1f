/** Which driver an address is opened with, and what an operator reads when it does not open. The one file that loads a database driver. */
import { resolve } from 'node:path';
import {
  isDefaultLocation,
  isInMemory,
  isMongodbUrl,
  partsOfMongodbAddress,
  sqliteLocationIn,
} from './config/storage-address.ts';
import type { Clock } from './ports/clock.ts';
import {
  StorageAddressInvalid,
  type StorageDriver,
  StorageTooNew,
  StorageUnavailable,
  type StorageView,
} from './storage/driver.ts';

export interface StorageOptions {
  readonly url: string;
  readonly clock: Clock;
  /** Opens a database that a newer version has written. */
  readonly acceptNewer: boolean;
  /** What the operator gave the address with, where that is not the setting. */
  readonly givenBy?: string;
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
  open(options: Omit<StorageOptions, 'url' | 'givenBy'>): Promise<StorageDriver>;
  /** Undefined where there is no database yet. */
  view(options: ViewOptions): Promise<StorageView | undefined>;
  /** Throws if the driver rejects the address; does not connect. */
  checkAddress(): Promise<void>;
}

interface ViewOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
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
      return await openSqliteDriver({ ...options, location, makesFolder: isDefaultLocation(location) });
    },
    async view(options) {
      const { viewSqlite } = await import('../adapters/sqlite/view.ts');
      return await viewSqlite({ ...options, location });
    },
    // A path is checked with the settings (config/named-files.ts).
    checkAddress: async () => undefined,
  };
}

function mongodb(url: string): Database {
  const { scheme, hosts, database } = partsOfMongodbAddress(url);
  return {
    advice: {
      address: database === '' ? scheme + hosts : `${scheme}${hosts}/${database}`,
      tried: 'connect to it',
      check:
        'check that a MongoDB runs there and can be reached from this machine (name, port, firewall, TLS), and that user and password are right',
    },
    async open(options) {
      const { openMongodbDriver } = await import('../adapters/mongodb/driver.ts');
      return await openMongodbDriver({ ...options, url });
    },
    async view(options) {
      const { viewMongodb } = await import('../adapters/mongodb/view.ts');
      return await viewMongodb({ ...options, url });
    },
    async checkAddress() {
      const { checkMongodbAddress } = await import('../adapters/mongodb/view.ts');
      await checkMongodbAddress(url);
    },
  };
}

function databaseAt(url: string): Database {
  const location = sqliteLocationIn(url);
  if (location !== undefined) return sqlite(url, location);
  if (isMongodbUrl(url)) return mongodb(url);
  throw new StorageAddressInvalid('the address of the database is none of SQLite or MongoDB');
}

async function withAdvice<T>(advice: Advice, givenBy: string | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isExplained =
      error instanceof StorageUnavailable ||
      error instanceof StorageTooNew ||
      (error instanceof StorageAddressInvalid && givenBy !== undefined);
    throw isExplained ? new StorageNotOpened(advice, givenBy, { cause: error }) : error;
  }
}

export async function openStorage({ url, givenBy, ...options }: StorageOptions): Promise<StorageDriver> {
  const { advice, open } = databaseAt(url);
  return await withAdvice(advice, givenBy, () => open(options));
}

export async function checkStorageAddress(url: string): Promise<void> {
  await databaseAt(url).checkAddress();
}

/**
 * Calls `inspect` with a read-only view of the database; undefined where there is none yet. Ends in about `timeoutMs`, whatever
 * the address says.
 */
export async function viewStorage<T>(
  { url, acceptNewer, givenBy, ...options }: StorageOptions & ViewOptions,
  inspect: (view: StorageView) => Promise<T>,
): Promise<T | undefined> {
  const { advice, view } = databaseAt(url);
  return await withAdvice(advice, givenBy, async () => {
    const viewing = view(options);
    try {
      return await within(
        options.timeoutMs,
        viewing.then((viewed) => viewed && inspectKnown(viewed)),
      );
    } finally {
      // A view that opens after the time limit is closed too.
      viewing.then((viewed) => viewed?.close()).catch(() => undefined);
    }
  });

  async function inspectKnown(viewed: StorageView): Promise<T> {
    const { found, known } = viewed.schema;
    if (found > known && !acceptNewer) throw new StorageTooNew(found, known);
    return await inspect(viewed);
  }
}

/** Resolving a name may take longer than any time limit of the driver. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new StorageUnavailable(new Error(`no answer in ${milliseconds / 1000} s`))),
    milliseconds,
  );
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

type Reason = StorageUnavailable | StorageTooNew | StorageAddressInvalid;

export class StorageNotOpened extends Error {
  override readonly name = 'StorageNotOpened';
  readonly advice: Advice;
  readonly givenBy: string | undefined;
  readonly reason: Reason;

  constructor(advice: Advice, givenBy: string | undefined, { cause }: { readonly cause: Reason }) {
    super(`${advice.address} could not be opened`, { cause });
    this.advice = advice;
    this.givenBy = givenBy;
    this.reason = cause;
  }
}
