/** `REQUIRE_SECOND_FACTOR`: whose password alone is not enough, whatever app they sign in to. */
import type { Account } from '../../storage/records/accounts.ts';
import { groupsOf } from '../accounts/claims.ts';
import { isAtLeast, mfaLevel } from './levels.ts';

export interface SecondFactorSetting {
  readonly isForEverybody: boolean;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
}

/** Names are compared letter by letter, as `allowed_groups` of a client are. */
export function requiresSecondFactor(
  account: Pick<Account, 'roles' | 'claims'>,
  { isForEverybody, roles, groups }: SecondFactorSetting,
): boolean {
  if (isForEverybody) return true;
  const isIn = (listed: readonly string[], own: readonly string[]) => own.some((name) => listed.includes(name));
  return isIn(roles, account.roles ?? []) || isIn(groups, groupsOf(account));
}

/** Of a session, a code or a refresh token (RFC 8176). */
export interface ProvenBy {
  readonly acr?: unknown;
  readonly amr?: unknown;
}

/** Whether it is what the setting demands; a remembered device may stand in for it, which only its browser can show. */
export function hasSecondFactor({ acr, amr }: ProvenBy, { areSentCodesFactors }: { areSentCodesFactors: boolean }) {
  if (isAtLeast(acr, mfaLevel)) return true;
  // A sent code in place of a password is one factor, and not two.
  return areSentCodesFactors && Array.isArray(amr) && amr.includes('pwd') && amr.includes('mca');
}
