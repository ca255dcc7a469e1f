/** Deleting an account: by an administrator, or by its owner at /account. */
import type { FactorStore } from '../../storage/factors/factors.ts';
import type { LinkStore } from '../../storage/mail/links.ts';
import type { MailStore } from '../../storage/mail/mails.ts';
import type { Account } from '../../storage/records/accounts.ts';
import { canonicalIdentifier } from '../../storage/records/canonical-identifier.ts';
import type { ClientStore } from '../../storage/records/clients.ts';
import type { ConsentStore } from '../../storage/records/consents.ts';
import type { EventStore } from '../../storage/records/events.ts';
import { DomainError } from '../domain-error.ts';
import { finishAct } from '../events/begun-acts.ts';
import type { ReasonOf } from '../events/security-events.ts';
import { type MailOrder, mailNotice, type Outbox } from '../mail/outbox.ts';
import { type Ended, type EndingDeps, endAllForGood } from './change.ts';
import { checkProof, type Proof } from './usable.ts';

export interface DeletionDeps extends EndingDeps {
  readonly clients: Pick<ClientStore, 'listOwnedBy' | 'update'>;
  readonly consents: Pick<ConsentStore, 'removeForAccount'>;
  readonly events: Pick<EventStore, 'removeForAccount'>;
  readonly factors: Pick<FactorStore, 'removeAllOf'>;
  readonly links: Pick<LinkStore, 'endAllOf' | 'endNoticesOf' | 'remove'>;
  readonly mails: Pick<MailStore, 'removeWhere'>;
  readonly outbox: Pick<Outbox, 'enqueue'>;
}

/**
 * For the beginning of a closing: what ended the proof before has won. Changes nothing, so that a closing which fails later can be
 * repeated.
 */
export async function beginClosing(
  accountId: string,
  proof: Proof,
  { accounts, clock }: Pick<DeletionDeps, 'accounts' | 'clock'>,
): Promise<void> {
  const current = await accounts.update(accountId, (account) => {
    checkProof(account, proof, clock.now());
    return account;
  });
  if (current === undefined) throw new DomainError('signed_out');
}

export interface EndedWithAccount extends Ended {
  /** How many clients belonged to it: they go on, and to nobody. */
  readonly clients: number;
}

interface Deleted {
  readonly ended: EndedWithAccount;
  /** Whether there was anything. */
  readonly isAny: boolean;
}

/** What is found by its addresses alone: links by which it was invited or registered, and mails that wait to be sent. */
async function forgetAddresses({ email, pendingEmail }: Account, { links, mails }: DeletionDeps): Promise<void> {
  const addresses = [email, ...(pendingEmail === undefined ? [] : [pendingEmail.address])].map(canonicalIdentifier);
  for (const address of addresses) {
    for (const purpose of ['confirm_registration', 'accept_invitation'] as const) await links.remove(purpose, address);
  }
  await mails.removeWhere((order) =>
    addresses.includes(canonicalIdentifier((order as MailOrder | undefined)?.to ?? '')),
  );
}

export interface Deletion {
  readonly reason?: ReasonOf<'account.deleted'>;
  /** For the address that the account had, by default that it was deleted. Absent: nobody is told. */
  readonly notice?: Pick<MailOrder, 'language'> & Partial<Pick<MailOrder, 'text'>>;
}

async function tell({ email }: Account, notice: Deletion['notice'], deps: DeletionDeps): Promise<void> {
  if (notice === undefined) return;
  const { text = 'account_deleted', language } = notice;
  await mailNotice({ text, to: email, language }, deps);
}

const CLIENTS_AT_ONCE = 50;

/** Apps with people of their own, who did not leave: an administrator removes them, or gives them to somebody. */
async function releaseClients(accountId: string, { clients }: Pick<DeletionDeps, 'clients'>): Promise<number> {
  for (let released = 0; ; ) {
    const owned = await clients.listOwnedBy(accountId, CLIENTS_AT_ONCE);
    if (owned.length === 0) return released;
    for (const { id } of owned) await clients.update(id, ({ owner: _gone, ...client }) => client);
    released += owned.length;
  }
}

/** What is found by its id. */
async function deleteRest(accountId: string, deps: DeletionDeps): Promise<Deleted> {
  const ended = { ...(await endAllForGood(accountId, deps)), clients: await releaseClients(accountId, deps) };
  const kept = [await deps.consents.removeForAccount(accountId), await deps.events.removeForAccount(accountId)];
  const hadFactors = await deps.factors.removeAllOf(accountId);
  return { ended, isAny: hadFactors || [...Object.values(ended), ...kept].some((count) => count > 0) };
}

/**
 * For good, and at once. A failure or a crash leaves no account that its owner can neither use nor close:
 * 1. what is found by its addresses goes, while the account is as it was, so that whoever wanted this can repeat it;
 * 2. the account goes, with e-mail address and username, which are free again. From here on nothing of it is of use to anybody;
 * 3. the rest goes by its id, of which the same call finishes what was left.
 */
export async function deleteAccount(
  accountId: string,
  deps: DeletionDeps,
  deletion: Deletion = {},
): Promise<EndedWithAccount> {
  const { reason = 'administrator', notice } = deletion;
  const noteAct = (detail = {}) => deps.note?.('account.deleted', reason, { accountId, ...detail });
  const account = await deps.accounts.get(accountId);
  if (account !== undefined) await forgetAddresses(account, deps);
  const wasThere = await deps.accounts.remove(accountId);
  if (account !== undefined) {
    return finishAct(async () => {
      await tell(account, notice, deps);
      return (await deleteRest(accountId, deps)).ended;
    }, noteAct);
  }
  const { ended, isAny } = await deleteRest(accountId, deps);
  if (!isAny && !wasThere) throw new DomainError('account_unknown');
  noteAct();
  return ended;
}
