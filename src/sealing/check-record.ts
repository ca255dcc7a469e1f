/** What is said of one stored record that is checked, and what the checks have to go by. */
import type { Collection } from '../ports/collections.ts';
import type { KeyedHash } from '../ports/keyed-hash.ts';
import type { FoundRecord, Records } from '../ports/records.ts';
import type { KeyRing } from './key-ring.ts';
import { jsonOf, sealingContext } from './sealed-collection.ts';

export interface CheckWorld {
  readonly records: Records;
  readonly ring: KeyRing;
  readonly keyedHash: KeyedHash;
  /** Whether a grant is stored under this reference. */
  hasGrant(reference: string): Promise<boolean>;
}

export interface Verdict {
  readonly faults: readonly string[];
  /** Serves nobody any more, harms nobody either, and goes when it expires or is claimed again. */
  readonly isGarbage?: boolean;
}

export type Inspection = (record: FoundRecord, world: CheckWorld) => Promise<Verdict>;

/** Throws `CannotOpen`, or whatever shows that the value is not what its collection holds. */
export function openValue<T>(collection: Collection, { id, payload }: FoundRecord, ring: KeyRing): T {
  return jsonOf(ring.open(payload, sealingContext(collection, id))) as T;
}

/** The sentences whose condition is broken. */
export function faultsIn(broken: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.entries(broken).flatMap(([sentence, isBroken]) => (isBroken ? [sentence] : []));
}
