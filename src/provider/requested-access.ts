/** What an app asks for and a user allows: OIDC scopes and claims, and scopes of protected resources. */
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { claimsReleasedBy } from '../domain/scopes/scopes.ts';
import type { IssuedPayload } from '../storage/issued/tokens.ts';
import type { OrganisationScope } from '../storage/records/scopes.ts';

type Grant = InstanceType<Provider['Grant']>;

export interface Access {
  readonly oidcScopes: readonly string[];
  /** Those that are requested by name, and those that the organisation's own scopes release. */
  readonly oidcClaims: readonly string[];
  /** Resource indicator to scopes. */
  readonly resourceScopes: Readonly<Record<string, readonly string[]>>;
}

/** RFC 6749 3.3: one space between two of them; apps that put theirs together from parts send more. */
export function spaceDelimited(value: unknown): readonly string[] {
  return typeof value === 'string' ? value.split(' ').filter((part) => part !== '') : [];
}

/** Of the current authorization request; `scopes` are those of the organisation that it names. */
export function requestedAccess(ctx: KoaContextWithOIDC, scopes: readonly OrganisationScope[]): Access {
  const { requestParamOIDCScopes, requestParamClaims, requestParamScopes, resourceServers } = ctx.oidc;
  const resourceScopes: Record<string, string[]> = {};
  for (const [identifier, resourceServer] of Object.entries(resourceServers ?? {})) {
    resourceScopes[identifier] = [...resourceServer.scopes].filter((scope) => requestParamScopes.has(scope));
  }
  const oidcClaims = [...new Set([...requestParamClaims, ...claimsReleasedBy(scopes)])];
  return { oidcScopes: [...requestParamOIDCScopes], oidcClaims, resourceScopes };
}

interface StoredAccess {
  readonly openid?: { readonly scope?: string; readonly claims?: readonly string[] };
  readonly resources?: Readonly<Record<string, string>>;
}

/** What a grant as it is stored allows: what was rejected counts for nothing. */
export function grantedAccess(payload: IssuedPayload): Access {
  const { openid, resources = {}, rejected = {} } = payload as StoredAccess & { readonly rejected?: StoredAccess };
  const without = (names: readonly string[], refused: readonly string[] = []) =>
    names.filter((name) => !refused.includes(name));
  return {
    oidcScopes: without(spaceDelimited(openid?.scope), spaceDelimited(rejected.openid?.scope)),
    oidcClaims: without(openid?.claims ?? [], rejected.openid?.claims),
    resourceScopes: Object.fromEntries(
      Object.entries(resources).map(([identifier, scopes]) => [
        identifier,
        without(spaceDelimited(scopes), spaceDelimited(rejected.resources?.[identifier])),
      ]),
    ),
  };
}

/** The part of `access` that a grant has neither granted nor rejected yet. */
export function missingAccess(grant: Grant | undefined, access: Access): Access {
  if (grant === undefined) return access;
  const encounteredScopes = new Set(grant.getOIDCScopeEncountered().split(' '));
  const encounteredClaims = new Set(grant.getOIDCClaimsEncountered());
  const resourceScopes = Object.fromEntries(
    Object.entries(access.resourceScopes).map(([identifier, scopes]) => {
      const encountered = new Set(grant.getResourceScopeEncountered(identifier).split(' '));
      return [identifier, scopes.filter((scope) => !encountered.has(scope))];
    }),
  );
  return {
    oidcScopes: access.oidcScopes.filter((scope) => !encounteredScopes.has(scope)),
    oidcClaims: access.oidcClaims.filter((claim) => !encounteredClaims.has(claim)),
    resourceScopes,
  };
}

export function isEmpty({ oidcScopes, oidcClaims, resourceScopes }: Access): boolean {
  return (
    oidcScopes.length === 0 &&
    oidcClaims.length === 0 &&
    Object.values(resourceScopes).every((list) => list.length === 0)
  );
}

/** True when everything in `access` is part of what was allowed before. */
export function isCoveredBy(allowed: Access, access: Access): boolean {
  return (
    access.oidcScopes.every((scope) => allowed.oidcScopes.includes(scope)) &&
    access.oidcClaims.every((claim) => allowed.oidcClaims.includes(claim)) &&
    Object.entries(access.resourceScopes).every(([identifier, scopes]) =>
      scopes.every((scope) => allowed.resourceScopes[identifier]?.includes(scope)),
    )
  );
}

export function addAccess(grant: Grant, { oidcScopes, oidcClaims, resourceScopes }: Access): void {
  if (oidcScopes.length > 0) grant.addOIDCScope(oidcScopes.join(' '));
  if (oidcClaims.length > 0) grant.addOIDCClaims([...oidcClaims]);
  for (const [identifier, scopes] of Object.entries(resourceScopes)) {
    if (scopes.length > 0) grant.addResourceScope(identifier, scopes.join(' '));
  }
}
