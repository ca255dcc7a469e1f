/** Whether two records are found by the same values, whatever an engine makes of order and absence. */
import type { StoredRecord } from './records.ts';

type Lookups = NonNullable<StoredRecord['lookups']>;

/** A list has no order, names each value once, and an empty one is as good as none. */
function normalForm(lookups: Lookups): string {
  const entries = Object.entries(lookups)
    .map(([name, value]) => [name, typeof value === 'string' ? value : [...new Set(value)].sort()] as const)
    .filter(([, value]) => typeof value === 'string' || value.length > 0)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify(entries);
}

export function haveSameLookups(one: Lookups = {}, other: Lookups = {}): boolean {
  return normalForm(one) === normalForm(other);
}
