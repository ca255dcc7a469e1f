/** A password hasher that is quick enough for tests. */

import { createPasswordHasher, type PasswordHasher } from '../../src/domain/accounts/password-hashing.ts';
import { HashingQueue } from '../../src/domain/passwords/hashing-queue.ts';
import type { HashCosts } from '../../src/storage/records/hash-costs.ts';

/** The lowest cost that bcrypt knows. */
export const TEST_COST = 4;

type Costs = Pick<HashCosts, 'costliest' | 'hasImported' | 'raiseTo'>;

/** Of a process that shares its database with no other. */
export function ownCosts(): Costs {
  let [costliest, hasImported] = [0, false];
  return {
    costliest: async () => costliest,
    hasImported: async () => hasImported,
    async raiseTo(cost, isImported = false) {
      hasImported ||= isImported;
      costliest = Math.max(costliest, cost);
    },
  };
}

export function quickHasher(cost: number = TEST_COST, costs: Costs = ownCosts()): PasswordHasher {
  return createPasswordHasher({ queue: new HashingQueue({ atOnce: 2 }), cost, costs });
}
