import type { Account } from '../../storage/records/accounts.ts';

/** Whether it may sign in, and what it holds may be used. `now` in milliseconds since the epoch. */
export function isUsable(account: Pick<Account, 'isDisabled' | 'expiresAt' | 'awaitsApproval'>, now: number): boolean {
  const { isDisabled, expiresAt = Infinity, awaitsApproval = false } = account;
  return !isDisabled && !awaitsApproval && now < expiresAt;
}
