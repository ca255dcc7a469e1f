/** `REQUIRE_SECOND_FACTOR`: whose password alone is not enough, whatever app they sign in to. */
import type { CodeChannel } from '../../storage/factors/sent-codes.ts';
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

/** RFC 8176: as `amr` of a code that was sent by this way. */
export const methodOfChannel = { mail: 'mca', phone: 'sms' } as const satisfies Readonly<Record<CodeChannel, string>>;

/** What is known, and what is sent: each is one factor. */
const weakMethods: readonly unknown[] = ['pwd', ...Object.values(methodOfChannel)];

/** Whether it is what the setting demands; a remembered device may stand in for it, which only its browser can show. */
export function hasSecondFactor({ acr, amr }: ProvenBy, { areSentCodesFactors }: { areSentCodesFactors: boolean }) {
  if (isAtLeast(acr, mfaLevel)) return true;
  // A code that is sent in place of a password is one factor, and two by one way are one.
  const proven = Array.isArray(amr) ? new Set(amr.filter((method) => weakMethods.includes(method))) : new Set();
  return areSentCodesFactors && proven.size >= 2;
}
