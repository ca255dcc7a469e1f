/** Behind oidc-provider: keeps the answer to a refresh before it is sent, and gives it again to a retry of the same request. */
import { isDeepStrictEqual } from 'node:util';
import { calculateJwkThumbprint, decodeProtectedHeader } from 'jose';
import type Koa from 'koa';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { CachedTokenResponse } from '../../storage/issued/refresh-token-families.ts';
import { ANSWER_KEPT_MILLISECONDS, RefreshAlreadySpent, type RefreshTokenStorage } from '../adapter/refresh-tokens.ts';
import { reuseIntervalSecondsOf } from '../options/tokens.ts';

type Asked = Pick<CachedTokenResponse, 'scope' | 'resources' | 'dpopThumbprint'>;

/** oidc-provider has verified the proof; here only its key matters. */
async function dpopThumbprint(ctx: KoaContextWithOIDC): Promise<string | undefined> {
  const proof = ctx.get('DPoP');
  const jwk = proof === '' ? undefined : decodeProtectedHeader(proof).jwk;
  return jwk && calculateJwkThumbprint(jwk);
}

async function whatIsAsked(ctx: KoaContextWithOIDC): Promise<Asked> {
  const { scope, resource } = ctx.oidc.params ?? {};
  return {
    scope: typeof scope === 'string' ? scope : undefined,
    resources: [resource ?? []].flat().map(String),
    dpopThumbprint: await dpopThumbprint(ctx),
  };
}

function isSame(asked: Asked, { scope, resources, dpopThumbprint: thumbprint }: CachedTokenResponse): boolean {
  return isDeepStrictEqual([asked.scope, asked.resources, asked.dpopThumbprint], [scope, [...resources], thumbprint]);
}

export function retriedRefresh({ refreshTokens, clock, defaultReuseSeconds }: RefreshTokenStorage): Koa.Middleware {
  async function keep(ctx: KoaContextWithOIDC, spent: InstanceType<Provider['RefreshToken']>): Promise<void> {
    const asked = await whatIsAsked(ctx);
    // Without a window nothing is kept but that it was answered: should the window be opened one day, a replay is none the less one.
    const hasWindow = reuseIntervalSecondsOf(ctx.oidc.client, defaultReuseSeconds) > 0;
    const answer = {
      ...asked,
      respondedAt: clock.now(),
      ...(hasWindow && { body: ctx.body as CachedTokenResponse['body'] }),
    };
    const expiresAt = clock.now() + ANSWER_KEPT_MILLISECONDS;
    if (await refreshTokens.storeResponse(spent.jti, String(spent.grantId), answer, expiresAt)) return;
    // Too slow: another caller took over and answered. There is one answer only, so what was just issued goes.
    const first = await refreshTokens.findResponse(spent.jti);
    const { RefreshToken, AccessToken } = ctx.oidc.entities;
    await Promise.all([RefreshToken?.destroy(), AccessToken?.destroy()]);
    if (first?.body !== undefined && isSame(asked, first)) ctx.body = first.body;
    else {
      ctx.status = 400;
      ctx.body = { error: 'invalid_grant', error_description: 'grant request is invalid' };
    }
  }

  return async (koaContext, next) => {
    await next();
    const ctx = koaContext as unknown as KoaContextWithOIDC;
    if (ctx.oidc?.route !== 'token') return;
    const { refreshSpent } = ctx.state;
    if (refreshSpent instanceof RefreshAlreadySpent) {
      // Asked with another scope, resource or key it stays oidc-provider's invalid_grant, and nothing is revoked.
      const { answer } = refreshSpent;
      if (answer.body === undefined || !isSame(await whatIsAsked(ctx), answer)) return;
      ctx.status = 200;
      ctx.body = answer.body;
      return;
    }
    const spent = ctx.oidc.entities.RotatedRefreshToken;
    if (ctx.status === 200 && spent !== undefined) await keep(ctx, spent);
  };
}
