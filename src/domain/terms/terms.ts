/** The terms that everybody accepts who signs in, in their current version (TERMS_URL, TERMS_VERSION). */
import type { AcceptedTerms, Account, AccountStore } from '../../storage/records/accounts.ts';
import type { ActDeps } from '../events/begun-acts.ts';

/** `version` is the current one; undefined where there are no terms. Any other that was accepted does not count. */
export function hasToAccept({ acceptedTerms }: Pick<Account, 'acceptedTerms'>, version: string | undefined): boolean {
  return version !== undefined && acceptedTerms?.version !== version;
}

interface Deps extends ActDeps {
  readonly accounts: Pick<AccountStore, 'update'>;
}

/** The time of the first acceptance stays. An account that is gone accepts nothing. */
export async function acceptTerms(accountId: string, accepted: AcceptedTerms, { accounts, note }: Deps): Promise<void> {
  let isNew = false;
  const updated = await accounts.update(accountId, (account) => {
    isNew = hasToAccept(account, accepted.version);
    return isNew ? { ...account, acceptedTerms: accepted } : account;
  });
  if (updated !== undefined && isNew) note?.('terms.accepted', 'user', { accountId, detail: accepted.version });
}
