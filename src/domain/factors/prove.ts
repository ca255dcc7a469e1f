/**
 * Proving a second factor by a typed code. A guess is paid for like a password, before it is checked; which code was accepted is
 * written by one compare-and-set, so that it is accepted once, however many ask.
 */
import type { Clock } from '../../ports/clock.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { AccountFactors, FactorStore } from '../../storage/factors/factors.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
import type { NoteEvent } from '../events/security-events.ts';
import type { Device } from '../throttle/known-devices.ts';
import type { Reservation, SignInBudgets } from '../throttle/sign-in-budgets.ts';
import { recoveryCodeHash } from './recovery-codes.ts';
import { stepOfCode } from './totp.ts';

export type CodeKind = 'app' | 'recovery_code';

export interface TypedCode {
  readonly account: Account;
  readonly kind: CodeKind;
  readonly typed: string;
  /** The IP address that the request came from. */
  readonly address: string;
  readonly device: Device | undefined;
}

export interface ProveDeps {
  readonly factors: Pick<FactorStore, 'change'>;
  readonly throttle: Pick<SignInBudgets, 'reserve' | 'giveBack'>;
  readonly keyedHash: KeyedHash;
  readonly clock: Pick<Clock, 'now'>;
  readonly note: NoteEvent;
}

function withAppUsed(factors: AccountFactors, typed: string, now: number): AccountFactors | undefined {
  for (const app of factors.apps) {
    const step = stepOfCode(app.secret, typed, now);
    // RFC 6238 5.2: once. Those before it are used up too, else a code that was looked over a shoulder would still be good.
    if (step === undefined || step <= app.lastStep) continue;
    const used = { ...app, lastStep: step, lastUsedAt: now };
    return { ...factors, apps: factors.apps.map((each) => (each.id === app.id ? used : each)) };
  }
  return undefined;
}

function withRecoveryCodeUsed(factors: AccountFactors, hash: string): AccountFactors | undefined {
  const left = factors.recoveryCodes.filter((each) => each !== hash);
  return left.length === factors.recoveryCodes.length ? undefined : { ...factors, recoveryCodes: left };
}

export interface AcceptedCode {
  /** What was reserved and given back, for whoever completes a sign-in. */
  readonly reservation: Reservation;
  /** `changedAt` of the factors that it was one of. */
  readonly factorsAt: number;
}

/** Throws `code_wrong`, or `too_many_attempts` where nothing is left to guess with. */
export async function acceptCode(
  { account, kind, typed, address, device }: TypedCode,
  { factors, throttle, keyedHash, clock }: Omit<ProveDeps, 'note'>,
): Promise<AcceptedCode> {
  const reservation = await throttle.reserve({ login: account.email, account, address, device });
  const hash = kind === 'recovery_code' ? recoveryCodeHash(account.id, typed, keyedHash) : '';
  const changed = await factors.change(account.id, (current) =>
    kind === 'app' ? withAppUsed(current, typed, clock.now()) : withRecoveryCodeUsed(current, hash),
  );
  if (changed === undefined) throw new DomainError('code_wrong');
  await throttle.giveBack(reservation);
  return { reservation, factorsAt: changed.changedAt };
}

/** The same inside of a sign-in, whose failures are noted as those of a password are. */
export async function proveByCode(code: TypedCode, { note, ...deps }: ProveDeps): Promise<Reservation> {
  const accountId = code.account.id;
  try {
    return (await acceptCode(code, deps)).reservation;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.code === 'too_many_attempts') note('sign_in.throttled', 'too_many_attempts', { accountId });
    if (error.code === 'code_wrong')
      note('sign_in.failed', code.kind === 'app' ? 'wrong_code' : 'wrong_recovery_code', { accountId });
    throw error;
  }
}
