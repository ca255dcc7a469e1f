/** What moving, resealing and checking a database asks of its storage engine beside `Records`: no request ever does. */
import type { Collection } from './collections.ts';
import type { FoundRecord, Records } from './records.ts';

/** Numbers of the steps that made the schema. */
export interface SchemaVersions {
  /** What the database had when it was opened; 0 when it was empty. */
  readonly found: number;
  /** What it has now: opening applies the steps that are missing. */
  readonly current: number;
  /** The last step that this version of Latchkey knows. */
  readonly known: number;
}

export interface Upkeep {
  readonly schema: SchemaVersions;
  /** How many records there are, expired ones included; may be an estimate. */
  size(collection: Collection): Promise<number>;
  /**
   * Puts another payload in place of this very one, and changes nothing else of a live record. What the payload means
   * is the same as before, so the version stays: nobody who compares versions must take this for a change.
   */
  exchangePayload(collection: Collection, id: string, from: Uint8Array, to: Uint8Array): Promise<boolean>;
  /**
   * Writes records as another database had them, over whatever has their ids: with version, consumption and count.
   * Each record is written atomically, all of them together are not.
   */
  restore(collection: Collection, records: readonly FoundRecord[]): Promise<void>;
  /** What the engine finds wrong with its own files and indexes, in words; empty when nothing is. */
  faults(): Promise<readonly string[]>;
}

/** A storage engine as the adapters open it. */
export type StorageEngine = Records & Upkeep;
