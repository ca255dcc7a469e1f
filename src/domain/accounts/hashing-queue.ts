/** Runs few password hashes at once and lets few wait: hashing and token signing share one thread pool. */
import { Refusal } from '../refusal.ts';

const THREADS_LEFT_FREE = 2;
const RETRY_AFTER_SECONDS = 2;

export interface HashingQueue {
  /** Runs the work in its turn; refuses it when too many wait already. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** How many hashes may run at once beside signing (measured: ES256 waits 243 ms behind four cost-12 hashes). */
export function hashesAtOnce(threadPoolSize: number): number {
  return Math.max(1, threadPoolSize - THREADS_LEFT_FREE);
}

export function createHashingQueue({
  atOnce,
  maxWaiting = 64,
}: {
  readonly atOnce: number;
  readonly maxWaiting?: number;
}): HashingQueue {
  const waiting: (() => void)[] = [];
  let running = 0;

  function startNext(): void {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    // The slot goes straight to the next in line, so that nobody can slip in between.
    else next();
  }

  return {
    async run(work) {
      if (running < atOnce) {
        running += 1;
      } else {
        if (waiting.length >= maxWaiting) throw new Refusal('hashing_busy', { retryAfterSeconds: RETRY_AFTER_SECONDS });
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      }
      try {
        return await work();
      } finally {
        startNext();
      }
    },
  };
}
