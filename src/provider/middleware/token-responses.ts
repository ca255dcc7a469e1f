/** What oidc-provider leaves to be said in answers about tokens; runs behind it, before a refresh is stored. */
import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { isScopeFor, scopesOfChosenClients } from '../../domain/scopes/names.ts';
import type { HintAt } from '../options/resources.ts';
import { OFFLINE } from '../policy/offline-access.ts';
import { requestOf } from '../request.ts';
import { answerOf, grantedScope, spaceDelimited } from '../requested-access.ts';

interface TokenResponse {
  readonly error?: unknown;
  readonly error_description?: unknown;
  readonly scope?: unknown;
}

/** Granted before an administrator took them from the client; those of a resource are its own. */
function withoutTakenScopes({ oidc }: KoaContextWithOIDC, scope: unknown): unknown {
  const { AccessToken, RefreshToken } = oidc.entities;
  const isOfResource = AccessToken === undefined ? RefreshToken?.resource !== undefined : AccessToken.aud !== undefined;
  if (typeof scope !== 'string' || isOfResource) return scope;
  const isTaken = (name: string) => scopesOfChosenClients.includes(name) && !isScopeFor(oidc.client?.scope, name);
  return spaceDelimited(scope)
    .filter((name) => !isTaken(name))
    .join(' ');
}

/**
 * RFC 7662 2.2: what is granted by now, which a user may have made less since a token was issued. Undefined where nothing of it is
 * left, and where it was to outlive the session that it came from and may not any more.
 */
function scopeLeft({ oidc }: KoaContextWithOIDC, scope: string): string | undefined {
  const { Grant, AccessToken, RefreshToken } = oidc.entities;
  const resources = [RefreshToken?.resource ?? AccessToken?.aud ?? []].flat();
  const granted = [
    ...(AccessToken?.aud === undefined ? [grantedScope(Grant, scope)] : []),
    ...resources.map((resource) => grantedScope(Grant, scope, resource)),
  ].flatMap(spaceDelimited);
  const left = spaceDelimited(scope).filter((name) => granted.includes(name));
  const endsWithSession = (AccessToken ?? RefreshToken)?.expiresWithSession === true;
  const isLasting = endsWithSession || answerOf(Grant).allowed.oidcScopes.includes(OFFLINE);
  return left.length > 0 && isLasting ? left.join(' ') : undefined;
}

function grantedByNow(ctx: KoaContextWithOIDC, body: TokenResponse): TokenResponse & { readonly active?: boolean } {
  const { scope } = body;
  if (ctx.oidc.entities.Grant === undefined || typeof scope !== 'string') return body;
  const left = scopeLeft(ctx, scope);
  if (left === undefined) return { active: false };
  return left === scope ? body : { ...body, scope: left };
}

function withTrueScope(ctx: KoaContextWithOIDC, body: TokenResponse): TokenResponse {
  const granted = ctx.oidc.route === 'introspection' ? grantedByNow(ctx, body) : body;
  const { scope, ...rest } = granted;
  const left = withoutTakenScopes(ctx, scope);
  // RFC 6749 3.3: a scope names something.
  if (left === '') return rest;
  return left === scope ? granted : { ...rest, scope: left };
}

export function tokenResponses(hintAt: HintAt): Koa.Middleware {
  /** RFC 8707 2: where a code or refresh token was issued for other resources, oidc-provider does not ask us. */
  async function explainTarget(ctx: KoaContextWithOIDC, body: TokenResponse): Promise<void> {
    const asked = [ctx.oidc.params?.resource].flat().find((resource) => typeof resource === 'string');
    if (asked === undefined || requestOf(ctx).isTargetExplained) return;
    ctx.body = { ...body, error_description: `${body.error_description}${await hintAt(ctx, asked)}` };
  }

  return async (koaContext, next) => {
    await next();
    const ctx = koaContext as unknown as KoaContextWithOIDC;
    const route = ctx.oidc?.route;
    if (route !== 'token' && route !== 'introspection') return;
    // A signed introspection is a text.
    const body = (typeof ctx.body === 'object' && ctx.body !== null ? ctx.body : {}) as TokenResponse;
    const response = withTrueScope(ctx, body);
    if (response !== body) ctx.body = response;
    if (body.error === 'invalid_target') await explainTarget(ctx, body);
  };
}
