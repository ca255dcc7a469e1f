/** Approving or rejecting an account that somebody registered while ACCOUNT_REGISTRATION was "approval". */
import type { Clock } from '../../ports/clock.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { type DeletionDeps, deleteAccount, type EndedWithAccount } from '../accounts/deletion.ts';
import { hasExpired } from '../accounts/usable.ts';
import { DomainError } from '../domain-error.ts';
import { type ActDeps, finishAct } from '../events/begun-acts.ts';
import { ACCOUNT_PATH } from '../links/links.ts';
import { mailLanguageOf } from '../mail/language.ts';
import { mailNotice, type Outbox } from '../mail/outbox.ts';

export interface ApprovalDeps extends ActDeps {
  readonly accounts: Pick<AccountStore, 'update'>;
  readonly clock: Clock;
  readonly outbox: Pick<Outbox, 'enqueue'>;
  readonly issuer: string;
}

/** Decided and written in one call, so that of an approval and a rejection at once one counts. */
async function decide(
  accountId: string,
  decision: (account: Account) => Account,
  { accounts, clock }: Pick<ApprovalDeps, 'accounts' | 'clock'>,
): Promise<Account> {
  let isWaiting = false;
  const decided = await accounts.update(accountId, (account) => {
    isWaiting = account.awaitsApproval === true;
    return isWaiting ? { ...decision(account), updatedAt: clock.now() } : account;
  });
  if (decided === undefined) throw new DomainError('account_unknown');
  if (!isWaiting) throw new DomainError('account_not_waiting');
  return decided;
}

function approved(account: Account, now: number): Account {
  if (account.isDisabled)
    throw new DomainError('account_not_waiting', {
      reason: 'This account is disabled: "account enable" first, or "account reject" again if that was interrupted.',
    });
  // Its owner would be told that they can sign in.
  if (hasExpired(account, now))
    throw new DomainError('account_not_waiting', {
      reason: 'This account has expired: "account update --expires" or "--no-expires" first, or "account reject".',
    });
  const { awaitsApproval: _awaitsApproval, ...approved } = account;
  return approved;
}

export async function approveAccount(accountId: string, deps: ApprovalDeps): Promise<Account> {
  const account = await decide(accountId, (current) => approved(current, deps.clock.now()), deps);
  deps.note?.('account.approved', 'administrator', { accountId });
  const link = `${deps.issuer}${ACCOUNT_PATH}`;
  await mailNotice({ text: 'approved', to: account.email, language: mailLanguageOf(account), link }, deps);
  return account;
}

/** Erases the account as `deleteAccount` does. Disabled first: from there on no approval counts, and it can be said again. */
export async function rejectAccount(
  accountId: string,
  deps: Pick<ApprovalDeps, 'note'> & DeletionDeps,
): Promise<EndedWithAccount> {
  const { note, ...unnoted } = deps;
  const account = await decide(accountId, (current) => ({ ...current, isDisabled: true }), deps);
  return finishAct(
    () => deleteAccount(accountId, unnoted, { notice: { text: 'rejected', language: mailLanguageOf(account) } }),
    (detail) => note?.('account.rejected', 'administrator', { accountId, ...detail }),
  );
}
