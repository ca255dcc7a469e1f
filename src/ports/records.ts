/** What a storage engine must do: keep opaque records, one atomic write at a time. */
import type { Collection, LookupOf } from './collections.ts';

export interface StoredRecord {
  /** Primary key. What is a bearer value arrives here as its hash. */
  readonly id: string;
  /** Opaque bytes: sealed by the ring above. */
  readonly payload: Uint8Array;
  /** Values of the lookups declared in `collections`; an engine never derives them from the payload. */
  readonly lookups?: Readonly<Record<string, string | readonly string[]>>;
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
 * Every method is one atomic operation on one record (removals by lookup excepted: each record goes atomically).
 * Reads never return what has expired, whether or not a purge has been round. A database that cannot be
 * reached is `StorageUnavailable`; a write that was acknowledged survives a crash.
 */
export interface Records {
  /** Claims an id: true for exactly one of many callers. An expired record of that id is replaced. */
  insert(collection: Collection, record: StoredRecord): Promise<boolean>;
  /** Creates the record or replaces payload, lookups and expiry; a consumed record stays consumed. */
  put(collection: Collection, record: StoredRecord): Promise<void>;
  get(collection: Collection, id: string): Promise<FoundRecord | undefined>;
  /** Compare-and-set: replaces a live record only while it has this version; a consumed record stays consumed. */
  replace(collection: Collection, record: StoredRecord, expectedVersion: number): Promise<boolean>;
  /** Marks a live record consumed: `consumed` for exactly one of many callers. */
  consume(collection: Collection, id: string): Promise<ConsumeOutcome>;
  /** True when a live record was there. */
  remove(collection: Collection, id: string): Promise<boolean>;
  /** Compare-and-remove: only while it has this version. */
  removeVersion(collection: Collection, id: string, expectedVersion: number): Promise<boolean>;
  /** Records with this value under a lookup, ordered by id. */
  findBy<C extends Collection>(
    collection: C,
    lookup: LookupOf<C>,
    value: string,
    page: Page,
  ): Promise<readonly FoundRecord[]>;
  /** Removes them all and says how many. */
  removeBy<C extends Collection>(collection: C, lookup: LookupOf<C>, value: string): Promise<number>;
  /** All live records of a collection, ordered by id. */
  list(collection: Collection, page: Page): Promise<readonly FoundRecord[]>;
  /** Adds to a counter and returns the new value; one that has expired starts again from nothing. `expiresAt` is set when it starts and then stays. */
  increment(collection: 'counters', id: string, by: number, expiresAt: number): Promise<number>;
  /** The counter's value; 0 when it never started or has expired. */
  count(collection: 'counters', id: string): Promise<number>;
  /** The database deletes by itself what has expired: nobody need call `purge`. */
  readonly deletesExpired?: boolean;
  /** Deletes at most `limit` expired records, of one collection or of each, in short writes; says how many went. */
  purge(limit: number, collection?: Collection): Promise<number>;
  /** Answers when the database does, else throws `StorageUnavailable`. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
