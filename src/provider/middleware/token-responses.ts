/** What oidc-provider leaves to be said in an answer of the token endpoint; runs behind it, before a refresh is stored. */
import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { HintAt } from '../options/resources.ts';
import { requestOf } from '../request.ts';

interface TokenResponse {
  readonly error?: unknown;
  readonly error_description?: unknown;
  readonly scope?: unknown;
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
    if (ctx.oidc?.route !== 'token') return;
    const body = (ctx.body ?? {}) as TokenResponse;
    const { scope, ...rest } = body;
    // RFC 6749 3.3: a scope names something.
    if (scope === '') ctx.body = rest;
    if (body.error === 'invalid_target') await explainTarget(ctx, body);
  };
}
