/**
 * `offline_access` without `prompt=consent`. oidc-provider leaves it out; OIDC Core 11 allows other conditions. Ours are that an
 * administrator has registered the client as first-party, or that the user has allowed it before, or allows it on a consent page
 * that is shown for another reason. It never causes that page: if no condition is met, it is left out of the scope of the code
 * and of the token response.
 */
import { decodeJwt } from 'jose';
import { type Configuration, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { type Access, missingAccess, requestedAccess } from '../requested-access.ts';

const { Check } = interactionPolicy;
const OFFLINE = 'offline_access';

const listOf = (scope: unknown): readonly string[] => (typeof scope === 'string' ? scope.split(' ') : []);

/** The scope as the app sent it, with the part that oidc-provider has left out; a signed request is verified by then. */
function sentScope({ oidc, method, query }: KoaContextWithOIDC): readonly string[] {
  const parameters = (method === 'POST' ? oidc.body : query) ?? {};
  const { request } = oidc.entities.PushedAuthorizationRequest ?? parameters;
  if (typeof request !== 'string') return listOf(parameters.scope);
  try {
    return listOf(decodeJwt(request).scope);
  } catch {
    return [];
  }
}

function mayAskFor({ oidc }: KoaContextWithOIDC): boolean {
  const { client, params, route } = oidc;
  // The device flow has no prompt: oidc-provider leaves nothing out there.
  if (client === undefined || (route !== 'authorization' && route !== 'pushed_authorization_request')) return false;
  if (!listOf(params?.response_type).includes('code') || !client.grantTypeAllowed('refresh_token')) return false;
  return client.scope === undefined || listOf(client.scope).includes(OFFLINE);
}

/** The only extension point of oidc-provider after it has left the scope out is a validator of the parameter `scope`. */
export function offlineAccessOptions(): Configuration {
  return {
    extraParams: {
      scope(ctx) {
        const { params = {} } = ctx.oidc;
        const scopes = listOf(params.scope);
        if (scopes.includes(OFFLINE) || !sentScope(ctx).includes(OFFLINE) || !mayAskFor(ctx)) return;
        params.scope = [...scopes, OFFLINE].join(' ');
      },
    },
  };
}

/** Replaces oidc-provider's check of that name, which makes no exception for this scope. */
export const scopesMissing = new Check(
  'op_scopes_missing',
  'requested scopes not granted',
  'consent_required',
  (ctx) => withoutOfflineAccess(missingAccess(ctx.oidc.grant, requestedAccess(ctx, []))).oidcScopes.length > 0,
);

export function withoutOfflineAccess(access: Access): Access {
  return { ...access, oidcScopes: access.oidcScopes.filter((scope) => scope !== OFFLINE) };
}

/**
 * An app repeats the scope that it is configured with when it refreshes (RFC 6749 6). If the user was never asked for this
 * part of it, it is left out here too, instead of failing the refresh; the response says so (RFC 6749 3.3).
 */
export function leaveOutUngranted({ oidc }: KoaContextWithOIDC, granted: unknown): void {
  const { params = {} } = oidc;
  const scopes = listOf(params.scope);
  if (!scopes.includes(OFFLINE) || listOf(granted).includes(OFFLINE)) return;
  const others = scopes.filter((scope) => scope !== OFFLINE);
  // An empty scope would mean all that was granted.
  if (others.length > 0) params.scope = others.join(' ');
}
