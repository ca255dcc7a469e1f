/** What oidc-provider leaves to be said in answers about tokens; runs behind it, before a refresh is stored. */
import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { isScopeFor, scopesOfChosenClients } from '../../domain/scopes/names.ts';
import type { HintAt } from '../options/resources.ts';
import { requestOf } from '../request.ts';
import { spaceDelimited } from '../requested-access.ts';

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
    if (ctx.oidc?.route !== 'token' && ctx.oidc?.route !== 'introspection') return;
    // A signed introspection is a text.
    const body = (typeof ctx.body === 'object' && ctx.body !== null ? ctx.body : {}) as TokenResponse;
    const { scope, ...rest } = body;
    const left = withoutTakenScopes(ctx, scope);
    // RFC 6749 3.3: a scope names something.
    if (left === '') ctx.body = rest;
    else if (left !== scope) ctx.body = { ...rest, scope: left };
    if (body.error === 'invalid_target') await explainTarget(ctx, body);
  };
}
