/** Counts under which key of the ring each stored value is sealed. */
import type { Collection } from '../ports/collections.ts';
import { recordPages } from '../ports/record-pages.ts';
import type { Records } from '../ports/records.ts';
import type { KeyRing } from './key-ring.ts';

const PAGE = 500;

export interface SealedUnder {
  readonly values: number;
  /** When the last of them expires, in milliseconds since the epoch; absent: one of them never does. */
  readonly until?: number;
}

/** By position on the ring; what no key of the ring has sealed is at -1. */
export type SealTally = ReadonlyMap<number, SealedUnder>;

const longer = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : Math.max(one, other);

function plus(before: SealedUnder | undefined, { values, until }: SealedUnder): SealedUnder {
  const latest = before === undefined ? until : longer(before.until, until);
  return { values: (before?.values ?? 0) + values, ...(latest !== undefined && { until: latest }) };
}

export async function tallySeals(
  records: Records,
  ring: KeyRing,
  collections: readonly Collection[],
): Promise<SealTally> {
  const tally = new Map<number, SealedUnder>();
  for (const collection of collections) {
    for await (const page of recordPages(records, collection, PAGE)) {
      for (const { payload, expiresAt } of page) {
        // An empty payload holds nothing to seal: the record's being there says it all.
        if (payload.byteLength === 0) continue;
        const position = ring.positionOf(payload) ?? -1;
        const value = { values: 1, ...(expiresAt !== undefined && { until: expiresAt }) };
        tally.set(position, plus(tally.get(position), value));
      }
    }
  }
  return tally;
}

export function joinTallies(...tallies: readonly SealTally[]): SealTally {
  const joined = new Map<number, SealedUnder>();
  for (const [position, under] of tallies.flatMap((tally) => [...tally])) {
    joined.set(position, plus(joined.get(position), under));
  }
  return joined;
}
