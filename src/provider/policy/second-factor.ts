/** `REQUIRE_SECOND_FACTOR`: of an account that it covers no app gets a code for a password alone. */
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { hasSecondFactor } from '../../domain/factors/requirement.ts';
import { requestOf } from '../request.ts';

export interface SecondFactorDeps {
  /** Whether a code that was sent to somebody may stand in for a factor of their own (CODES_BY_MAIL). */
  readonly areSentCodesFactors: boolean;
  /** Whether this browser has shown a second factor of the account before, and was remembered. */
  readonly isRememberedDevice: (ctx: KoaContextWithOIDC, accountId: string) => Promise<boolean>;
}

/** Checked at every request, so that the setting holds for sessions that are older than it is. */
export function secondFactorMissing(deps: SecondFactorDeps): interactionPolicy.Check {
  return new interactionPolicy.Check(
    'second_factor',
    'a second factor is required of this account',
    'login_required',
    async (ctx) => {
      const { session, account } = ctx.oidc;
      if (session?.accountId === undefined || account?.needsSecondFactor !== true) return false;
      if (hasSecondFactor(session, deps)) return false;
      const isRemembered = await deps.isRememberedDevice(ctx, session.accountId);
      requestOf(ctx).isDeviceRemembered = isRemembered;
      return !isRemembered;
    },
  );
}
