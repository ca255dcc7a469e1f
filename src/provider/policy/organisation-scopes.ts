/** What a grant must hold for the organisation's own scopes: the claims, not the name alone, which may release others by now. */
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { claimsReleasedBy } from '../../domain/scopes/scopes.ts';
import type { OrganisationScope } from '../../storage/records/scopes.ts';

type Scopes = readonly OrganisationScope[];

/** Those of the organisation's scopes that the request asks for. */
export function requestedOf(scopes: Scopes, { oidc }: KoaContextWithOIDC): Scopes {
  return scopes.filter(({ name }) => oidc.requestParamOIDCScopes.has(name));
}

/** oidc-provider's own checks look at names of scopes and at claims of the parameter `claims`. */
export function addScopeClaimsCheck(prompts: interactionPolicy.DefaultPolicy, scopes: Scopes): void {
  const consent = prompts.get('consent');
  if (consent === undefined) throw new TypeError('the policy has no consent');
  const areMissing = (ctx: KoaContextWithOIDC): boolean => {
    const encountered = new Set(ctx.oidc.grant?.getOIDCClaimsEncountered());
    return claimsReleasedBy(requestedOf(scopes, ctx)).some((claim) => !encountered.has(claim));
  };
  consent.checks.add(
    new interactionPolicy.Check('scope_claims_missing', 'claims of scopes not granted', 'consent_required', areMissing),
  );
  // Kept with the interaction: what the page showed is granted, whatever becomes of the scopes meanwhile.
  consent.details = (ctx) => ({ organisationScopes: requestedOf(scopes, ctx) });
}
