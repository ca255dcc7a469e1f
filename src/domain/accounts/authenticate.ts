import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
import type { NoteEvent } from '../events/security-events.ts';
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
  readonly note: NoteEvent;
}

/** For those who read the events: users are told one thing in all cases. */
function noteFailure({ login }: Credentials, account: Account | undefined, { note }: Deps): void {
  if (account === undefined) note('sign_in.failed', 'unknown_account', { typedLogin: login });
  else note('sign_in.failed', account.isDisabled ? 'account_disabled' : 'wrong_password', { accountId: account.id });
}

/** Nothing was looked up, so the account is not known. */
function noteUnchecked({ login }: Credentials, error: unknown, { note }: Deps): void {
  if (!(error instanceof DomainError)) return;
  if (error.code === 'too_many_attempts') note('sign_in.throttled', 'too_many_attempts', { typedLogin: login });
  if (error.code === 'hashing_busy') note('sign_in.failed', 'busy', { typedLogin: login });
}

/** Every failure is the same `login_failed`, whether the account is unknown, disabled or has another password. */
export async function authenticate(credentials: Credentials, deps: Deps): Promise<Account> {
  const { login, password, address } = credentials;
  try {
    return await deps.throttle.attempt({ login, address }, async () => {
      const account = await deps.accounts.findByIdentifier(login);
      // Verified in any case: no account, no password and a disabled account take as long as a wrong password.
      const { isRight, needsRehash } = await deps.hasher.verify(password, account?.passwordHash);
      if (account === undefined || account.isDisabled || !isRight) {
        noteFailure(credentials, account, deps);
        throw new DomainError('login_failed');
      }
      if (needsRehash) await rehash(account, password, deps);
      deps.note('sign_in.succeeded', 'password', { accountId: account.id });
      return account;
    });
  } catch (error) {
    noteUnchecked(credentials, error, deps);
    throw error;
  }
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
