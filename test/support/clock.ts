/** A clock that stands still until a test moves it. */
import type { Clock } from '../../src/ports/clock.ts';

export class ManualClock implements Clock {
  #now: number;

  // Real time by default: a server that removes expired records by its own clock must not meet any too early.
  constructor(startsAt: number = Date.now()) {
    this.#now = startsAt;
  }

  now(): number {
    return this.#now;
  }

  /** Negative seconds move it back. */
  advance(seconds: number): void {
    this.#now += seconds * 1000;
  }
}
