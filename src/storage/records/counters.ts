/** Counts events in a window of time, by a key that is never stored readable. */
import type { Clock } from '../../ports/clock.ts';
import type { Records } from '../driver.ts';
import type { KeyedHash } from '../encryption/keyed-hash.ts';

export interface Counters {
  /** Adds one and returns the count so far; the window starts with the first event and does not move. */
  add(key: string, windowSeconds: number): Promise<number>;
  read(key: string): Promise<number>;
  reset(key: string): Promise<void>;
}

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
