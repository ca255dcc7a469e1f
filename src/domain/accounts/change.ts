import type { Clock } from '../../ports/clock.ts';
import type { GrantStore } from '../../storage/issued/grants.ts';
import type { SessionStore } from '../../storage/issued/sessions.ts';
import type { LinkStore } from '../../storage/mail/links.ts';
import type { MailStore } from '../../storage/mail/mails.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { canonicalIdentifier } from '../../storage/records/canonical-identifier.ts';
import type { ConsentStore } from '../../storage/records/consents.ts';
import type { EventStore } from '../../storage/records/events.ts';
import type { KnownNetworks } from '../../storage/throttle/known-networks.ts';
import { DomainError } from '../domain-error.ts';
import { type ActDeps, finishAct } from '../events/begun-acts.ts';
import type { ReasonOf } from '../events/security-events.ts';
import { ACCOUNT_PATH } from '../links/links.ts';
import { type MailOrder, noticeOrder, type Outbox } from '../mail/outbox.ts';
import type { HashingCaller } from '../passwords/hashing-queue.ts';
import { nextEnd } from './ended-sessions.ts';
import type { PasswordHasher } from './password-hashing.ts';
import { checkPassword } from './password-policy.ts';
import { checkProof, hasExpired, type Proof } from './usable.ts';

interface Deps extends ActDeps {
  readonly accounts: AccountStore;
  readonly clock: Clock;
}

export interface EndingDeps extends Deps {
  readonly sessions: Pick<SessionStore, 'destroyForAccount'>;
  readonly grants: Pick<GrantStore, 'destroyAllOf'>;
  readonly knownNetworks: Pick<KnownNetworks, 'forgetAll'>;
  readonly links: Pick<LinkStore, 'endAllOf'>;
}

/** How many sessions and grants ended. */
export interface Ended {
  readonly sessions: number;
  readonly grants: number;
}

async function update(
  accountId: string,
  change: (account: Account, now: number) => Account,
  { accounts, clock }: Deps,
): Promise<Account> {
  const now = clock.now();
  const updated = await accounts.update(accountId, (account) => ({ ...change(account, now), updatedAt: now }));
  if (updated === undefined) throw new DomainError('account_unknown');
  return updated;
}

/** For after the account was marked: what began before the mark counts for nothing, and this deletes what there is of it. */
async function endAll(
  accountId: string,
  { sessions, grants, knownNetworks, links }: Omit<EndingDeps, keyof Deps>,
): Promise<Ended> {
  // First: whoever was mailed one must not undo what ends here.
  await links.endAllOf(accountId);
  const ended = {
    sessions: await sessions.destroyForAccount(accountId),
    grants: await grants.destroyAllOf({ accountId }),
  };
  await knownNetworks.forgetAll(accountId);
  return ended;
}

/** Marks that what began before now has ended, and drops a new address that waits to be proven: its link ends as well. */
function withEnd(current: Account, now: number): Account {
  const { pendingEmail: _pendingEmail, ...account } = current;
  return { ...account, sessionsEndedAt: nextEnd(current, now) };
}

/** Setting a password records two events with the same reason, so both have to know it. */
type PasswordReason = ReasonOf<'account.password_set'> & ReasonOf<'account.sessions_ended'>;

export interface NewPassword {
  readonly accountId: string;
  readonly password: string;
  /** Where the person does it: without one it is an administrator. */
  readonly proof?: Proof;
  /** Who sent it, where that was to the provider. */
  readonly caller?: HashingCaller;
  /** By default all sessions end: whoever knew the old password may be signed in with it. */
  readonly keepsSessions?: boolean;
}

export async function setPassword(
  { accountId, password, caller, proof, keepsSessions = false }: NewPassword,
  deps: EndingDeps & { readonly hasher: PasswordHasher; readonly config: { readonly brandName: string } },
  tell?: PasswordChange['tell'],
): Promise<Account> {
  const account = await deps.accounts.get(accountId);
  if (account === undefined) throw new DomainError('account_unknown');
  checkPassword(password, { ...account, brandName: deps.config.brandName });
  const passwordHash = await deps.hasher.hash(password, caller);
  const reason = proof === undefined ? 'administrator' : 'user';
  const change = (current: Account): Account => {
    if (proof !== undefined) checkProof(current, proof, deps.clock.now());
    return { ...current, passwordHash };
  };
  const changed = keepsSessions
    ? await update(accountId, change, deps)
    : await replacePassword({ accountId, reason, change, ...(tell && { tell }) }, deps);
  if (changed === undefined) throw new DomainError('account_unknown');
  if (keepsSessions) {
    // A link that was mailed before would set another one.
    await finishAct(
      () => deps.links.endAllOf(accountId),
      (detail) => deps.note?.('account.password_set', reason, { accountId, ...detail }),
    );
  }
  return changed;
}

interface TellingDeps {
  readonly outbox: Pick<Outbox, 'enqueue'>;
  readonly clock: Clock;
  readonly issuer: string;
}

/** Whoever reads the mails of the account: it may have been somebody else who changed it. */
export async function tellOfNewPassword({ email }: Account, language: string, deps: TellingDeps): Promise<void> {
  const { outbox, issuer } = deps;
  await outbox.enqueue(email, noticeOrder('password_changed', language, deps, `${issuer}${ACCOUNT_PATH}`), 'act');
}

/** By the person at /account: ends every session, and is told by mail in this language. */
export async function changeOwnPassword(
  {
    language,
    ...wanted
  }: Required<Pick<NewPassword, 'accountId' | 'password' | 'caller' | 'proof'>> & { readonly language: string },
  deps: Parameters<typeof setPassword>[1] & TellingDeps,
): Promise<void> {
  await setPassword(wanted, deps, (account) => tellOfNewPassword(account, language, deps));
}

