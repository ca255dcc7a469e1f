/** Lets a disabled account sign in again; what was ended when it was disabled stays ended. */
import type { Account, AccountStore } from '../../ports/accounts.ts';
import type { Clock } from '../../ports/clock.ts';
import { Refusal } from '../refusal.ts';

export async function enableAccount(
  accountId: string,
  { accounts, clock }: { accounts: AccountStore; clock: Clock },
): Promise<Account> {
  const enabled = await accounts.update(accountId, (account) => ({
    ...account,
    isDisabled: false,
    updatedAt: clock.now(),
  }));
  if (enabled === undefined) throw new Refusal('account_unknown');
  return enabled;
}
