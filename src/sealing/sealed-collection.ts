/** One collection of records whose payloads are JSON values above and ciphertext below. */
import { createHash } from 'node:crypto';
import type { Collection, LookupOf } from '../ports/collections.ts';
import type { ConsumeOutcome, FoundRecord, Page, Records, StoredRecord } from '../ports/records.ts';
import type { KeyRing } from './key-ring.ts';

export interface Opened<T> {
  readonly id: string;
  readonly value: T;
  readonly version: number;
  readonly consumedAt?: number;
  readonly expiresAt?: number;
}

export interface Write<T> {
  /** As stored: hash it first when it is a bearer value (`bearerHash`) or could be guessed (`KeyedHash`). */
  readonly id: string;
  readonly value: T;
  readonly lookups?: StoredRecord['lookups'] | undefined;
  readonly expiresAt?: number | undefined;
}

export interface SealedCollection<T, C extends Collection> {
  insert(write: Write<T>): Promise<boolean>;
  put(write: Write<T>): Promise<void>;
  get(id: string): Promise<Opened<T> | undefined>;
  replace(write: Write<T>, expectedVersion: number): Promise<boolean>;
  consume(id: string): Promise<ConsumeOutcome>;
  remove(id: string): Promise<boolean>;
  removeVersion(id: string, expectedVersion: number): Promise<boolean>;
  findBy(lookup: LookupOf<C>, value: string, page: Page): Promise<readonly Opened<T>[]>;
  removeBy(lookup: LookupOf<C>, value: string): Promise<number>;
  list(page: Page): Promise<readonly Opened<T>[]>;
}

/** What a bearer value is stored as: it has 256 random bits, so an unkeyed hash is enough. */
export function bearerHash(collection: Collection, value: string): string {
  return createHash('sha256').update(`${collection}\0${value}`).digest('base64url');
}

/** The place a sealed value belongs to; a value moved to another row or collection does not open. */
export function sealingContext(collection: Collection, id: string): string {
  return `${collection}\0${id}`;
}

/** What was sealed as JSON text; the bytes are read where they lie. */
export function jsonOf({ buffer, byteOffset, byteLength }: Uint8Array): unknown {
  return JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString());
}

export function sealedCollection<T, C extends Collection>(
  records: Records,
  ring: KeyRing,
  collection: C,
): SealedCollection<T, C> {
  const close = ({ id, value, lookups, expiresAt }: Write<T>): StoredRecord => ({
    id,
    payload: ring.seal(Buffer.from(JSON.stringify(value)), sealingContext(collection, id)),
    ...(lookups !== undefined && { lookups }),
    ...(expiresAt !== undefined && { expiresAt }),
  });
  const open = (record: FoundRecord): Opened<T> => ({
    id: record.id,
    value: jsonOf(ring.open(record.payload, sealingContext(collection, record.id))) as T,
    version: record.version,
    ...(record.consumedAt !== undefined && { consumedAt: record.consumedAt }),
    ...(record.expiresAt !== undefined && { expiresAt: record.expiresAt }),
  });
  return {
    insert: (write) => records.insert(collection, close(write)),
    put: (write) => records.put(collection, close(write)),
    replace: (write, expectedVersion) => records.replace(collection, close(write), expectedVersion),
    consume: (id) => records.consume(collection, id),
    remove: (id) => records.remove(collection, id),
    removeVersion: (id, expectedVersion) => records.removeVersion(collection, id, expectedVersion),
    removeBy: (lookup, value) => records.removeBy(collection, lookup, value),
    async get(id) {
      const found = await records.get(collection, id);
      return found && open(found);
    },
    findBy: async (lookup, value, page) => (await records.findBy(collection, lookup, value, page)).map(open),
    list: async (page) => (await records.list(collection, page)).map(open),
  };
}
