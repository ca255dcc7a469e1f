/** What an account may do beyond signing in. Administrators alone grant it, by a verb for nothing else. */
import type { Clock } from '../../ports/clock.ts';
import { nearestName } from '../../spelling/nearest-name.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
import type { ActDeps } from '../events/begun-acts.ts';

export const roles = ['admin', 'developer'] as const;

export type Role = (typeof roles)[number];

export function readRole(text: string): Role {
  const role = roles.find((known) => known === text);
  if (role !== undefined) return role;
  const near = nearestName(text, roles);
  const meant = near === undefined ? '' : `; did you mean ${near}?`;
  throw new DomainError('role_unknown', { reason: `the roles are ${roles.join(' and ')}${meant}` });
}

interface Deps extends ActDeps {
  readonly accounts: Pick<AccountStore, 'update'>;
  readonly clock: Clock;
}

export interface ChangedRoles {
  readonly account: Account;
  readonly hasChanged: boolean;
}

async function changeRoles(
  accountId: string,
  change: (had: readonly string[]) => readonly string[],
  { accounts, clock }: Deps,
): Promise<ChangedRoles> {
  let hasChanged = false;
  const account = await accounts.update(accountId, (current) => {
    const had = current.roles ?? [];
    const next = change(had);
    hasChanged = next.length !== had.length;
    return hasChanged ? { ...current, roles: next, updatedAt: clock.now() } : current;
  });
  if (account === undefined) throw new DomainError('account_unknown');
  return { account, hasChanged };
}

export async function grantRole(accountId: string, role: Role, deps: Deps): Promise<ChangedRoles> {
  const granted = await changeRoles(accountId, (had) => roles.filter((one) => one === role || had.includes(one)), deps);
  if (granted.hasChanged) deps.note?.('account.role_granted', 'administrator', { accountId, detail: role });
  return granted;
}

/** Sessions, grants and tokens go on: what apps are told from then on has the role no more. */
export async function revokeRole(accountId: string, role: Role, deps: Deps): Promise<ChangedRoles> {
  const revoked = await changeRoles(accountId, (had) => had.filter((one) => one !== role), deps);
  if (revoked.hasChanged) deps.note?.('account.role_revoked', 'administrator', { accountId, detail: role });
  return revoked;
}
