import type { Account } from '../../storage/records/accounts.ts';

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
