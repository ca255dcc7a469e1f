/**
 * A request without `scope` (RFC 6749 3.3) is one for the scopes of the resources that it names (RFC 8707 2), else for those that its
 * client is registered for (RFC 7591 2). Where there are none, and where none of them exists, it fails before anybody signs in.
 *
 * 1. oidc-provider reads the parameters, and what a request object holds takes their place.
 * 2. `applyDefaultScope`: the client's scope, where no resource is named; what resources have is not known yet. Scopes that the client
 *    may not have are left out (the device flow: `leaveOutScopesOfOthers` alone).
 * 3. oidc-provider judges the scope, and looks the resources up.
 * 4. The validator below: the scopes of the resources, those of their own that were left out too.
 */
import { decodeJwt } from 'jose';
import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import { isResumed } from '../request.ts';
import { collapseScope } from '../request-corrections.ts';
import { spaceDelimited } from '../requested-access.ts';
import { leaveOutScopesOfOthers, putBackScopesOfResources } from './chosen-scopes.ts';
import { addOfflineAccess, OFFLINE } from './offline-access.ts';

/** As the app sent it, with what oidc-provider has left out; a signed request is verified by then. */
function sentScope({ oidc, method, query }: KoaContextWithOIDC): readonly string[] {
  const parameters = (method === 'POST' ? oidc.body : query) ?? {};
  const { request } = oidc.entities.PushedAuthorizationRequest ?? parameters;
  if (typeof request !== 'string') return spaceDelimited(parameters.scope);
  try {
    return spaceDelimited(decodeJwt(request).scope);
  } catch {
    return [];
  }
}

const WITHOUT =
  'the parameter scope is missing, and nothing takes its place: the client is registered for no scope, and no resource with scopes is named';

function throwMissingScope(): never {
  // oidc-provider would send an empty scope along.
  throw Object.assign(new errors.InvalidScope(WITHOUT, ''), { scope: undefined });
}

/** When the parameters are complete and no scope was looked at yet (overrides.ts); what resources have is not known by then. */
export function applyDefaultScope(ctx: KoaContextWithOIDC): void {
  const { params, client } = ctx.oidc;
  if (params === undefined || isResumed(ctx)) return;
  collapseScope(params);
  const wasSent = params.scope !== undefined;
  leaveOutScopesOfOthers(ctx);
  if (wasSent || params.resource !== undefined) return;
  if (client?.scope === undefined) throwMissingScope();
  params.scope = client.scope;
}

/** A resource may have a scope of the name of one of the installation's own, made later: that one is not the resource's to give. */
function scopesInItsPlace({ oidc }: KoaContextWithOIDC, ofAccount: ReadonlySet<string>): readonly string[] {
  const resources = Object.values(oidc.resourceServers ?? {});
  if (resources.length === 0) return spaceDelimited(oidc.client?.scope);
  const scopes = new Set(resources.flatMap((resource) => [...resource.scopes]));
  return [...scopes].filter((scope) => !ofAccount.has(scope));
}

function isAnyKnown({ oidc }: KoaContextWithOIDC): boolean {
  const { requestParamScopes, requestParamOIDCScopes, resourceServers } = oidc;
  // offline_access says for how long, and gives access to nothing.
  if ([...requestParamOIDCScopes].some((scope) => scope !== OFFLINE)) return true;
  const resources = Object.values(resourceServers ?? {});
  return resources.some(({ scopes }) => [...requestParamScopes].some((scope) => scopes.has(scope)));
}

/** The only extension point of oidc-provider behind its own judgement of the scope: a validator of the parameter. */
export function requestedScopeOptions(ofAccount: ReadonlySet<string>): Configuration {
  return {
    extraParams: {
      scope(ctx) {
        const { params = {} } = ctx.oidc;
        const sent = sentScope(ctx);
        const asked = sent.length > 0 ? sent : scopesInItsPlace(ctx, ofAccount);
        if (params.scope === undefined && sent.length === 0)
          params.scope = asked.filter((scope) => scope !== OFFLINE).join(' ') || undefined;
        addOfflineAccess(ctx, asked);
        putBackScopesOfResources(ctx, asked);
        // RFC 9396 1: with authorization details a request may do without any scope.
        if (params.authorization_details !== undefined || isAnyKnown(ctx)) return;
        if (asked.length === 0) throwMissingScope();
        throw new errors.InvalidScope('none of the requested scopes is known here', asked.join(' '));
      },
    },
  };
}
