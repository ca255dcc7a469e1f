/**
 * A change by the person at /account is let in by a proof of who they are, and made a while later: a password is hashed in between.
 * So the proof is looked at again in the write itself. Whatever ended it first has won.
 */
import type { Account } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
import { hasEnded } from './ended-sessions.ts';
import { isUsable } from './usable.ts';

export interface Proof {
  /** When they proved it: whole seconds since the epoch (OIDC Core 2, auth_time). */
  readonly authTime: number;
}

/** Throws `signed_out`. `now` in milliseconds since the epoch. */
export function checkProof(account: Account, { authTime }: Proof, now: number): void {
  if (!isUsable(account, now) || hasEnded(account, authTime)) throw new DomainError('signed_out');
}
