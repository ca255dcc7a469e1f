/** One collection of records whose payloads are JSON values above and ciphertext below. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { Collection, IndexOf } from '../collections.ts';
import {
  type ConsumeOutcome,
  type FoundRecord,
  type Page,
  type Records,
  StorageUnavailable,
  type StoredRecord,
} from '../driver.ts';
import type { KeyRing } from './key-ring.ts';

export interface Decrypted<T> {
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
  readonly indexes?: StoredRecord['indexes'] | undefined;
  readonly expiresAt?: number | undefined;
}

export interface EncryptedCollection<T, C extends Collection> {
  insert(write: Write<T>): Promise<boolean>;
  put(write: Write<T>): Promise<void>;
  get(id: string): Promise<Decrypted<T> | undefined>;
  replace(write: Write<T>, expectedVersion: number): Promise<boolean>;
  consume(id: string): Promise<ConsumeOutcome>;
  remove(id: string): Promise<boolean>;
  removeVersion(id: string, expectedVersion: number): Promise<boolean>;
  findBy(index: IndexOf<C>, value: string, page: Page): Promise<readonly Decrypted<T>[]>;
  removeBy(index: IndexOf<C>, value: string): Promise<number>;
  list(page: Page): Promise<readonly Decrypted<T>[]>;
}

/** What a bearer value is stored as: it has 256 random bits, so an unkeyed hash is enough. */
export function bearerHash(collection: Collection, value: string): string {
  return createHash('sha256').update(`${collection}\0${value}`).digest('base64url');
}

/** The place a encrypted value belongs to; a value moved to another row or collection does not open. */
export function encryptionContext(collection: Collection, id: string): string {
  return `${collection}\0${id}`;
}

/** What was encrypted as JSON text; the bytes are read where they lie. */
export function jsonOf({ buffer, byteOffset, byteLength }: Uint8Array): unknown {
  return JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString());
}

export function encryptedCollection<T, C extends Collection>(
  records: Records,
  ring: KeyRing,
  collection: C,
): EncryptedCollection<T, C> {
  const close = ({ id, value, indexes, expiresAt }: Write<T>): StoredRecord => ({
    id,
    payload: ring.encrypt(Buffer.from(JSON.stringify(value)), encryptionContext(collection, id)),
    ...(indexes !== undefined && { indexes }),
    ...(expiresAt !== undefined && { expiresAt }),
  });
  const open = (record: FoundRecord): Decrypted<T> => ({
    id: record.id,
    value: jsonOf(ring.decrypt(record.payload, encryptionContext(collection, record.id))) as T,
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
    removeBy: (index, value) => records.removeBy(collection, index, value),
    async get(id) {
      const found = await records.get(collection, id);
      return found && open(found);
    },
    findBy: async (index, value, page) => (await records.findBy(collection, index, value, page)).map(open),
    list: async (page) => (await records.list(collection, page)).map(open),
  };
}

// Every lost round was somebody else's gain: so many losses in a row mean that the database is overrun.
const MAX_ROUNDS = 100;

const LONGEST_PAUSE_MS = 25;

/** Repeats an attempt until it returns something; undefined means that another writer came first. */
export async function retryOnConflict<T>(
  attempt: () => Promise<T | undefined>,
  { clock }: { readonly clock: Clock },
): Promise<T> {
  for (let done = 0; done < MAX_ROUNDS; done += 1) {
    // Random and growing, so that callers who collided do not collide in step.
    if (done > 0) await clock.sleep(Math.random() * Math.min(done, LONGEST_PAUSE_MS));
    const outcome = await attempt();
    if (outcome !== undefined) return outcome;
  }
  throw new StorageUnavailable(new Error(`other writers came first ${MAX_ROUNDS} times in a row`));
}

/** The value as written, or undefined when nothing was there to change. */
export async function compareAndSet<T, C extends Collection>(
  collection: EncryptedCollection<T, C>,
  id: string,
  change: (current: Decrypted<T>) => Write<T>,
): Promise<T | undefined> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const current = await collection.get(id);
    if (current === undefined) return undefined;
    const next = change(current);
    if (await collection.replace(next, current.version)) return next.value;
  }
  throw new StorageUnavailable(new Error(`lost ${MAX_ROUNDS} compare-and-set rounds in a row`));
}

export interface ValuePage<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export async function pageOf<T, C extends Collection>(
  collection: EncryptedCollection<T, C>,
  page: Page,
): Promise<ValuePage<T>> {
  // One more than asked for tells whether there is a next page.
  const found = await collection.list({ ...page, limit: page.limit + 1 });
  const shown = found.slice(0, page.limit);
  return {
    items: shown.map(({ value }) => value),
    next: found.length > shown.length ? (shown.at(-1)?.id ?? null) : null,
  };
}
