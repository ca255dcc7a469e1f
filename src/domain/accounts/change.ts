import type { Clock } from '../../ports/clock.ts';
import type { GrantStore } from '../../storage/issued/grants.ts';
import type { SessionStore } from '../../storage/issued/sessions.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import type { ConsentStore } from '../../storage/records/consents.ts';
import type { EventStore } from '../../storage/records/events.ts';
import type { KnownNetworks } from '../../storage/throttle/known-networks.ts';
import { DomainError } from '../domain-error.ts';
import { type ActDeps, finishAct } from '../events/begun-acts.ts';
import { nextEnd } from './ended-sessions.ts';
import type { PasswordHasher } from './password-hashing.ts';
import { checkPassword } from './password-policy.ts';
import { hasExpired } from './usable.ts';

interface Deps extends ActDeps {
  readonly accounts: AccountStore;
  readonly clock: Clock;
}

export interface EndingDeps extends Deps {
  readonly sessions: Pick<SessionStore, 'destroyForAccount'>;
  readonly grants: Pick<GrantStore, 'destroyAllOf'>;
  readonly knownNetworks: Pick<KnownNetworks, 'forgetAll'>;
}

/** How many sessions and grants ended. */
export interface Ended {
  readonly sessions: number;
  readonly grants: number;
}

async function update(
  accountId: string,
  change: (account: Account, now: number) => Partial<Account>,
  { accounts, clock }: Deps,
): Promise<Account> {
  const now = clock.now();
  const updated = await accounts.update(accountId, (account) => ({
    ...account,
    ...change(account, now),
    updatedAt: now,
  }));
  if (updated === undefined) throw new DomainError('account_unknown');
  return updated;
}

/** For after the account was marked: what began before the mark counts for nothing, and this deletes what there is of it. */
async function endAll(
  accountId: string,
  { sessions, grants, knownNetworks }: Omit<EndingDeps, keyof Deps>,
): Promise<Ended> {
  const ended = {
    sessions: await sessions.destroyForAccount(accountId),
    grants: await grants.destroyAllOf({ accountId }),
  };
  await knownNetworks.forgetAll(accountId);
  return ended;
}

export interface NewPassword {
  readonly accountId: string;
  readonly password: string;
  /** False unless said: whoever knew the old password may be signed in with it. */
  readonly keepsSessions?: boolean;
}

export async function setPassword(
  { accountId, password, keepsSessions = false }: NewPassword,
  deps: EndingDeps & { readonly hasher: PasswordHasher },
): Promise<Account> {
  const account = await deps.accounts.get(accountId);
  if (account === undefined) throw new DomainError('account_unknown');
  checkPassword(password, account);
  const passwordHash = await deps.hasher.hash(password);
  if (keepsSessions) {
    const changed = await update(accountId, () => ({ passwordHash }), deps);
    deps.note?.('account.password_set', 'administrator', { accountId });
    return changed;
  }
  // One write: there is no moment in which the new password is set and an older sign-in still counts.
  const changed = await update(
    accountId,
    (current, now) => ({ passwordHash, sessionsEndedAt: nextEnd(current, now) }),
    deps,
  );
  deps.note?.('account.password_set', 'administrator', { accountId });
  await finishAct(
    () => endAll(accountId, deps),
    (detail) => deps.note?.('account.sessions_ended', 'administrator', { accountId, ...detail }),
  );
  return changed;
}

/** Ends every session and grant, with all that was issued: the account signs in again, everywhere. */
export async function endSessions(accountId: string, deps: EndingDeps): Promise<Ended> {
  await update(accountId, (current, now) => ({ sessionsEndedAt: nextEnd(current, now) }), deps);
  return finishAct(
    () => endAll(accountId, deps),
    (detail) => deps.note?.('account.sessions_ended', 'administrator', { accountId, ...detail }),
  );
}

/** Disabling an account again ends what a crash left behind. */
export async function disableAccount(accountId: string, deps: EndingDeps): Promise<Account> {
  // Disabled first, so that nothing new begins while sessions and grants are ended.
  const disabled = await update(
    accountId,
    (current, now) => ({ isDisabled: true, sessionsEndedAt: nextEnd(current, now) }),
    deps,
  );
  await finishAct(
    () => endAll(accountId, deps),
    (detail) => deps.note?.('account.disabled', 'administrator', { accountId, ...detail }),
  );
  return disabled;
}

export async function enableAccount(accountId: string, deps: Deps): Promise<Account> {
  const enabled = await update(accountId, () => ({ isDisabled: false }), deps);
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
}

interface Deleted {
  readonly ended: Ended;
  /** Whether there was anything. */
  readonly isAny: boolean;
}

async function deleteAllOf(accountId: string, deps: DeletionDeps): Promise<Deleted> {
  const ended = await endAll(accountId, deps);
  const kept = [await deps.consents.removeForAccount(accountId), await deps.events.removeForAccount(accountId)];
  // The account last: until then the command can be repeated by e-mail address.
  const wasThere = await deps.accounts.remove(accountId);
  return { ended, isAny: wasThere || [ended.sessions, ended.grants, ...kept].some((count) => count > 0) };
}

/** For good, and at once: its e-mail address and username are free again. What a crash left goes the next time. */
export async function deleteAccount(accountId: string, deps: DeletionDeps): Promise<Ended> {
  const noteAct = (detail = {}) => deps.note?.('account.deleted', 'administrator', { accountId, ...detail });
  if ((await deps.accounts.get(accountId)) !== undefined) {
    // Disabled first, so that nothing new begins meanwhile.
    await update(accountId, () => ({ isDisabled: true }), deps);
    return (await finishAct(() => deleteAllOf(accountId, deps), noteAct)).ended;
  }
  const { ended, isAny } = await deleteAllOf(accountId, deps);
  if (!isAny) throw new DomainError('account_unknown');
  noteAct();
  return ended;
}
