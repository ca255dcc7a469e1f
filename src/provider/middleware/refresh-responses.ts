/** Steps 3, 4 and 7 of a refresh (adapter/refresh-tokens.ts): stores the response before it is sent, and sends it again. */
import { isDeepStrictEqual } from 'node:util';
import { calculateJwkThumbprint, decodeProtectedHeader } from 'jose';
import type Koa from 'koa';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { CachedTokenResponse } from '../../storage/issued/refresh-token-families.ts';
import type { RefreshTokenDeps } from '../adapter/refresh-tokens.ts';
import { cachedResponseKeptSeconds } from '../options/lifetimes.ts';
import { reuseIntervalSecondsOf } from '../options/tokens.ts';
import { noteFor, requestOf } from '../request.ts';

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

/** False when this request asks for something else. */
function sendAgain(ctx: KoaContextWithOIDC, asked: Asked, { body, ...first }: CachedTokenResponse): boolean {
  const { scope, resources, dpopThumbprint: thumbprint } = first;
  if (body === undefined || !isDeepStrictEqual(asked, { scope, resources, dpopThumbprint: thumbprint })) return false;
  ctx.status = 200;
  ctx.body = body;
  return true;
}

export function refreshResponses({ refreshTokens, clock, defaultReuseSeconds }: RefreshTokenDeps): Koa.Middleware {
  async function store(ctx: KoaContextWithOIDC, used: InstanceType<Provider['RefreshToken']>): Promise<void> {
    const asked = await whatIsAsked(ctx);
    // Without an interval only the fact is kept, so that a replay stays one should the client get an interval later.
    const hasInterval = reuseIntervalSecondsOf(ctx.oidc.client, defaultReuseSeconds) > 0;
    const response = {
      ...asked,
      respondedAt: clock.now(),
      ...(hasInterval && { body: ctx.body as CachedTokenResponse['body'] }),
    };
    const expiresAt = clock.now() + cachedResponseKeptSeconds * 1000;
    if (await refreshTokens.storeResponse(used.jti, String(used.grantId), response, expiresAt)) return;
    const { RefreshToken, AccessToken } = ctx.oidc.entities;
    const first = await refreshTokens.findResponse(used.jti);
    await Promise.all([RefreshToken?.destroy(), AccessToken?.destroy()]);
    if (first !== undefined && sendAgain(ctx, asked, first)) return;
    ctx.status = 400;
    ctx.body = { error: 'invalid_grant', error_description: 'grant request is invalid' };
  }

  return async (koaContext, next) => {
    await next();
    const ctx = koaContext as unknown as KoaContextWithOIDC;
    if (ctx.oidc?.route !== 'token') return;
    const { cachedTokenResponse, isLateRetry, presented } = requestOf(ctx);
    const used = ctx.oidc.entities.RotatedRefreshToken;
    if (cachedTokenResponse !== undefined) {
      const subject = { accountId: presented?.accountId };
      const reason = isLateRetry ? 'within_interval' : 'under_way';
      if (sendAgain(ctx, await whatIsAsked(ctx), cachedTokenResponse))
        noteFor(ctx)('refresh.answered_again', reason, subject);
      // Where something else is asked for, oidc-provider's invalid_grant stays, and nothing is revoked.
      else
        noteFor(ctx)('request.refused', 'invalid_grant', {
          ...subject,
          detail: 'a retry that asks for something else',
        });
    } else if (ctx.status === 200 && used !== undefined) await store(ctx, used);
  };
}
