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

/** Driven by hand: each sleep is seen, and ends when the test lets it go by. */
export class PausedClock implements Clock {
  #now = 0;
  readonly #sleeps: { readonly milliseconds: number; readonly end: () => void }[] = [];
  #isAsleep = Promise.withResolvers<void>();

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    signal?.addEventListener('abort', () => resolve());
    this.#sleeps.push({ milliseconds, end: resolve });
    this.#isAsleep.resolve();
    return promise;
  }

  /** Time goes by while something is done. */
  spend(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Waits for the next so many sleeps, lets them go by, and returns how long they were. */
  async nextSleeps(count: number): Promise<number[]> {
    const slept: number[] = [];
    while (slept.length < count) {
      await this.#isAsleep.promise;
      this.#isAsleep = Promise.withResolvers();
      const [sleep] = this.#sleeps.splice(0);
      if (sleep === undefined) throw new Error('nothing sleeps');
      this.spend(sleep.milliseconds);
      sleep.end();
      slept.push(sleep.milliseconds);
    }
    return slept;
  }
}
