import { isUsable } from '../../domain/accounts/usable.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import type { Step } from './step.ts';

/** Whose session this browser has, as far as it may still be used: whoever else signs in takes its place. */
export async function currentAccount(
  { interaction: { session, prompt } }: Step,
  { accounts, clock }: { readonly accounts: Pick<AccountStore, 'get'>; readonly clock: Clock },
): Promise<Account | undefined> {
  if (session === undefined || prompt.reasons.includes('account_missing')) return undefined;
  const account = await accounts.get(session.accountId);
  return account !== undefined && isUsable(account, clock.now()) ? account : undefined;
}
