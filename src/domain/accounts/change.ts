import type { Clock } from '../../ports/clock.ts';
import type { GrantStore } from '../../storage/issued/grants.ts';
import type { SessionStore } from '../../storage/issued/sessions.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
import type { PasswordHasher } from './password-hashing.ts';
import { checkPassword } from './password-policy.ts';

interface Deps {
  readonly accounts: AccountStore;
  readonly clock: Clock;
}

async function update(accountId: string, changes: Partial<Account>, { accounts, clock }: Deps): Promise<Account> {
  const now = clock.now();
  const updated = await accounts.update(accountId, (account) => ({ ...account, ...changes, updatedAt: now }));
  if (updated === undefined) throw new DomainError('account_unknown');
  return updated;
}

export async function setPassword(
  { accountId, password }: { readonly accountId: string; readonly password: string },
  deps: Deps & { readonly hasher: PasswordHasher },
): Promise<Account> {
  const account = await deps.accounts.get(accountId);
  if (account === undefined) throw new DomainError('account_unknown');
  checkPassword(password, account);
  return update(accountId, { passwordHash: await deps.hasher.hash(password) }, deps);
}

interface DisablingDeps extends Deps {
  readonly sessions: Pick<SessionStore, 'destroyForAccount'>;
  readonly grants: Pick<GrantStore, 'destroyAllOf'>;
}

/** Disabling an account again ends what a crash left behind. */
export async function disableAccount(accountId: string, deps: DisablingDeps): Promise<Account> {
  // Disabled first, so that nothing new begins while sessions and grants are ended.
  const disabled = await update(accountId, { isDisabled: true, sessionsEndedAt: deps.clock.now() }, deps);
  await deps.sessions.destroyForAccount(accountId);
  await deps.grants.destroyAllOf({ accountId });
  return disabled;
}

export function enableAccount(accountId: string, deps: Deps): Promise<Account> {
  return update(accountId, { isDisabled: false }, deps);
}
