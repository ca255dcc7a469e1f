/** Password hashing as the rest of the domain sees it: in its turn, at the installation's cost, taking the same time. */

import { DomainError } from '../domain-error.ts';
import { hashPassword, needsRehash, readStoredHash, spendRemainder, verifyPassword } from './password-hash.ts';

export interface PasswordVerdict {
  readonly isRight: boolean;
  /** True when it was right, but stored in an older form: store it anew. */
  readonly needsRehash: boolean;
}

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Absent or unreadable stored forms are wrong, and take as long to be so. */
  verify(password: string, stored: string | undefined): Promise<PasswordVerdict>;
}

export function createPasswordHasher({
  queue,
  cost,
}: {
  readonly queue: HashingQueue;
  readonly cost: number;
}): PasswordHasher {
  return {
    hash: (password) => queue.run(() => hashPassword(password, cost)),
    verify: (password, stored) =>
      queue.run(async () => {
        const known = stored === undefined ? undefined : readStoredHash(stored);
        const isRight = known !== undefined && (await verifyPassword(password, known));
        // A cheaper, imported hash must not answer sooner than no account at all, nor a disabled one sooner or later.
        await spendRemainder(password, cost, known?.cost);
        return { isRight, needsRehash: isRight && needsRehash(known, cost) };
      }),
  };
}

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
        if (waiting.length >= maxWaiting)
          throw new DomainError('hashing_busy', { retryAfterSeconds: RETRY_AFTER_SECONDS });
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
