/**
 * Which API a token is for where the token request names none (RFC 8707 2.2): the one that was granted, if it was one. Userinfo is asked
 * for by a refresh whose scope names scopes of the account alone, or by a client that an administrator has set `use_granted_resource`
 * to false for: then a request without `resource` is for userinfo.
 */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { spaceDelimited } from '../requested-access.ts';

/** What a code or a refresh token was issued for. */
export interface IssuedFor {
  readonly resource?: unknown;
  readonly scope?: unknown;
}

function asksForAccountOnly({ oidc }: KoaContextWithOIDC): boolean {
  const { requestParamScopes: asked, requestParamOIDCScopes: ofAccount } = oidc;
  return asked.size > 0 && asked.size === ofAccount.size;
}

export function usesGrantedResource(ctx: KoaContextWithOIDC, { resource }: IssuedFor): boolean {
  return typeof resource === 'string' && ctx.oidc.client?.use_granted_resource !== false && !asksForAccountOnly(ctx);
}

/** What the token of this request is for, named in it or not: two requests that say it differently ask for the same. */
export function effectiveResources(ctx: KoaContextWithOIDC, issuedFor: IssuedFor): readonly string[] {
  const { params } = ctx.oidc;
  if (params?.resource !== undefined) return [params.resource].flat().map(String);
  const { resource, scope } = issuedFor;
  // Without openid there is no token for userinfo, and oidc-provider takes what was granted.
  const isForUserinfo = spaceDelimited(params?.scope ?? scope).includes('openid');
  return usesGrantedResource(ctx, issuedFor) || !isForUserinfo ? [resource ?? []].flat().map(String) : [];
}

/** Userinfo demands `openid` in each of its tokens (OIDC Core 5.3.1), and only userinfo uses the other scopes of the account. */
export function addOpenid(ctx: KoaContextWithOIDC, { resource, scope }: IssuedFor): void {
  const { params = {} } = ctx.oidc;
  if (resource === undefined || params.resource !== undefined || !asksForAccountOnly(ctx)) return;
  const asked = spaceDelimited(params.scope);
  if (!asked.includes('openid') && spaceDelimited(scope).includes('openid'))
    params.scope = ['openid', ...asked].join(' ');
}
