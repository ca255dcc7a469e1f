/** Counts under the keyed hash of a key: addresses and login names are not to be guessed from a dump. */
import type { Clock } from '../ports/clock.ts';
import type { Counters } from '../ports/counters.ts';
import type { KeyedHash } from '../ports/keyed-hash.ts';
import type { Records } from '../ports/records.ts';

export function createCounters(records: Records, keyedHash: KeyedHash, clock: Clock): Counters {
  const idOf = (key: string): string => keyedHash.hash('counter', key);
  return {
    add: (key, windowSeconds) => records.increment('counters', idOf(key), 1, clock.now() + windowSeconds * 1000),
    read: (key) => records.count('counters', idOf(key)),
    async reset(key) {
      await records.remove('counters', idOf(key));
    },
  };
}
