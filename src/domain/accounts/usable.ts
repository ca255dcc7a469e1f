import type { Account } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
import { hasEnded } from './ended-sessions.ts';

/** `now` in milliseconds since the epoch, here and below. */
export function hasExpired({ expiresAt = Infinity }: Pick<Account, 'expiresAt'>, now: number): boolean {
  return now >= expiresAt;
}

/** An administrator has ended its use, at once or by a date. */
export function isBarred(account: Pick<Account, 'isDisabled' | 'expiresAt'>, now: number): boolean {
  return account.isDisabled || hasExpired(account, now);
}

/** Whether it may sign in, and what it holds may be used. */
export function isUsable(account: Pick<Account, 'isDisabled' | 'expiresAt' | 'awaitsApproval'>, now: number): boolean {
  return !isBarred(account, now) && !account.awaitsApproval;
}

export interface Proof {
  /** When they proved it: whole seconds since the epoch (OIDC Core 2, auth_time). */
  readonly authTime: number;
}

/**
 * A change by the person at /account is let in by a proof of who they are, and made a while later: a password is hashed in between.
 * So the proof is looked at again in the write itself: whatever ended it first has won. Throws `signed_out`.
 */
export function checkProof(account: Account, { authTime }: Proof, now: number): void {
  if (!isUsable(account, now) || hasEnded(account, authTime)) throw new DomainError('signed_out');
}
