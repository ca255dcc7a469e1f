/** What a driver must do: keep opaque records, one atomic write at a time. */
import type { Collection, IndexOf } from './collections.ts';

export interface StoredRecord {
  /** Primary key. Bearer values arrive here hashed. */
  readonly id: string;
  /** Opaque bytes: encrypted by the ring above. */
  readonly payload: Uint8Array;
  /** Values of the indexes declared in `collections`; a driver never derives them from the payload. */
  readonly indexes?: Readonly<Record<string, string | readonly string[]>>;
  /** Milliseconds since the epoch after which no read returns the record; absent: it stays. */
  readonly expiresAt?: number;
}

export interface FoundRecord extends StoredRecord {
  /** Starts at 1, grows by one with every `put` and `replace`. */
  readonly version: number;
  /** When it was consumed, in milliseconds since the epoch. */
  readonly consumedAt?: number;
  /** Of a counter: how far it has counted. */
  readonly count?: number;
}

export type ConsumeOutcome = 'consumed' | 'already_consumed' | 'absent';

export interface Page {
  /** Only records whose id sorts after this one. */
  readonly after?: string;
  /** At most this many. */
  readonly limit: number;
}

/**
 * Every method is one atomic operation on one record (removals by index excepted: each record goes atomically).
 * Reads never return what has expired, whether or not it has been purged. A database that cannot be
 * reached is `StorageUnavailable`; a write that was acknowledged survives a crash.
 */
export interface Records {
  /** Reserves an id: true for exactly one of many callers. An expired record of that id is replaced. */
  insert(collection: Collection, record: StoredRecord): Promise<boolean>;
  /** Creates the record or replaces payload, indexes and expiry; a consumed record stays consumed. */
  put(collection: Collection, record: StoredRecord): Promise<void>;
  get(collection: Collection, id: string): Promise<FoundRecord | undefined>;
  /** Compare-and-set: replaces a live record only while it has this version; a consumed record stays consumed. */
  replace(collection: Collection, record: StoredRecord, expectedVersion: number): Promise<boolean>;
  /** Marks a live record consumed, in the same write with another payload if one is given: `consumed` for exactly one of many callers. */
  consume(collection: Collection, id: string, payload?: Uint8Array): Promise<ConsumeOutcome>;
  /** True when a live record was there. */
  remove(collection: Collection, id: string): Promise<boolean>;
  /** Compare-and-remove: only while it has this version. */
  removeVersion(collection: Collection, id: string, expectedVersion: number): Promise<boolean>;
  /** Records with this value under an index, ordered by id. */
  findBy<C extends Collection>(
    collection: C,
    index: IndexOf<C>,
    value: string,
    page: Page,
  ): Promise<readonly FoundRecord[]>;
  /** Removes them all and returns how many there were. */
  removeBy<C extends Collection>(collection: C, index: IndexOf<C>, value: string): Promise<number>;
  /** All live records of a collection, ordered by id. */
  list(collection: Collection, page: Page): Promise<readonly FoundRecord[]>;
  /** Adds to a counter and returns the new value; one that has expired starts again from nothing. `expiresAt` is set when it starts and then stays. */
  increment(collection: 'counters', id: string, by: number, expiresAt: number): Promise<number>;
  /** The counter's value; 0 when it never started or has expired. */
  count(collection: 'counters', id: string): Promise<number>;
  /** The database deletes by itself what has expired: `purge` need not be called. */
  readonly deletesExpired?: boolean;
  /** Deletes at most `limit` expired records, of one collection or of each, in short writes; returns how many went. */
  purge(limit: number, collection?: Collection): Promise<number>;
  /** Resolves when the database responds, else throws `StorageUnavailable`. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Numbers of the steps that made the schema. */
export interface SchemaVersions {
  /** What the database had when it was opened; 0 when it was empty. */
  readonly found: number;
  /** What it has now: opening applies the steps that are missing. */
  readonly current: number;
  /** The last step that this version of Latchkey knows. */
  readonly known: number;
}

export interface Maintenance {
  readonly schema: SchemaVersions;
  /** How many records there are, expired ones included; may be an estimate. */
  size(collection: Collection): Promise<number>;
  /**
   * Replaces the payload of a live record while it is still `from`, and changes nothing else. Both hold the same value,
   * encrypted under two keys, so the version stays: a compare-and-set that is under way must not fail because of it.
   */
  exchangePayload(collection: Collection, id: string, from: Uint8Array, to: Uint8Array): Promise<boolean>;
  /**
   * Writes records as another database had them, with version, consumption and count, over any of the same ids.
   * Each record is written atomically, all of them together are not.
   */
  restore(collection: Collection, records: readonly FoundRecord[]): Promise<void>;
  /** What is wrong with the files and indexes of the database, in words; empty when nothing is. */
  faults(): Promise<readonly string[]>;
}

/** An open database in which nothing is changed, not even its schema. */
export interface StorageView extends Pick<Records, 'get' | 'close'> {
  readonly schema: Pick<SchemaVersions, 'found' | 'known'>;
}

/** A driver as the adapters open it. */
export type StorageDriver = Records & Maintenance;

export class StorageUnavailable extends Error {
  override readonly name: string = 'StorageUnavailable';
  readonly code = 'storage_unavailable';
  // oidc-provider and Koa read these two: they turn the error into a 503 instead of a 500.
  readonly status = 503;
  readonly statusCode = 503;
  readonly expose = false;

  constructor(cause?: unknown) {
    super('the database cannot be reached', { cause });
  }

  /** For the log: what kind of failure it was. Not the driver's own text, which may quote addresses. */
  get reason(): string {
    const { cause } = this;
    if (!(cause instanceof Error)) return 'unknown';
    if ('code' in cause) return `${cause.name} ${cause.code}`;
    return cause.name === 'Error' ? cause.message : cause.name;
  }
}

/** The files of the database were removed or replaced while it was open. Until they are back, only a restart helps. */
export class StorageReplaced extends StorageUnavailable {
  override readonly name = 'StorageReplaced';

  constructor() {
    super(new Error('its files were removed or replaced while it was open'));
  }
}

/** It answers, but does not accept the `credentials`, or the user does not have the `rights`. */
export class StorageAccessDenied extends StorageUnavailable {
  readonly deniedReason: 'credentials' | 'rights';

  constructor(deniedReason: 'credentials' | 'rights', { cause }: ErrorOptions) {
    super(cause);
    this.deniedReason = deniedReason;
  }
}

export class StorageTooNew extends Error {
  override readonly name = 'StorageTooNew';
  readonly code = 'storage_too_new';
  readonly foundVersion: number;
  readonly knownVersion: number;

  constructor(foundVersion: number, knownVersion: number) {
    super(`the database has schema version ${foundVersion}, this version of Latchkey knows ${knownVersion}`);
    this.foundVersion = foundVersion;
    this.knownVersion = knownVersion;
  }
}

export class StorageAddressInvalid extends TypeError {
  override readonly name = 'StorageAddressInvalid';
  readonly code = 'storage_address_invalid';
}
