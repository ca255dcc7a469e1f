/** How strong the sign-in was that something is issued for: what access tokens say of it, and what a code or refresh token must have. */
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { isAtLeast, mfaLevel } from '../../domain/factors/levels.ts';
import { hasSecondFactor } from '../../domain/factors/requirement.ts';
import { policyLevel, statedLevel } from '../policy/demanded-level.ts';
import type { SecondFactorDeps } from '../policy/second-factor.ts';
import { isClientProven, noteFor, requestOf } from '../request.ts';
import { effectiveResources } from './granted-resource.ts';
import type { ResourceCache } from './resources.ts';

/** As oidc-provider keeps it with a code and a refresh token: of the session, when the code was issued. */
interface SignIn {
  readonly kind?: string;
  readonly acr?: unknown;
  readonly amr?: unknown;
}

interface WeakTokenDeps {
  readonly resources: ResourceCache;
  readonly secondFactors: Pick<SecondFactorDeps, 'areSentCodesFactors'>;
}

interface Owner {
  readonly accountId: string;
  readonly needsSecondFactor: boolean;
}

export type RefuseWeak = (ctx: KoaContextWithOIDC, signIn: SignIn, owner: Owner) => Promise<void>;

/**
 * Before a refresh token is used up, so that its family lives: a client whose user signs in with more goes on, and so does one whose
 * policy is taken back. A remembered device stands in for what the setting demands, and never for what a client or resource does.
 */
export function createWeakTokenCheck({ resources, secondFactors }: WeakTokenDeps): RefuseWeak {
  return async (ctx, signIn, { accountId, needsSecondFactor }) => {
    const { client, route: endpoint } = ctx.oidc;
    const { presented } = requestOf(ctx);
    const demanded = await policyLevel(client, effectiveResources(ctx, presented ?? {}), resources);
    const isBelow = demanded !== undefined && !isAtLeast(signIn.acr, demanded);
    const lacksFactor =
      needsSecondFactor && presented?.isDeviceRemembered !== true && !hasSecondFactor(signIn, secondFactors);
    if (!isBelow && !lacksFactor) return;
    const subject = { accountId, clientId: client?.clientId, endpoint, isClientProven: isClientProven(ctx) };
    noteFor(ctx)('request.refused', 'stronger_sign_in_needed', subject);
    const description = `a stronger sign-in is needed: acr_values=${isBelow ? demanded : mfaLevel}`;
    throw Object.assign(new errors.InvalidGrant(description), { error_description: description });
  };
}

type OfToken = NonNullable<Configuration['extraTokenClaims']>;

/** RFC 9470 6: in JWTs (RFC 9068 2.2.1) and where a token is introspected. A client's own token comes of no sign-in. */
export const signInClaims: OfToken = async ({ oidc: { entities } }, { kind }) => {
  const source = entities.RefreshToken ?? entities.AuthorizationCode ?? entities.DeviceCode;
  if (kind !== 'AccessToken' || source === undefined) return undefined;
  const { acr, authTime, claims } = source;
  return { acr: statedLevel(acr, claims?.id_token?.acr), auth_time: authTime };
};
