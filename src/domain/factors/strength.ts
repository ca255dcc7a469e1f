/**
 * How strong a proof has to be for a change of factors: no weaker factor enrols, removes or replaces a stronger one. A proof as strong
 * as the strongest that the account has is always enough: there is no stronger one to give.
 */
import type { AccountFactors } from '../../storage/factors/factors.ts';
import { isAtLeast, type Level, mfaLevel, passkeyLevel } from './levels.ts';

export type FactorKind = 'authenticator_app' | 'passkey';

/** What is added, removed or replaced. */
export type ChangedFactor = FactorKind | 'recovery_codes';

/** The weakest first. A sent code is no stronger than a password: by the mailbox alone one gets both. */
const strengths = ['password', 'authenticator_app', 'passkey', 'recovery_code'] as const;

export type Strength = (typeof strengths)[number];

/** What was proven of factors as they were then: whatever has changed them elsewhere since has ended it. */
export interface ProvenStrength {
  readonly strength: Strength;
  /** Their `changedAt`. Without it, or with another one, it counts for no more than a password. */
  readonly factorsAt?: number | undefined;
  /** The session that it was proven in: its own change, made at the same moment in another tab or by a nervous finger, ends nothing. */
  readonly session?: string;
}

type Having = Pick<AccountFactors, 'apps' | 'passkeys'>;

/** RFC 8176, of what somebody has: a second factor that is none of these was sent to them. */
const methodsOfFactors: readonly unknown[] = ['otp', 'hwk', 'swk'];

/** Of a sign-in. That a recovery code was used in it counts as an authenticator app there: it is proven anew for more. */
export function strengthOfSignIn({
  acr,
  amr = [],
}: {
  readonly acr?: unknown;
  readonly amr?: readonly unknown[] | undefined;
}): Strength {
  if (isAtLeast(acr, passkeyLevel)) return 'passkey';
  const isFactor = isAtLeast(acr, mfaLevel) && amr.some((method) => methodsOfFactors.includes(method));
  return isFactor ? 'authenticator_app' : 'password';
}

const rank = (strength: Strength): number => strengths.indexOf(strength);

export function strongerOf(one: Strength, other: Strength): Strength {
  return rank(one) < rank(other) ? other : one;
}

function strongestOf({ apps, passkeys }: Having): 'password' | FactorKind {
  if (passkeys.length > 0) return 'passkey';
  return apps.length > 0 ? 'authenticator_app' : 'password';
}

/** A recovery code stands for the strongest factor, so making new ones is a change of that one. */
export function requiredStrength(changed: ChangedFactor, has: Having): 'password' | FactorKind {
  const strongest = strongestOf(has);
  if (changed === 'recovery_codes') return strongest;
  return rank(changed) < rank(strongest) ? changed : strongest;
}

export function isStrongEnough(
  { strength, factorsAt, session }: ProvenStrength,
  changed: ChangedFactor,
  has: Having & Pick<AccountFactors, 'changedAt' | 'changedBy'>,
): boolean {
  const { changedAt, changedBy } = has;
  const isOwnChange = session !== undefined && changedBy?.session === session && changedBy.from === factorsAt;
  const counting = factorsAt === changedAt || isOwnChange ? strength : 'password';
  return rank(counting) >= rank(requiredStrength(changed, has));
}

/** What a sign-in has to demand to be such a proof; undefined where any is. */
export function levelOfStrength(required: 'password' | FactorKind): Level | undefined {
  if (required === 'passkey') return passkeyLevel;
  return required === 'authenticator_app' ? mfaLevel : undefined;
}
