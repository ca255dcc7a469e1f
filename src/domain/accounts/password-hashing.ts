/** Hashes and verifies passwords in a bounded queue, and makes every verification take the same time. */
import { DomainError } from '../domain-error.ts';
import { hashPassword, needsRehash, readStoredHash, spendRemainder, verifyPassword } from './password-hash.ts';

const THREADS_LEFT_FREE = 2;
const MAX_WAITING = 64;
const RETRY_AFTER_SECONDS = 2;

/** Hashing shares Node's thread pool with token signing, which waited 243 ms behind four hashes of cost 12 (measured). */
export function hashesAtOnce(threadPoolSize: number): number {
  return Math.max(1, threadPoolSize - THREADS_LEFT_FREE);
}

export class HashingQueue {
  readonly #atOnce: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor({ atOnce, maxWaiting = MAX_WAITING }: { readonly atOnce: number; readonly maxWaiting?: number }) {
    this.#atOnce = atOnce;
    this.#maxWaiting = maxWaiting;
  }

  /** Throws `hashing_busy` when too many wait already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnce) this.#running += 1;
    else await this.#wait();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // The next in line takes over this slot, so that no newcomer gets ahead of it.
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.#maxWaiting) {
      throw new DomainError('hashing_busy', { retryAfterSeconds: RETRY_AFTER_SECONDS });
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** A missing or unreadable hash is wrong, and takes as long as a wrong password. */
  verify(password: string, stored: string | undefined): Promise<PasswordVerdict>;
}

export interface PasswordVerdict {
  readonly isRight: boolean;
  /** True for a right password that is stored in an older form. */
  readonly needsRehash: boolean;
}

export function createPasswordHasher(queue: HashingQueue, cost: number): PasswordHasher {
  return {
    hash: (password) => queue.run(() => hashPassword(password, cost)),
    verify: (password, stored) =>
      queue.run(async () => {
        const known = stored === undefined ? undefined : readStoredHash(stored);
        const isRight = known !== undefined && (await verifyPassword(password, known));
        // A cheaper, imported hash must not answer sooner than an unknown account, nor a disabled account at another time.
        await spendRemainder(password, cost, known?.cost);
        return { isRight, needsRehash: isRight && needsRehash(known, cost) };
      }),
  };
}
