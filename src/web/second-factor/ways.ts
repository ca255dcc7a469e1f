/** What else a second factor can be proven with, as links and buttons of the page that asks for one. */
import { isAtLeast, type Level, mfaLevel } from '../../domain/factors/levels.ts';
import type { SecondFactorCodes } from '../../domain/factors/second-factor-codes.ts';
import type { ResourceCache } from '../../provider/options/resources.ts';
import { demandedLevel } from '../../provider/policy/demanded-level.ts';
import { type AccountFactors, hasFactor } from '../../storage/factors/factors.ts';
import type { CodeChannel } from '../../storage/factors/sent-codes.ts';
import type { Step } from '../interactions/step.ts';
import type { Subject } from './subject.ts';

export interface WaysDeps {
  readonly secondFactorCodes: Pick<SecondFactorCodes, 'channelsFor'>;
  readonly resources: ResourceCache;
}

/** Of the request, its client and the resources that it is for; undefined where any sign-in will do. */
export function demandOf({ interaction, client }: Step, { resources }: WaysDeps): Promise<Level | undefined> {
  return demandedLevel(interaction.params, client, resources);
}

/** By which a code can be sent that is enough here. */
export function channelsOf(
  { account, amr }: Subject,
  has: AccountFactors,
  demanded: Level | undefined,
  { secondFactorCodes }: Pick<WaysDeps, 'secondFactorCodes'>,
): readonly CodeChannel[] {
  const isMfaDemanded = demanded !== undefined && isAtLeast(demanded, mfaLevel);
  return secondFactorCodes.channelsFor(account, { hasStrongerFactor: hasFactor(has), isMfaDemanded, amr });
}
