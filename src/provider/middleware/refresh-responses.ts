/** Steps 3, 4 and 7 of a refresh (adapter/refresh-tokens.ts): stores the response before it is sent, and sends it again. */
import { isDeepStrictEqual } from 'node:util';
import { calculateJwkThumbprint, decodeProtectedHeader } from 'jose';
import type Koa from 'koa';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { CachedTokenResponse } from '../../storage/issued/refresh-token-families.ts';
import type { Counters } from '../../storage/records/counters.ts';
import type { RefreshTokenDeps } from '../adapter/refresh-tokens.ts';
import { effectiveResources, type IssuedFor } from '../options/granted-resource.ts';
import { cachedResponseKeptSeconds, lateResendsCountedSeconds } from '../options/lifetimes.ts';
import { reuseIntervalSecondsOf } from '../options/tokens.ts';
import { isClientProven, noteFor, requestOf } from '../request.ts';
import { spaceDelimited } from '../requested-access.ts';

/** A response is lost once or twice; who asks more often is no client that missed it. */
const MAX_LATE_RESENDS = 3;

type Asked = Pick<CachedTokenResponse, 'scope' | 'resources' | 'dpopThumbprint'>;

/** oidc-provider has verified the proof; here only its key matters. */
async function dpopThumbprint(ctx: KoaContextWithOIDC): Promise<string | undefined> {
  const proof = ctx.get('DPoP');
  const jwk = proof === '' ? undefined : decodeProtectedHeader(proof).jwk;
  return jwk && calculateJwkThumbprint(jwk);
}

/** RFC 6749 3.3: their order does not matter. */
function sortedScope(scope: unknown): string | undefined {
  return typeof scope === 'string' ? [...new Set(spaceDelimited(scope))].sort().join(' ') : undefined;
}

async function effectiveRequest(ctx: KoaContextWithOIDC, issuedFor: IssuedFor): Promise<Asked> {
  return {
    scope: sortedScope(ctx.oidc.params?.scope),
    resources: effectiveResources(ctx, issuedFor),
    dpopThumbprint: await dpopThumbprint(ctx),
  };
}

/** False when this request asks for something else. */
function isRetry(asked: Asked, { body, scope, resources, dpopThumbprint: thumbprint }: CachedTokenResponse): boolean {
  return (
    body !== undefined && isDeepStrictEqual(asked, { scope: sortedScope(scope), resources, dpopThumbprint: thumbprint })
  );
}

interface RefreshResponsesDeps extends RefreshTokenDeps {
  readonly counters: Pick<Counters, 'add'>;
}

export function refreshResponses(deps: RefreshResponsesDeps): Koa.Middleware {
  const { refreshTokens, clock, counters, reuse, bursts } = deps;

  /** Whether one that came after the response was stored may still have it: counted in storage, for all instances. */
  async function isAmongTheFirst(ctx: KoaContextWithOIDC): Promise<boolean> {
    const key = `refresh answered again\0${ctx.oidc.params?.refresh_token}`;
    return (await counters.add(key, lateResendsCountedSeconds)) <= MAX_LATE_RESENDS;
  }

  /** Where it may not, oidc-provider's `invalid_grant` stays, and nothing is revoked. */
  async function resendCachedResponse(
    ctx: KoaContextWithOIDC,
    asked: Asked,
    first: CachedTokenResponse,
  ): Promise<boolean> {
    const { isLateRefresh, presented } = requestOf(ctx);
    const subject = { accountId: presented?.accountId };
    const refuse = (detail: string): false => {
      noteFor(ctx)('request.refused', 'invalid_grant', { ...subject, detail, isClientProven: isClientProven(ctx) });
      return false;
    };
    if (!isRetry(asked, first)) return refuse('a retry that asks for something else');
    if (isLateRefresh && !(await isAmongTheFirst(ctx))) return refuse('answered again too often');
    ctx.status = 200;
    ctx.body = first.body;
    noteFor(ctx)('refresh.answered_again', isLateRefresh ? 'within_interval' : 'under_way', subject);
    return true;
  }

  async function store(ctx: KoaContextWithOIDC, used: InstanceType<Provider['RefreshToken']>): Promise<void> {
    const asked = await effectiveRequest(ctx, used);
    // Without an interval only the fact is kept, so that a replay stays one should the client get an interval later.
    const isBoundToKey = used.jkt !== undefined;
    const hasInterval = reuseIntervalSecondsOf(ctx.oidc.client, reuse, { isBoundToKey }) > 0;
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
    if (first !== undefined && (await resendCachedResponse(ctx, asked, first))) return;
    ctx.status = 400;
    ctx.body = { error: 'invalid_grant', error_description: 'grant request is invalid' };
  }

  async function respond(ctx: KoaContextWithOIDC): Promise<void> {
    const { cachedTokenResponse, usedRefreshToken } = requestOf(ctx);
    const used = ctx.oidc.entities.RotatedRefreshToken;
    if (cachedTokenResponse !== undefined)
      await resendCachedResponse(
        ctx,
        await effectiveRequest(ctx, usedRefreshToken?.payload ?? {}),
        cachedTokenResponse,
      );
    else if (ctx.status === 200 && used !== undefined) await store(ctx, used);
  }

  return async (koaContext, next) => {
    const ctx = koaContext as unknown as KoaContextWithOIDC;
    const arrival = bursts.arrive();
    requestOf(ctx).refreshArrival = arrival;
    ctx.res.once('close', () => bursts.end(arrival));
    await next();
    if (ctx.oidc?.route === 'token') await respond(ctx);
  };
}