/**
 * For the beginning of a closing: what ended the proof before has won. Changes nothing, so that a closing which fails later can be
 * repeated.
 */
export async function beginClosing(accountId: string, proof: Proof, { accounts, clock }: Deps): Promise<void> {
  const current = await accounts.update(accountId, (account) => {
    checkProof(account, proof, clock.now());
    return account;
  });
  if (current === undefined) throw new DomainError('signed_out');
}

interface PasswordChange {
  readonly accountId: string;
  readonly reason: PasswordReason;
  /** Puts the new hash into the account as it is then; undefined: nothing is changed. */
  readonly change: (current: Account) => Account | undefined;
  /** Queues the notice: right after the write, before what else can fail. */
  readonly tell?: (account: Account) => Promise<void>;
}

/** Ends all that was begun with the old one. Undefined when nothing was changed, or there is no such account. */
export async function replacePassword(
  { accountId, reason, change, tell }: PasswordChange,
  deps: EndingDeps,
): Promise<Account | undefined> {
  const { accounts, clock, note } = deps;
  const now = clock.now();
  // One write: there is no moment in which the new password is set and an older sign-in still counts.
  const changed = await accounts.update(accountId, (current) => {
    const next = change(current);
    return next && { ...withEnd(next, now), updatedAt: now };
  });
  if (changed === undefined) return undefined;
  note?.('account.password_set', reason, { accountId });
  await finishAct(
    async () => {
      try {
        await tell?.(changed);
      } finally {
        await endAll(accountId, deps);
      }
    },
    (detail) => note?.('account.sessions_ended', reason, { accountId, ...detail }),
  );
  return changed;
}

/** Ends every session and grant, with all that was issued: the account signs in again, everywhere. */
export async function endSessions(accountId: string, deps: EndingDeps): Promise<Ended> {
  await update(accountId, withEnd, deps);
  return finishAct(
    () => endAll(accountId, deps),
    (detail) => deps.note?.('account.sessions_ended', 'administrator', { accountId, ...detail }),
  );
}

/** Disabling an account again ends what a crash left behind. */
export async function disableAccount(accountId: string, deps: EndingDeps): Promise<Account> {
  // Disabled first, so that nothing new begins while sessions and grants are ended.
  const disabled = await update(accountId, (current, now) => ({ ...withEnd(current, now), isDisabled: true }), deps);
  await finishAct(
    () => endAll(accountId, deps),
    (detail) => deps.note?.('account.disabled', 'administrator', { accountId, ...detail }),
  );
  return disabled;
}

export async function enableAccount(accountId: string, deps: Deps): Promise<Account> {
  const enabled = await update(accountId, (current) => ({ ...current, isDisabled: false }), deps);
  deps.note?.('account.enabled', 'administrator', { accountId });
  return enabled;
}

export interface ExpiryChange {
  readonly account: Account;
  readonly isChanged: boolean;
}

/**
 * `expiresAt` in milliseconds since the epoch, null for never. An account expires with nobody acting: all that it holds is useless
 * from then on, and still there. So a change that finds an expiry past, or sets one that is, ends it for good.
 */
export async function setExpiry(
  { accountId, expiresAt }: { readonly accountId: string; readonly expiresAt: number | null },
  deps: EndingDeps,
): Promise<ExpiryChange> {
  const { accounts, clock, note } = deps;
  const now = clock.now();
  let [isChanged, isOver] = [false, false];
  const account = await accounts.update(accountId, (current) => {
    const { expiresAt: before, ...others } = current;
    isChanged = expiresAt !== (before ?? null);
    const next = { ...others, ...(expiresAt !== null && { expiresAt }) };
    // Said again it ends what a crash left, as disabling does.
    isOver = hasExpired(next, now) || (isChanged && hasExpired(current, now));
    if (!isOver && !isChanged) return current;
    return { ...next, ...(isOver && { sessionsEndedAt: nextEnd(current, now) }), updatedAt: now };
  });
  if (account === undefined) throw new DomainError('account_unknown');
  if (isChanged) note?.('account.updated', 'administrator', { accountId, detail: 'expiresAt' });
  if (isOver) {
    await finishAct(
      () => endAll(accountId, deps),
      (detail) => note?.('account.sessions_ended', 'administrator', { accountId, ...detail }),
    );
  }
  return { account, isChanged };
}

export interface DeletionDeps extends EndingDeps {
  readonly consents: Pick<ConsentStore, 'removeForAccount'>;
  readonly events: Pick<EventStore, 'removeForAccount'>;
  readonly links: Pick<LinkStore, 'endAllOf' | 'remove'>;
  readonly mails: Pick<MailStore, 'removeWhere'>;
  readonly outbox: Pick<Outbox, 'enqueue'>;
}

interface Deleted {
  readonly ended: Ended;
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
  await deps.outbox.enqueue(email, noticeOrder(text, language, deps), 'act');
}

/** What is found by its id. */
async function deleteRest(accountId: string, deps: DeletionDeps): Promise<Deleted> {
  const ended = await endAll(accountId, deps);
  const kept = [await deps.consents.removeForAccount(accountId), await deps.events.removeForAccount(accountId)];
  return { ended, isAny: [ended.sessions, ended.grants, ...kept].some((count) => count > 0) };
}

/**
 * For good, and at once. A failure or a crash leaves no account that its owner can neither use nor close:
 * 1. what is found by its addresses goes, while the account is as it was, so that whoever wanted this can repeat it;
 * 2. the account goes, with e-mail address and username, which are free again. From here on nothing of it is of use to anybody;
 * 3. the rest goes by its id, of which the same call finishes what was left.
 */
export async function deleteAccount(accountId: string, deps: DeletionDeps, deletion: Deletion = {}): Promise<Ended> {
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
