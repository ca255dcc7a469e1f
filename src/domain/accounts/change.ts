import type { Clock } from '../../ports/clock.ts';
import type { RememberedDevices } from '../../storage/factors/remembered-devices.ts';
import type { GrantStore } from '../../storage/issued/grants.ts';
import type { SessionStore } from '../../storage/issued/sessions.ts';
import type { LinkStore } from '../../storage/mail/links.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import type { KnownNetworks } from '../../storage/throttle/known-networks.ts';
import { DomainError } from '../domain-error.ts';
import { type ActDeps, finishAct } from '../events/begun-acts.ts';
import type { ReasonOf } from '../events/security-events.ts';
import { type NoticeDeps, notify } from '../notices/notices.ts';
import { withNoticesEnded } from '../notices/standing.ts';
import type { HashingCaller } from '../passwords/hashing-queue.ts';
import { checkPassword } from '../passwords/password-policy.ts';
import { nextEnd } from './ended-sessions.ts';
import { readDisabledReason } from './identifiers.ts';
import type { PasswordHasher } from './password-hashing.ts';
import { checkProof, hasExpired, type Proof } from './usable.ts';

interface Deps extends ActDeps {
  readonly accounts: AccountStore;
  readonly clock: Clock;
}

export interface EndingDeps extends Deps {
  readonly sessions: Pick<SessionStore, 'destroyForAccount'>;
  readonly grants: Pick<GrantStore, 'destroyAllOf'>;
  readonly knownNetworks: Pick<KnownNetworks, 'forgetAll'>;
  readonly rememberedDevices: Pick<RememberedDevices, 'endAllOf'>;
  readonly links: Pick<LinkStore, 'endAllOf' | 'endNoticesOf'>;
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
export async function endAll(
  accountId: string,
  { sessions, grants, knownNetworks, rememberedDevices, links }: Omit<EndingDeps, keyof Deps>,
): Promise<Ended> {
  // First: whoever was mailed one must not undo what ends here.
  await links.endAllOf(accountId);
  const ended = {
    sessions: await sessions.destroyForAccount(accountId),
    grants: await grants.destroyAllOf({ accountId }),
  };
  await knownNetworks.forgetAll(accountId);
  await rememberedDevices.endAllOf(accountId);
  return ended;
}

/**
 * For what an administrator decides, after the account was marked (`withNoticesEnded`): nobody undoes that by a notice that was mailed
 * before. What the person does, or whoever took the account over, leaves the links of notices alone.
 */
export async function endAllForGood(accountId: string, deps: Omit<EndingDeps, keyof Deps>): Promise<Ended> {
  await deps.links.endNoticesOf(accountId);
  return endAll(accountId, deps);
}

/** Marks that what began before now has ended, and drops a new address that waits to be proven: its link ends as well. */
export function withEnd(current: Account, now: number): Account {
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
    const now = deps.clock.now();
    if (proof === undefined) return { ...withNoticesEnded(current, now), passwordHash };
    checkProof(current, proof, now);
    return { ...current, passwordHash };
  };
  const changed = keepsSessions
    ? await update(accountId, change, deps)
    : await replacePassword({ accountId, reason, change, ...(tell && { tell }) }, deps);
  if (changed === undefined) throw new DomainError('account_unknown');
  if (keepsSessions) {
    // A link that was mailed before would set another one.
    await finishAct(
      async () => {
        await deps.links.endAllOf(accountId);
        await deps.links.endNoticesOf(accountId);
      },
      (detail) => deps.note?.('account.password_set', reason, { accountId, ...detail }),
    );
  }
  return changed;
}

/** By the person at /account: ends every session, and is told by mail in this language. */
export async function changeOwnPassword(
  {
    language,
    ...wanted
  }: Required<Pick<NewPassword, 'accountId' | 'password' | 'caller' | 'proof'>> & { readonly language: string },
  deps: Parameters<typeof setPassword>[1] & NoticeDeps,
): Promise<void> {
  // It may have been somebody else who changed it.
  await setPassword(wanted, deps, (account) => notify(account, { text: 'password_changed' }, language, deps));
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
        await (reason === 'administrator' ? endAllForGood : endAll)(accountId, deps);
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

function withoutReason({ disabledReason: _reason, ...account }: Account): Account {
  return account;
}

/** Disabling an account again ends what a crash left behind. The reason is for administrators: no page shows it. */
export async function disableAccount(
  accountId: string,
  deps: EndingDeps,
  { reason }: { readonly reason?: string | undefined } = {},
): Promise<Account> {
  const disabledReason = reason === undefined ? undefined : readDisabledReason(reason);
  // Disabled first, so that nothing new begins while sessions and grants are ended.
  const disabled = await update(
    accountId,
    (current, now) => ({
      ...withNoticesEnded(withEnd(current, now), now),
      isDisabled: true,
      ...(disabledReason !== undefined && { disabledReason }),
    }),
    deps,
  );
  await finishAct(
    () => endAllForGood(accountId, deps),
    ({ detail: unfinished }) => {
      const detail = [unfinished, disabledReason].filter((part) => part !== undefined).join(': ');
      deps.note?.('account.disabled', 'administrator', { accountId, ...(detail !== '' && { detail }) });
    },
  );
  return disabled;
}

export async function enableAccount(accountId: string, deps: Deps): Promise<Account> {
  const enabled = await update(accountId, (current) => ({ ...withoutReason(current), isDisabled: false }), deps);
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
    const written = { ...next, updatedAt: now };
    return isOver ? { ...withNoticesEnded(written, now), sessionsEndedAt: nextEnd(current, now) } : written;
  });
  if (account === undefined) throw new DomainError('account_unknown');
  if (isChanged) note?.('account.updated', 'administrator', { accountId, detail: 'expiresAt' });
  if (isOver) {
    await finishAct(
      () => endAllForGood(accountId, deps),
      (detail) => note?.('account.sessions_ended', 'administrator', { accountId, ...detail }),
    );
  }
  return { account, isChanged };
}
