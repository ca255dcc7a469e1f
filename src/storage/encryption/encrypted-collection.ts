/** One collection of records whose payloads are JSON values above and ciphertext below. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { Collection, IndexOf } from '../collections.ts';
import type { ConsumeOutcome, FoundRecord, Page, Records, StoredRecord } from '../driver.ts';
import { retryOnConflict } from '../retry.ts';
import type { KeyRing } from './key-ring.ts';

export interface Decrypted<T> {
  readonly id: string;
  readonly value: T;
  readonly version: number;
  readonly consumedAt?: number;
  readonly expiresAt?: number;
}

export interface Write<T> {
  /** As stored: a bearer value is hashed by `storedId`, and what could be guessed by `KeyedHash`. */
  readonly id: string;
  readonly value: T;
  readonly indexes?: StoredRecord['indexes'] | undefined;
  readonly expiresAt?: number | undefined;
}

export interface PageOf<T> {
  readonly items: readonly T[];
  /** Where the next page starts; null at the end. */
  readonly next: string | null;
}

/** The id of a record that is found by a bearer value, or by ids of ours. The hash has no key: only for what cannot be guessed. */
export function storedId(collection: Collection, value: string): string {
  return createHash('sha256').update(`${collection}\0${value}`).digest('base64url');
}

/** Binds a value to its row: moved to another row or collection it does not decrypt. */
export function encryptionContext(collection: Collection, id: string): string {
  return `${collection}\0${id}`;
}

export function parseJson({ buffer, byteOffset, byteLength }: Uint8Array): unknown {
  // A view, not a copy.
  return JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString());
}

export interface CollectionDeps {
  readonly records: Records;
  readonly ring: KeyRing;
  readonly clock: Clock;
}

export class EncryptedCollection<T, C extends Collection> {
  readonly #records: Records;
  readonly #ring: KeyRing;
  readonly #clock: Clock;
  readonly #name: C;

  constructor({ records, ring, clock }: CollectionDeps, name: C) {
    this.#records = records;
    this.#ring = ring;
    this.#clock = clock;
    this.#name = name;
  }

  insert(write: Write<T>): Promise<boolean> {
    return this.#records.insert(this.#name, this.#encrypt(write));
  }

  put(write: Write<T>): Promise<void> {
    return this.#records.put(this.#name, this.#encrypt(write));
  }

  async get(id: string): Promise<Decrypted<T> | undefined> {
    const found = await this.#records.get(this.#name, id);
    return found && this.#decrypt(found);
  }

  replace(write: Write<T>, expectedVersion: number): Promise<boolean> {
    return this.#records.replace(this.#name, this.#encrypt(write), expectedVersion);
  }

  /** The value as written; undefined when nothing was there, or `change` returned undefined: then nothing is written. */
  compareAndSet(id: string, change: (current: T) => Write<T> | undefined): Promise<T | undefined> {
    return this.insertOrSet(id, (current) => (current === undefined ? undefined : change(current)));
  }

  /** The same, and what is not there yet is made. `change` may be asked several times. */
  async insertOrSet(id: string, change: (current: T | undefined) => Write<T> | undefined): Promise<T | undefined> {
    const { written } = await retryOnConflict(
      async () => {
        const current = await this.get(id);
        const next = change(current?.value);
        if (next === undefined) return { written: undefined };
        const isWritten = current === undefined ? await this.insert(next) : await this.replace(next, current.version);
        return isWritten ? { written: next.value } : undefined;
      },
      { clock: this.#clock },
    );
    return written;
  }

  /** `kept` takes the place of the value: what need not outlive its use. */
  consume(id: string, kept?: T): Promise<ConsumeOutcome> {
    return this.#records.consume(this.#name, id, kept && this.#encrypt({ id, value: kept }).payload);
  }

  remove(id: string): Promise<boolean> {
    return this.#records.remove(this.#name, id);
  }

  /** By compare-and-remove: false when nothing was there, or something that is not meant. */
  removeIf(id: string, isMeant: (value: T) => boolean): Promise<boolean> {
    return retryOnConflict(
      async () => {
        const current = await this.get(id);
        if (current === undefined || !isMeant(current.value)) return false;
        // Undefined is another attempt.
        return (await this.#records.removeVersion(this.#name, id, current.version)) || undefined;
      },
      { clock: this.#clock },
    );
  }

  async findBy(index: IndexOf<C>, value: string, page: Page): Promise<readonly Decrypted<T>[]> {
    return (await this.#records.findBy(this.#name, index, value, page)).map((record) => this.#decrypt(record));
  }

  removeBy(index: IndexOf<C>, value: string): Promise<number> {
    return this.#records.removeBy(this.#name, index, value);
  }

  async list({ limit, ...start }: Page): Promise<PageOf<T>> {
    // One more than was asked for shows whether there is a next page.
    const found = await this.#records.list(this.#name, { ...start, limit: limit + 1 });
    const shown = found.slice(0, limit);
    return {
      items: shown.map((record) => this.#decrypt(record).value),
      next: found.length > shown.length ? (shown.at(-1)?.id ?? null) : null,
    };
  }

  #encrypt({ id, value, indexes, expiresAt }: Write<T>): StoredRecord {
    return {
      id,
      payload: this.#ring.encrypt(Buffer.from(JSON.stringify(value)), encryptionContext(this.#name, id)),
      ...(indexes !== undefined && { indexes }),
      ...(expiresAt !== undefined && { expiresAt }),
    };
  }

  #decrypt({ id, payload, version, consumedAt, expiresAt }: FoundRecord): Decrypted<T> {
    return {
      id,
      value: parseJson(this.#ring.decrypt(payload, encryptionContext(this.#name, id))) as T,
      version,
      ...(consumedAt !== undefined && { consumedAt }),
      ...(expiresAt !== undefined && { expiresAt }),
    };
  }
}
