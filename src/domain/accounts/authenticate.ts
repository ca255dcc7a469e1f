/** Checks username and password: the account, or one refusal for every reason why not. */
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
import type { SignInBudgets } from '../throttle/sign-in-budgets.ts';
import type { PasswordHasher } from './password-hashing.ts';

export interface Credentials {
  /** E-mail address or username, as typed. */
  readonly login: string;
  readonly password: string;
  /** Where the request came from. */
  readonly address: string;
}

interface Deps {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly throttle: SignInBudgets;
}

export async function authenticate(
  { login, password, address }: Credentials,
  { accounts, hasher, throttle }: Deps,
): Promise<Account> {
  return throttle.attempt({ login, address }, async () => {
    const account = await accounts.findByIdentifier(login);
    // Verified in any case: no account, no password and a disabled account take as long as a wrong password.
    const verdict = await hasher.verify(password, account?.passwordHash);
    if (account === undefined || account.isDisabled || !verdict.isRight) throw new DomainError('login_failed');
    if (verdict.needsRehash) await rehash(account, password, { accounts, hasher });
    return account;
  });
}

async function rehash(
  { id, passwordHash }: Account,
  password: string,
  { accounts, hasher }: Pick<Deps, 'accounts' | 'hasher'>,
): Promise<void> {
  try {
    const renewed = await hasher.hash(password);
    // Only while it is the hash that was verified: a password set meanwhile stays.
    await accounts.update(id, (current) =>
      current.passwordHash === passwordHash ? { ...current, passwordHash: renewed } : current,
    );
  } catch (error) {
    // The next sign-in will do: a right password must not fail because hashing is busy.
    if (!(error instanceof DomainError && error.code === 'hashing_busy')) throw error;
  }
}
