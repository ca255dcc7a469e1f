/** Counts what happened, by a key that is never stored readable. */
import type { Clock } from '../../ports/clock.ts';
import type { Records } from '../driver.ts';
import type { KeyedHash } from '../encryption/keyed-hash.ts';

export interface CounterDeps {
  readonly records: Records;
  readonly keyedHash: KeyedHash;
  readonly clock: Clock;
}

/** At most so much in so long a time. */
export interface Allowance {
  readonly limit: number;
  readonly windowSeconds: number;
}

/** What was taken from an allowance, so that it can be given back. */
export interface Taken {
  readonly isAllowed: true;
  /** The counter that it was added to, and when that one ends. */
  readonly counter: string;
  readonly endsAt: number;
  readonly cost: number;
}

export interface Refused {
  readonly isAllowed: false;
  readonly retryAfterSeconds: number;
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

  /**
   * Takes from an allowance that refills continuously: what the present window of fixed length has counted, and of the
   * one before the share that still lies within one length from now. Two windows of any moment never hold more than
   * twice the limit together, so that a day of a daily limit passes less than two of it.
   *
   * Added first and looked at afterwards: callers at once get distinct counts, and no two are let through on one.
   */
  async take(key: string, allowance: Allowance, cost = 1): Promise<Taken | Refused> {
    const { records, clock } = this.#deps;
    const now = clock.now();
    const length = allowance.windowSeconds * 1000;
    const present = Math.floor(now / length);
    const [counter, previous] = [present, present - 1].map((window) => this.#idOf(`${key}\0${length}\0${window}`));
    if (counter === undefined || previous === undefined) throw new TypeError('a window has a counter');
    const endsAt = (present + 2) * length;
    const [before, counted] = await Promise.all([
      records.count('counters', previous),
      records.increment('counters', counter, cost, endsAt),
    ]);
    // A limit that was lowered must not shut anybody out for what passed under the old one.
    const window = { before: Math.min(before, allowance.limit), counted, passed: (now % length) / length };
    if (counted + window.before * (1 - window.passed) <= allowance.limit) {
      return { isAllowed: true, counter, endsAt, cost };
    }
    await records.increment('counters', counter, -cost, endsAt);
    return { isAllowed: false, retryAfterSeconds: secondsUntilFree(window, allowance, cost) };
  }

  /** For what was taken, and then not used. */
  async giveBack({ counter, endsAt, cost }: Taken): Promise<void> {
    // An ended counter would start again below nothing.
    if (endsAt <= this.#deps.clock.now()) return;
    await this.#deps.records.increment('counters', counter, -cost, endsAt);
  }

  #idOf(key: string): string {
    return this.#deps.keyedHash.hash('counter', key);
  }
}

interface WindowState {
  readonly before: number;
  /** With what was refused just now. */
  readonly counted: number;
  /** Which part of the present window lies behind, from 0 to 1. */
  readonly passed: number;
}

/** When the same would be let through, if nobody takes anything meanwhile. */
function secondsUntilFree(
  { before, counted, passed }: WindowState,
  { limit, windowSeconds }: Allowance,
  cost: number,
): number {
  // Others that are refused at this moment are in the count as well.
  const present = Math.min(counted - cost, limit);
  const left = limit - cost - present;
  // Within this window what is left of the one before must shrink; else this one must end, and then shrink.
  const shrunk = left >= 0 ? left / (before || 1) : Math.max(0, limit - cost) / (present || 1);
  const windows = (left >= 0 ? 1 : 2) - passed - Math.min(shrunk, 1);
  return Math.max(1, Math.ceil(windows * windowSeconds));
}
