/** A clock that stands still until a test moves it. */
import { type Clock, systemClock } from '../../src/ports/clock.ts';

export class ManualClock implements Clock {
  #now: number;

  // Real time by default: a server that removes expired records by its own clock must not meet any too early.
  constructor(startsAt: number = Date.now()) {
    this.#now = startsAt;
  }

  now(): number {
    return this.#now;
  }

  /** Goes by in real time: what waits for somebody else's work must let it happen. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(milliseconds, signal);
  }

  /** Negative seconds move it back. */
  advance(seconds: number): void {
    this.#now += seconds * 1000;
  }
}
