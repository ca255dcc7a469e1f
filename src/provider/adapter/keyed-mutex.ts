import type { Clock } from '../../ports/clock.ts';

/** Runs work under one key one after another, and beside work under other keys. */
export class KeyedMutex {
  readonly #clock: Clock;
  readonly #waitAtMostMs: number;
  readonly #last = new Map<string, Promise<unknown>>();

  /** `waitAtMostMs`: after this time work begins even if the work before it has not ended. */
  constructor(clock: Clock, waitAtMostMs: number) {
    this.#clock = clock;
    this.#waitAtMostMs = waitAtMostMs;
  }

  isTaken(key: string): boolean {
    return this.#last.has(key);
  }

  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const mine = before === undefined ? work() : this.#endOf(before).then(work);
    this.#last.set(key, mine);
    const forget = (): void => {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    };
    mine.then(forget, forget);
    return mine;
  }

  /** Resolves when the other has ended, whether or not it failed. */
  #endOf(other: Promise<unknown>): Promise<void> {
    const ended = new AbortController();
    const end = (): void => ended.abort();
    other.then(end, end);
    return this.#clock.sleep(this.#waitAtMostMs, ended.signal);
  }
}
