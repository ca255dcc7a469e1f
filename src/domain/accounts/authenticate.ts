import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
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
}

/** Every failure is the same `login_failed`, whether the account is unknown, disabled or has another password. */
export async function authenticate({ login, password, address, device }: Credentials, deps: Deps): Promise<Account> {
  const { accounts, throttle } = deps;
  const account = await accounts.findByIdentifier(login);
  const reservation = await throttle.reserve({ login, accountId: account?.id, address, device });
  // Verified in any case: no account, no password and a disabled account take as long as a wrong password.
  const { isRight, needsRehash } = await verify(password, account, reservation, deps);
  if (account === undefined || account.isDisabled || !isRight) throw new DomainError('login_failed');
  await throttle.succeed(reservation, account.id);
  if (needsRehash) await rehash(account, password, deps);
  return account;
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
