/** Gives an account a new password. */
import type { Account, AccountStore } from '../../ports/accounts.ts';
import type { Clock } from '../../ports/clock.ts';
import { Refusal } from '../refusal.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { checkPassword } from './password-policy.ts';

export async function setPassword(
  { accountId, password }: { readonly accountId: string; readonly password: string },
  { accounts, hasher, clock }: { accounts: AccountStore; hasher: PasswordHasher; clock: Clock },
): Promise<Account> {
  const account = await accounts.get(accountId);
  if (account === undefined) throw new Refusal('account_unknown');
  checkPassword(password, account);
  // Hashed before the change: a change may run more than once.
  const passwordHash = await hasher.hash(password);
  const changed = await accounts.update(accountId, (current) => ({
    ...current,
    passwordHash,
    updatedAt: clock.now(),
  }));
  if (changed === undefined) throw new Refusal('account_unknown');
  return changed;
}
