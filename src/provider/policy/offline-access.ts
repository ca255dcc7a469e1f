/**
 * `offline_access` without `prompt=consent`. oidc-provider leaves it out; OIDC Core 11 allows other conditions. Ours are that an
 * administrator has registered the client as first-party, or that the user has allowed it before, or allows it on a consent page
 * that is shown for another reason. It never causes that page: if no condition is met, it is left out of the scope of the code
 * and of the token response.
 */
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Access } from '../../storage/records/consents.ts';
import { spaceDelimited } from '../requested-access.ts';

export const OFFLINE = 'offline_access';

function mayAskFor({ oidc }: KoaContextWithOIDC): boolean {
  const { client, params, route } = oidc;
  // The device flow has no prompt: oidc-provider leaves nothing out there.
  if (client === undefined || (route !== 'authorization' && route !== 'pushed_authorization_request')) return false;
  if (!spaceDelimited(params?.response_type).includes('code') || !client.grantTypeAllowed('refresh_token'))
    return false;
  return client.scope === undefined || spaceDelimited(client.scope).includes(OFFLINE);
}

/** oidc-provider has left it out, before it asks us anything: it is taken in again where an app may ask for it. */
export function addOfflineAccess(ctx: KoaContextWithOIDC, sent: readonly string[]): void {
  const { params = {} } = ctx.oidc;
  const scopes = spaceDelimited(params.scope);
  if (scopes.includes(OFFLINE) || !sent.includes(OFFLINE) || !mayAskFor(ctx)) return;
  params.scope = [...scopes, OFFLINE].join(' ');
}

export function withoutOfflineAccess(access: Access): Access {
  return { ...access, oidcScopes: access.oidcScopes.filter((scope) => scope !== OFFLINE) };
}

/**
 * An app repeats the scope that it is configured with when it refreshes (RFC 6749 6). If the user was never asked for this
 * part of it, it is left out here too, instead of failing the refresh; the response says so (RFC 6749 3.3).
 */
export function leaveOutUngranted({ oidc }: KoaContextWithOIDC, granted: unknown): void {
  const { params = {} } = oidc;
  const scopes = spaceDelimited(params.scope);
  if (!scopes.includes(OFFLINE) || spaceDelimited(granted).includes(OFFLINE)) return;
  const others = scopes.filter((scope) => scope !== OFFLINE);
  // An empty scope would mean all that was granted.
  if (others.length > 0) params.scope = others.join(' ');
}
