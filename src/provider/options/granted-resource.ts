/**
 * Which API a token is for where the token request names none (RFC 8707 2.2): the one that was granted, if it was one. Userinfo is asked
 * for by a refresh whose scope names scopes of the account alone, or by a client that an administrator has set `use_granted_resource`
 * to false for: then a request without `resource` is for userinfo.
 */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { requestOf } from '../request.ts';
import { answerOf, grantedScope, spaceDelimited } from '../requested-access.ts';

/** What a code or a refresh token was issued for. */
export interface IssuedFor {
  readonly resource?: unknown;
  readonly scope?: unknown;
}

function asksForAccountOnly({ oidc }: KoaContextWithOIDC): boolean {
  const { requestParamScopes: asked, requestParamOIDCScopes: ofAccount } = oidc;
  return asked.size > 0 && asked.size === ofAccount.size;
}

/**
 * Whether a user has refused all of this resource that a code or token was issued for: a token for it without any scope would stand for
 * the resource as a whole. A resource of which no scope was ever asked for is not refused.
 */
export function isRefused(ctx: KoaContextWithOIDC, { scope }: IssuedFor, resource: string): boolean {
  const { grant } = requestOf(ctx);
  const { refused } = answerOf(grant);
  return refused.resourceScopes[resource] !== undefined && grantedScope(grant, scope, resource) === '';
}

/** The resources that a code or token was issued for, without those that a user has refused; all of them where none would be left. */
export function grantedResources(ctx: KoaContextWithOIDC, issuedFor: IssuedFor): readonly string[] {
  const issued = [issuedFor.resource ?? []].flat().map(String);
  const left = issued.filter((resource) => !isRefused(ctx, issuedFor, resource));
  return left.length > 0 ? left : issued;
}

export function usesGrantedResource(ctx: KoaContextWithOIDC, issuedFor: IssuedFor): boolean {
  const { resource } = issuedFor;
  if (typeof resource !== 'string' || isRefused(ctx, issuedFor, resource)) return false;
  return ctx.oidc.client?.use_granted_resource !== false && !asksForAccountOnly(ctx);
}

/** What the token of this request is for, named in it or not: two requests that say it differently ask for the same. */
export function effectiveResources(ctx: KoaContextWithOIDC, issuedFor: IssuedFor): readonly string[] {
  const { params } = ctx.oidc;
  if (params?.resource !== undefined) return [params.resource].flat().map(String);
  // Without openid there is no token for userinfo, and oidc-provider takes what was granted.
  const isForUserinfo = spaceDelimited(params?.scope ?? issuedFor.scope).includes('openid');
  return usesGrantedResource(ctx, issuedFor) || !isForUserinfo ? grantedResources(ctx, issuedFor) : [];
}

/** Userinfo demands `openid` in each of its tokens (OIDC Core 5.3.1), and only userinfo uses the other scopes of the account. */
export function addOpenid(ctx: KoaContextWithOIDC, { resource, scope }: IssuedFor): void {
  const { params = {} } = ctx.oidc;
  if (resource === undefined || params.resource !== undefined || !asksForAccountOnly(ctx)) return;
  const asked = spaceDelimited(params.scope);
  if (!asked.includes('openid') && spaceDelimited(scope).includes('openid'))
    params.scope = ['openid', ...asked].join(' ');
}
