/** Password hashing as the rest of the domain sees it: in its turn, at the installation's cost, taking the same time. */
import type { HashingQueue } from './hashing-queue.ts';
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
