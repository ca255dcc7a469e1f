/** The time of a purge job, in a test's hands: every pause is seen, and ends when the test says so. */
import { systemTiming, type Timing } from '../../src/purge-job.ts';

export class PurgeTiming implements Timing {
  readonly turnSeconds = 60;
  readonly restFactors = systemTiming.restFactors;
  #now = 0;
  readonly #pauses: { readonly milliseconds: number; readonly end: () => void }[] = [];
  #isAsked = Promise.withResolvers<void>();

  elapsed(): number {
    return this.#now;
  }

  pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = (): void => {
      signal.removeEventListener('abort', end);
      resolve();
    };
    signal.addEventListener('abort', end);
    this.#pauses.push({ milliseconds, end });
    this.#isAsked.resolve();
    return promise;
  }

  /** Time goes by while something is done. */
  spend(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Waits until the job pauses, lets the pause go by, and says how long it was. */
  async nextPause(): Promise<number> {
    await this.#isAsked.promise;
    this.#isAsked = Promise.withResolvers();
    const [pause] = this.#pauses.splice(0);
    if (pause === undefined) throw new Error('nobody pauses');
    this.spend(pause.milliseconds);
    pause.end();
    return pause.milliseconds;
  }

  async nextPauses(count: number): Promise<number[]> {
    const pauses: number[] = [];
    for (let taken = 0; taken < count; taken += 1) pauses.push(await this.nextPause());
    return pauses;
  }
}
