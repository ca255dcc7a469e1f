/** Gives an account a new password. */

import type { Clock } from '../../ports/clock.ts';
import type { GrantStore } from '../../storage/issued/grants.ts';
import type { SessionStore } from '../../storage/issued/sessions.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
import type { PasswordHasher } from './password-hashing.ts';
import { checkPassword } from './password-policy.ts';

export async function setPassword(
  { accountId, password }: { readonly accountId: string; readonly password: string },
  { accounts, hasher, clock }: { accounts: AccountStore; hasher: PasswordHasher; clock: Clock },
): Promise<Account> {
  const account = await accounts.get(accountId);
  if (account === undefined) throw new DomainError('account_unknown');
  checkPassword(password, account);
  // Hashed before the change: a change may run more than once.
  const passwordHash = await hasher.hash(password);
  const changed = await accounts.update(accountId, (current) => ({
    ...current,
    passwordHash,
    updatedAt: clock.now(),
  }));
  if (changed === undefined) throw new DomainError('account_unknown');
  return changed;
}

export async function disableAccount(
  accountId: string,
  {
    accounts,
    sessions,
    grants,
    clock,
  }: {
    accounts: AccountStore;
    sessions: Pick<SessionStore, 'destroyForAccount'>;
    grants: Pick<GrantStore, 'destroyAllOf'>;
    clock: Clock;
  },
): Promise<Account> {
  // First, so that nothing new begins while the rest is ended. Done twice it ends what a crash left behind.
  const disabled = await accounts.update(accountId, (account) => ({
    ...account,
    isDisabled: true,
    sessionsEndedAt: clock.now(),
    updatedAt: clock.now(),
  }));
  if (disabled === undefined) throw new DomainError('account_unknown');
  await sessions.destroyForAccount(accountId);
  await grants.destroyAllOf({ accountId });
  return disabled;
}

export async function enableAccount(
  accountId: string,
  { accounts, clock }: { accounts: AccountStore; clock: Clock },
): Promise<Account> {
  const enabled = await accounts.update(accountId, (account) => ({
    ...account,
    isDisabled: false,
    updatedAt: clock.now(),
  }));
  if (enabled === undefined) throw new DomainError('account_unknown');
  return enabled;
}
