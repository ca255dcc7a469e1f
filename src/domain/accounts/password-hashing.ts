/** Hashes and verifies passwords, and makes every verification take the same time. */
import type { HashCosts } from '../../storage/records/hash-costs.ts';
import type { HashingCaller, HashingQueue } from '../passwords/hashing-queue.ts';
import { hashPassword, isImported, needsRehash, readStoredHash, verifyPassword } from '../passwords/password-hash.ts';
import { checkPasswordLimit } from '../passwords/password-policy.ts';

/** Neither takes a password beyond the limit: no door has to remember it. */
export interface PasswordHasher {
  /** `caller` wherever somebody sends it to the provider: absent for the administrator's command alone. */
  hash(password: string, caller?: HashingCaller): Promise<string>;
  /** A missing or unreadable hash is wrong, and takes as long as a wrong password. */
  verify(password: string, stored: string | undefined, caller?: HashingCaller): Promise<PasswordVerdict>;
}

export interface PasswordVerdict {
  readonly isRight: boolean;
  /** True for a right password that is stored in an older form. */
  readonly needsRehash: boolean;
}

export interface PasswordHasherDeps {
  readonly queue: HashingQueue;
  /** Of new hashes. */
  readonly cost: number;
  readonly costs: Pick<HashCosts, 'costliest' | 'hasImported' | 'raiseTo'>;
}

export function createPasswordHasher({ queue, cost, costs }: PasswordHasherDeps): PasswordHasher {
  return {
    async hash(password, caller) {
      checkPasswordLimit(password);
      // First, so that no account is ever told by a hash that is costlier than what all others take.
      await costs.raiseTo(cost);
      return queue.run(() => hashPassword(password, cost), caller);
    },

    async verify(password, stored, caller) {
      checkPasswordLimit(password);
      const known = stored === undefined ? undefined : readStoredHash(stored);
      // It was stored by somebody who did not say so: from now on everybody takes as long.
      if (known !== undefined) await costs.raiseTo(known.cost, isImported(known));
      const effort = { cost: Math.max(cost, await costs.costliest()), hasImported: await costs.hasImported() };
      return queue.run(async () => {
        // A cheaper hash must not answer sooner than a costlier one or an unknown account, nor a disabled account at another time.
        const isRight = await verifyPassword(password, known, effort);
        return { isRight, needsRehash: isRight && known !== undefined && needsRehash(known, cost) };
      }, caller);
    },
  };
}
