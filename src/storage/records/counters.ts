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
    const { records, clock } = this.#deps;
    return records.increment('counters', this.#idOf(key), 1, clock.now() + windowSeconds * 1000);
  }

  read(key: string): Promise<number> {
    return this.#deps.records.count('counters', this.#idOf(key));
  }

  async reset(key: string): Promise<void> {
    await this.#deps.records.remove('counters', this.#idOf(key));
  }

  #idOf(key: string): string {
    return this.#deps.keyedHash.hash('counter', key);
  }
}
