/** Scopes that only clients may have for which an administrator has named them (`scopesOfChosenClients`). */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { isScopeFor, scopesOfChosenClients } from '../../domain/scopes/names.ts';
import { spaceDelimited } from '../requested-access.ts';

function isOfResource({ oidc }: KoaContextWithOIDC, scope: string): boolean {
  return Object.values(oidc.resourceServers ?? {}).some(({ scopes }) => scopes.has(scope));
}

/**
 * RFC 6749 3.3: what a client may not have is left out as what nobody knows, since many apps ask for `roles` wherever they go. A
 * resource may have a scope of that name. oidc-provider would refuse it, or let a client that is registered without `scope` have it.
 */
export function leaveOutScopesOfOthers(ctx: KoaContextWithOIDC): void {
  const { client, params } = ctx.oidc;
  if (params?.scope === undefined) return;
  const isLeftOut = (scope: string): boolean =>
    scopesOfChosenClients.includes(scope) && !isScopeFor(client?.scope, scope) && !isOfResource(ctx, scope);
  const kept = spaceDelimited(params.scope).filter((scope) => !isLeftOut(scope));
  params.scope = kept.join(' ') || undefined;
}

/** Those that were left out before it was known that a resource has them. */
export function putBackScopesOfResources(ctx: KoaContextWithOIDC, asked: readonly string[]): void {
  const { params = {} } = ctx.oidc;
  const own = scopesOfChosenClients.filter((scope) => asked.includes(scope) && isOfResource(ctx, scope));
  if (own.length > 0) params.scope = [...new Set([...spaceDelimited(params.scope), ...own])].join(' ');
}
