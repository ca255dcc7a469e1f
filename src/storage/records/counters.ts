/** Counts events in a window of time, by a key that is never stored readable. */
import type { Clock } from '../../ports/clock.ts';
import type { Records } from '../driver.ts';
import type { KeyedHash } from '../encryption/keyed-hash.ts';

export interface CounterDeps {
  readonly records: Records;
  readonly keyedHash: KeyedHash;
  readonly clock: Clock;
}

export class Counters {
  readonly #deps: CounterDeps;

  constructor(deps: CounterDeps) {
    this.#deps = deps;
  }

  /** Adds one and returns the count so far; the window starts with the first event and does not move. */
  add(key: string, windowSeconds: number): Promise<number> {
    const { records, keyedHash, clock } = this.#deps;
    const id = keyedHash.hash('counter', key);
    return records.increment('counters', id, 1, clock.now() + windowSeconds * 1000);
  }
}
