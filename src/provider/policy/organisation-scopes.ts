/** For the organisation's own scopes a grant must hold the claims too, because the scope may release others by now. */
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { claimsReleasedBy } from '../../domain/scopes/scopes.ts';
import type { OrganisationScope } from '../../storage/records/scopes.ts';

type Scopes = readonly OrganisationScope[];

export function requestedOrganisationScopes(scopes: Scopes, { oidc }: KoaContextWithOIDC): Scopes {
  return scopes.filter(({ name }) => oidc.requestParamOIDCScopes.has(name));
}

/** oidc-provider itself checks only the names of scopes, and the claims of the parameter `claims`. */
export function addScopeClaimsCheck(prompts: interactionPolicy.DefaultPolicy, scopes: Scopes): void {
  const consent = prompts.get('consent');
  if (consent === undefined) throw new TypeError('the policy has no consent');
  const areMissing = (ctx: KoaContextWithOIDC): boolean => {
    const encountered = new Set(ctx.oidc.grant?.getOIDCClaimsEncountered());
    return claimsReleasedBy(requestedOrganisationScopes(scopes, ctx)).some((claim) => !encountered.has(claim));
  };
  consent.checks.add(
    new interactionPolicy.Check('scope_claims_missing', 'claims of scopes not granted', 'consent_required', areMissing),
  );
  // Stored with the interaction: what the page showed is granted, even if the scopes are changed meanwhile.
  consent.details = (ctx) => ({ organisationScopes: requestedOrganisationScopes(scopes, ctx) });
}
