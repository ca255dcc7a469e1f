import type { Clock } from '../../ports/clock.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
import type { NoteEvent, ReasonOf } from '../events/security-events.ts';
import type { HashingCaller } from '../passwords/hashing-queue.ts';
import { checkPasswordLimit } from '../passwords/password-policy.ts';
import type { Device } from '../throttle/known-devices.ts';
import { type Reservation, type SignInBudgets, signingIn } from '../throttle/sign-in-budgets.ts';
import type { PasswordHasher, PasswordVerdict } from './password-hashing.ts';
import { hasExpired, isBarred } from './usable.ts';

export interface Credentials {
  /** E-mail address or username, as typed. */
  readonly login: string;
  readonly password: string;
  /** The IP address that the request came from. */
  readonly address: string;
  /** What the browser keeps of earlier sign-ins. */
  readonly device?: Device | undefined;
}

export interface Authenticated {
  readonly account: Account;
  /** What was reserved for the guess, and given back: for whoever completes the sign-in. */
  readonly reservation: Reservation;
}

interface Deps {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly throttle: SignInBudgets;
  readonly clock: Pick<Clock, 'now'>;
  readonly note: NoteEvent;
}

/** Of an unknown account the event has a keyed reference to what was typed. */
function whose({ login }: Credentials, account: Account | undefined) {
  return account === undefined ? { typedLogin: login } : { accountId: account.id };
}

/** For those who read the events: users are told one thing in all cases. */
function noteFailure(credentials: Credentials, account: Account | undefined, { note, clock }: Deps): void {
  note('sign_in.failed', failureOf(account, clock.now()), whose(credentials, account));
}

function failureOf(account: Account | undefined, now: number): ReasonOf<'sign_in.failed'> {
  if (account === undefined) return 'unknown_account';
  if (account.isDisabled) return 'account_disabled';
  return hasExpired(account, now) ? 'account_expired' : 'wrong_password';
}

function noteUnchecked(credentials: Credentials, account: Account | undefined, error: unknown, { note }: Deps): void {
  if (!(error instanceof DomainError)) return;
  const subject = whose(credentials, account);
  if (error.code === 'too_many_attempts') note('sign_in.throttled', 'too_many_attempts', subject);
  if (error.code === 'hashing_busy') note('sign_in.failed', 'busy', subject);
}

/**
 * Every failure of a password that could be one is the same `login_failed`, whether the account is unknown, disabled, has expired
 * or has another password. That it waits for approval is told to who knows its password, and to nobody else.
 */
export async function authenticate(credentials: Credentials, deps: Deps): Promise<Authenticated> {
  const { login, password, address, device } = credentials;
  // Before anything is looked up or counted: this error reveals nothing about any account.
  checkPasswordLimit(password);
  const account = await deps.accounts.findByIdentifier(login);
  let reservation: Reservation;
  let verdict: PasswordVerdict;
  try {
    reservation = await deps.throttle.reserve({ login, account, address, device });
    // Verified in any case: no account, no password and a disabled account take as long as a wrong password.
    verdict = await verify(password, account, reservation, deps);
  } catch (error) {
    noteUnchecked(credentials, account, error, deps);
    throw error;
  }
  if (account === undefined || isBarred(account, deps.clock.now()) || !verdict.isRight) {
    noteFailure(credentials, account, deps);
    throw new DomainError('login_failed');
  }
  if (account.awaitsApproval) {
    // Nothing was guessed; and nobody signed in, so that device and network stay strangers.
    await deps.throttle.giveBack(reservation);
    deps.note('sign_in.failed', 'awaits_approval', { accountId: account.id });
    throw new DomainError('awaits_approval');
  }
  // A right guess costs nothing.
  await deps.throttle.giveBack(reservation);
  if (verdict.needsRehash) await rehash(account, { password, caller: signingIn(reservation) }, deps);
  return { account, reservation };
}

async function verify(
  password: string,
  account: Account | undefined,
  reservation: Reservation,
  { hasher, throttle }: Deps,
): Promise<PasswordVerdict> {
  try {
    return await hasher.verify(password, account?.passwordHash, signingIn(reservation));
  } catch (error) {
    // Nothing was checked, so nothing was guessed.
    await throttle.giveBack(reservation);
    throw error;
  }
}

async function rehash(
  { id, passwordHash }: Account,
  { password, caller }: { readonly password: string; readonly caller: HashingCaller },
  { accounts, hasher }: Deps,
): Promise<void> {
  try {
    const renewed = await hasher.hash(password, caller);
    // A password that was set since the verification stays.
    await accounts.update(id, (current) =>
      current.passwordHash === passwordHash ? { ...current, passwordHash: renewed } : current,
    );
  } catch (error) {
    // Left to the next sign-in: a right password must not fail because hashing is busy.
    if (!(error instanceof DomainError && error.code === 'hashing_busy')) throw error;
  }
}
