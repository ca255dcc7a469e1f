/** A password hasher that is quick enough for tests. */
import { createPasswordHasher, HashingQueue, type PasswordHasher } from '../../src/domain/accounts/password-hashing.ts';

/** The lowest cost that bcrypt knows. */
export const TEST_COST = 4;

export function quickHasher(cost: number = TEST_COST): PasswordHasher {
  return createPasswordHasher(new HashingQueue({ atOnce: 2 }), cost);
}
