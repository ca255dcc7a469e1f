import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
import type { SignInBudgets } from '../throttle/sign-in-budgets.ts';
import type { PasswordHasher } from './password-hashing.ts';

export interface Credentials {
  /** E-mail address or username, as typed. */
  readonly login: string;
  readonly password: string;
  /** The IP address that the request came from. */
  readonly address: string;
}

interface Deps {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly throttle: SignInBudgets;
}

/** Every failure is the same `login_failed`, whether the account is unknown, disabled or has another password. */
export async function authenticate({ login, password, address }: Credentials, deps: Deps): Promise<Account> {
  return deps.throttle.attempt({ login, address }, async () => {
    const account = await deps.accounts.findByIdentifier(login);
    // Verified in any case: no account, no password and a disabled account take as long as a wrong password.
    const { isRight, needsRehash } = await deps.hasher.verify(password, account?.passwordHash);
    if (account === undefined || account.isDisabled || !isRight) throw new DomainError('login_failed');
    if (needsRehash) await rehash(account, password, deps);
    return account;
  });
}

async function rehash({ id, passwordHash }: Account, password: string, { accounts, hasher }: Deps): Promise<void> {
  try {
    const renewed = await hasher.hash(password);
    // A password that was set since the verification stays.
    await accounts.update(id, (current) =>
      current.passwordHash === passwordHash ? { ...current, passwordHash: renewed } : current,
    );
  } catch (error) {
    // Left to the next sign-in: a right password must not fail because hashing is busy.
    if (!(error instanceof DomainError && error.code === 'hashing_busy')) throw error;
  }
}
