import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
import type { EventSubject, NoteEvent } from '../events/security-events.ts';
import type { Device } from '../throttle/known-devices.ts';
import type { Reservation, SignInBudgets } from '../throttle/sign-in-budgets.ts';
import type { PasswordHasher, PasswordVerdict } from './password-hashing.ts';

export interface Credentials {
  /** E-mail address or username, as typed. */
  readonly login: string;
  readonly password: string;
  /** The IP address that the request came from. */
  readonly address: string;
  /** What the browser keeps of earlier sign-ins. */
  readonly device?: Device | undefined;
}

interface Deps {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly throttle: SignInBudgets;
  readonly note: NoteEvent;
}

/** What was typed leaves as a keyed reference only, and only where there is no such account. */
function subjectOf({ login }: Credentials, account: Account | undefined): EventSubject {
  return account === undefined ? { typedLogin: login } : { accountId: account.id };
}

/** For those who read the events: users are told one thing in all cases. */
function reasonOf(account: Account | undefined): 'unknown_account' | 'account_disabled' | 'wrong_password' {
  if (account === undefined) return 'unknown_account';
  return account.isDisabled ? 'account_disabled' : 'wrong_password';
}

function noteUnchecked(error: unknown, subject: EventSubject, { note }: Deps): void {
  if (!(error instanceof DomainError)) return;
  if (error.code === 'too_many_attempts') note('sign_in.throttled', 'too_many_attempts', subject);
  if (error.code === 'hashing_busy') note('sign_in.failed', 'busy', subject);
}

/** Every failure is the same `login_failed`, whether the account is unknown, disabled or has another password. */
export async function authenticate(credentials: Credentials, deps: Deps): Promise<Account> {
  const { login, password } = credentials;
  const account = await deps.accounts.findByIdentifier(login);
  const subject = subjectOf(credentials, account);
  try {
    const { needsRehash } = await check(credentials, account, deps);
    if (account === undefined) throw new DomainError('login_failed');
    if (needsRehash) await rehash(account, password, deps);
    deps.note('sign_in.succeeded', 'password', subject);
    return account;
  } catch (error) {
    noteUnchecked(error, subject, deps);
    throw error;
  }
}

/** Throws unless this account may sign in with this password. */
async function check(credentials: Credentials, account: Account | undefined, deps: Deps): Promise<PasswordVerdict> {
  const { throttle, note } = deps;
  const { login, password, address, device } = credentials;
  const reservation = await throttle.reserve({ login, accountId: account?.id, address, device });
  // Verified in any case: no account, no password and a disabled account take as long as a wrong password.
  const verdict = await verify(password, account, reservation, deps);
  if (account === undefined || account.isDisabled || !verdict.isRight) {
    note('sign_in.failed', reasonOf(account), subjectOf(credentials, account));
    throw new DomainError('login_failed');
  }
  await throttle.succeed(reservation, account.id);
  return verdict;
}

async function verify(
  password: string,
  account: Account | undefined,
  reservation: Reservation,
  { hasher, throttle }: Deps,
): Promise<PasswordVerdict> {
  const { ranges, isKnown } = reservation;
  try {
    return await hasher.verify(password, account?.passwordHash, { address: ranges.address, isKnown });
  } catch (error) {
    // Nothing was checked, so nothing was guessed.
    await throttle.giveBack(reservation);
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
