/**
 * Changing an e-mail address. The new one counts for nothing until the button of the link was pressed that is mailed there. The
 * address before is told at once and again at the end, so that whoever took an account over cannot do it unseen.
 */
import type { StoredLink } from '../../storage/mail/links.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
import type { ActDeps } from '../events/begun-acts.ts';
import { endsAtIssue, type LinkDeps, mailLink, outlivedEnd } from '../links/links.ts';
import type { Outbox } from '../mail/outbox.ts';
import { notify } from '../notices/notices.ts';
import { isAllowedDomain } from '../registration/registrant.ts';
import type { SignInBudgets } from '../throttle/sign-in-budgets.ts';
import { pendingEmailOf } from './claims.ts';
import { readEmailAddress } from './identifiers.ts';
import { checkProof, isUsable, type Proof } from './usable.ts';

export interface NewAddressDeps extends LinkDeps, ActDeps {
  readonly accounts: AccountStore;
  readonly outbox: Pick<Outbox, 'admit' | 'admitNewAddress' | 'enqueue'>;
  /** Nobody moves out of these domains by themselves; every domain when there is none. */
  readonly config: { readonly registrationDomains: readonly string[] };
}

function withoutPending({ pendingEmail: _pendingEmail, ...account }: Account): Account {
  return account;
}

export interface NewAddress {
  readonly account: Account;
  readonly proof: Proof;
  readonly typed: string;
  readonly language: string;
  /** Of the caller: it pays for the mail. */
  readonly address: string;
}

/**
 * One that another account has is treated as any other, by the same calls on storage: who asks does not learn it. Its owner is
 * told that they have an account, and the link is mailed to nobody. Where the mail is held back the account stays as it is, with
 * the address that it waits for and its link. Returns the address as it was read; throws `too_many_attempts`,
 * `email_changed_often` and `signed_out`.
 */
export async function requestNewAddress(
  { account, proof, typed, language, address }: NewAddress,
  deps: NewAddressDeps & { readonly throttle: Pick<SignInBudgets, 'payForLink'> },
): Promise<string> {
  const { accounts, outbox, throttle, clock, config, note } = deps;
  const email = readEmailAddress(typed);
  if (email === account.email) throw new DomainError('email_unchanged');
  if (!isAllowedDomain(email, config.registrationDomains)) throw new DomainError('domain_not_allowed');
  await throttle.payForLink(address);
  await outbox.admitNewAddress(account.id);
  const owner = await accounts.findByIdentifier(email);
  const isTaken = owner !== undefined && owner.id !== account.id;
  const record = async ({ expiresAt }: StoredLink, isAdmitted: boolean) => {
    if (!isAdmitted) return;
    const pendingEmail = { address: email, until: expiresAt };
    const changed = await accounts.update(account.id, (current) => {
      checkProof(current, proof, clock.now());
      return { ...current, pendingEmail, updatedAt: clock.now() };
    });
    if (changed === undefined) throw new DomainError('signed_out');
    note?.('account.updated', 'user', { accountId: account.id, detail: 'pendingEmail' });
    // Before the link is mailed: whatever fails from here on, the owner of the old address knows.
    await notify(changed, { text: 'email_change_begun' }, language, deps);
  };
  await mailLink(
    {
      to: isTaken ? owner.email : email,
      from: address,
      language,
      link: {
        purpose: 'change_email',
        subject: account.id,
        email,
        accountId: account.id,
        details: endsAtIssue(account),
      },
      mailed: isTaken ? 'already_registered' : 'link',
      record,
    },
    deps,
  );
  return email;
}

/** Its link opens nothing from then on. */
export async function cancelNewAddress(
  accountId: string,
  proof: Proof,
  { accounts, clock, note }: Pick<NewAddressDeps, 'accounts' | 'clock' | 'note'>,
): Promise<void> {
  const updated = await accounts.update(accountId, (account) => {
    checkProof(account, proof, clock.now());
    return account.pendingEmail === undefined ? account : { ...withoutPending(account), updatedAt: clock.now() };
  });
  if (updated === undefined) throw new DomainError('signed_out');
  note?.('account.updated', 'user', { accountId, detail: 'pendingEmail' });
}

/** A newer request, its cancellation, or an end of all sessions leaves the link behind. */
function isWaitedFor(account: Account, link: StoredLink, now: number): boolean {
  const pending = pendingEmailOf(account, now);
  const isPending = pending?.address === link.email && pending.until === link.expiresAt;
  return isPending && isUsable(account, now) && !outlivedEnd(link, account);
}

async function accountOf(
  link: StoredLink | undefined,
  { accounts, clock, config }: NewAddressDeps,
): Promise<Account | undefined> {
  const account = link?.accountId === undefined ? undefined : await accounts.get(link.accountId);
  // The setting may be another since it was mailed.
  if (link !== undefined && !isAllowedDomain(link.email, config.registrationDomains)) return undefined;
  return link && account && isWaitedFor(account, link, clock.now()) ? account : undefined;
}

/** The address that the link would make the account's; undefined when it opens nothing (any more). */
export async function newAddressOf(token: string, deps: NewAddressDeps): Promise<string | undefined> {
  const link = await deps.links.find('change_email', token);
  return (await accountOf(link, deps)) && link?.email;
}

export interface ProvenAddress {
  readonly email: string;
  /** Another account got it meanwhile. Whoever reads its mails may know. */
  readonly isTaken: boolean;
}

/** For exactly one of many callers; undefined for the others, and when the link opens nothing (any more). */
export async function useNewAddress(
  token: string,
  language: string,
  deps: NewAddressDeps,
): Promise<ProvenAddress | undefined> {
  const { accounts, links, clock, note } = deps;
  const link = await links.use('change_email', token);
  // Before the account has the new one: what is mailed there meanwhile went to whoever has the account later.
  const heldAt = clock.now();
  const before = await accountOf(link, deps);
  if (link === undefined || before === undefined) return undefined;
  const { email } = link;
  const tell = (changed: Account) =>
    notify(changed, { text: 'email_changed', to: { email: before.email, heldAt } }, language, deps);
  const change = (account: Account): Account => {
    const now = clock.now();
    if (!isWaitedFor(account, link, now)) return account;
    return { ...withoutPending(account), email, emailVerified: true, updatedAt: now };
  };
  let updated: Awaited<ReturnType<AccountStore['updateIdentifiers']>>;
  try {
    updated = await accounts.updateIdentifiers(before.id, change);
  } catch (error) {
    // It can have failed after the account was written, while the old address was set free.
    const current = await accounts.get(before.id);
    if (current?.email === email) await tell(current);
    throw error;
  }
  if (updated === undefined) return undefined;
  if ('taken' in updated) {
    await accounts.update(before.id, (account) =>
      isWaitedFor(account, link, clock.now()) ? withoutPending(account) : account,
    );
    return { email, isTaken: true };
  }
  if (updated.account.email !== email) return undefined;
  note?.('account.updated', 'user', { accountId: before.id, detail: 'email emailVerified pendingEmail' });
  try {
    await tell(updated.account);
  } finally {
    // What was mailed to the address before must open nothing any more.
    await links.endAllOf(before.id);
  }
  return { email, isTaken: false };
}
