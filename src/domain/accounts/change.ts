import type { Clock } from '../../ports/clock.ts';
import type { GrantStore } from '../../storage/issued/grants.ts';
import type { SessionStore } from '../../storage/issued/sessions.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import type { ConsentStore } from '../../storage/records/consents.ts';
import type { EventStore } from '../../storage/records/events.ts';
import type { KnownNetworks } from '../../storage/records/known-networks.ts';
import { DomainError } from '../domain-error.ts';
import { nextEnd } from './ended-sessions.ts';
import type { PasswordHasher } from './password-hashing.ts';
import { checkPassword } from './password-policy.ts';

interface Deps {
  readonly accounts: AccountStore;
  readonly clock: Clock;
}

interface EndingDeps extends Deps {
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
  if (keepsSessions) return update(accountId, () => ({ passwordHash }), deps);
  // One write: there is no moment in which the new password is set and an older sign-in still counts.
  const changed = await update(
    accountId,
    (current, now) => ({ passwordHash, sessionsEndedAt: nextEnd(current, now) }),
    deps,
  );
  await endAll(accountId, deps);
  return changed;
}

/** Ends every session and grant, with all that was issued: the account signs in again, everywhere. */
export async function endSessions(accountId: string, deps: EndingDeps): Promise<Ended> {
  await update(accountId, (current, now) => ({ sessionsEndedAt: nextEnd(current, now) }), deps);
  return endAll(accountId, deps);
}

/** Disabling an account again ends what a crash left behind. */
export async function disableAccount(accountId: string, deps: EndingDeps): Promise<Account> {
  // Disabled first, so that nothing new begins while sessions and grants are ended.
  const disabled = await update(
    accountId,
    (current, now) => ({ isDisabled: true, sessionsEndedAt: nextEnd(current, now) }),
    deps,
  );
  await endAll(accountId, deps);
  return disabled;
}

export function enableAccount(accountId: string, deps: Deps): Promise<Account> {
  return update(accountId, () => ({ isDisabled: false }), deps);
}

/** For good, and at once: its e-mail address and username are free again. What a crash left goes the next time. */
export async function deleteAccount(
  accountId: string,
  deps: EndingDeps & {
    readonly consents: Pick<ConsentStore, 'removeForAccount'>;
    readonly events: Pick<EventStore, 'removeForAccount'>;
  },
): Promise<Ended> {
  const account = await deps.accounts.get(accountId);
  // Disabled first, so that nothing new begins meanwhile.
  if (account !== undefined) await update(accountId, () => ({ isDisabled: true }), deps);
  const ended = await endAll(accountId, deps);
  await deps.consents.removeForAccount(accountId);
  await deps.events.removeForAccount(accountId);
  // The account last: until then the command can be repeated by e-mail address.
  await deps.accounts.remove(accountId);
  if (account === undefined) throw new DomainError('account_unknown');
  return ended;
}
