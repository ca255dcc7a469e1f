/** Finds the account that an administrator means: by id, e-mail address or login name. */
import { Refusal } from '../../src/domain/refusal.ts';
import type { Account, AccountStore } from '../../src/ports/accounts.ts';

export const accountArgument = '<account>';
export const accountArgumentHelp = 'id, e-mail address or login name';

export async function findAccount(text: string, { accounts }: { accounts: AccountStore }): Promise<Account> {
  const account = (await accounts.get(text)) ?? (await accounts.findByIdentifier(text));
  if (account === undefined) throw new Refusal('account_unknown');
  return account;
}
