/**
 * A refresh from request to response (RFC 9700 4.14.2: rotate, and detect replay):
 * 1. `find` gives oidc-provider the token. A used one passes for unused where step 5 or 8 allows another use.
 * 2. `consume` is one conditional write: of many requests with the same token one wins.
 * 3. The winner's response is stored before it is sent (middleware/refresh-responses.ts).
 * 4. The others wait for it and fail with `invalid_grant`, which the middleware replaces by the stored response if they
 *    asked for the same scope, resources (named or not) and DPoP key.
 * 5. A retry within the reuse interval goes the same way, and finds the response at once. Requests that were under way
 *    together all get it; of those that came after it was stored, three.
 * 6. A winner that has stored nothing after two seconds may be dead: one of the others takes over and issues tokens.
 * 7. If it was only slow, it finds a response stored, deletes what it issued and sends that response.
 * 8. A crash between 2 and 3 leaves a used token without a response, which can be used again for a day.
 * 9. Every other use of a used token is a replay: oidc-provider ends the grant with all that was issued under it.
 */
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { Clock } from '../../ports/clock.ts';
import { StorageUnavailable } from '../../storage/driver.ts';
import type {
  CachedTokenResponse,
  FoundRefreshToken,
  RefreshTokenFamilies,
} from '../../storage/issued/refresh-token-families.ts';
import { addOpenid } from '../options/granted-resource.ts';
import { cachedResponseKeptSeconds, clockToleranceSeconds, unansweredUsableSeconds } from '../options/lifetimes.ts';
import { type ReuseSetting, reuseIntervalSecondsOf } from '../options/tokens.ts';
import { leaveOutUngranted } from '../policy/offline-access.ts';
import { currentContext, currentRequest } from '../request.ts';
import type { RefreshBursts } from './refresh-bursts.ts';
import { revokeByGrantId, unsupported } from './tokens.ts';

const TAKEN_OVER_AFTER_MS = 2000;
const WAIT_AT_MOST_MS = 8000;
const POLL_MS = 25;
/** Clocks of instances differ by less. Further in the future the clock was set back, and nobody knows how old the use is. */
const CLOCKS_DIFFER_BY_MS = 1000;

export interface RefreshTokenDeps {
  readonly refreshTokens: RefreshTokenFamilies;
  readonly clock: Clock;
  readonly reuse: ReuseSetting;
  readonly bursts: RefreshBursts;
}

/** OIDC Core 12.2: a refreshed ID token has no `nonce`, and oidc-provider copies it from the refresh token. */
function withoutNonce({ nonce: _nonce, ...payload }: AdapterPayload): AdapterPayload {
  return payload;
}

function toPayload({ payload, consumedAt }: FoundRefreshToken): AdapterPayload {
  // Those that were stored by a version before ours have one.
  return { ...withoutNonce(payload), ...(consumedAt !== undefined && { consumed: Math.floor(consumedAt / 1000) }) };
}

export function createRefreshTokenAdapter({ refreshTokens, clock, reuse, bursts }: RefreshTokenDeps): Adapter {
  /** 0 everywhere but at the token endpoint: introspection goes on calling a used token inactive. */
  function reuseIntervalMs({ payload }: FoundRefreshToken): number {
    const oidc = currentContext()?.oidc;
    const isBoundToKey = payload.jkt !== undefined;
    return oidc?.route === 'token' ? reuseIntervalSecondsOf(oidc.client, reuse, { isBoundToKey }) * 1000 : 0;
  }

  const isWithin = (milliseconds: number, since: number): boolean => {
    const age = clock.now() - since;
    return age > -CLOCKS_DIFFER_BY_MS && age <= milliseconds;
  };

  async function mayBeUsedAgain(refreshToken: string, found: FoundRefreshToken, consumedAt: number): Promise<boolean> {
    const interval = reuseIntervalMs(found);
    if (interval === 0 || !isWithin(unansweredUsableSeconds * 1000, consumedAt)) return false;
    if (isWithin(interval, consumedAt)) return true;
    const response = await refreshTokens.findResponse(refreshToken);
    // The interval of a token that was taken over begins with the response.
    return response === undefined || isWithin(interval, response.respondedAt);
  }

  const joinBurst = (refreshToken: string): void => {
    const arrival = currentRequest()?.refreshArrival;
    if (arrival !== undefined) bursts.join(refreshToken, arrival);
  };

  /** Whether it came after the response was stored, and after all that were under way with the first use had theirs. */
  function hasComeLater(refreshToken: string, { respondedAt }: CachedTokenResponse): boolean {
    const arrival = currentRequest()?.refreshArrival;
    if (arrival === undefined) return true;
    // By the clock where another process answered.
    if (arrival.at < respondedAt) bursts.join(refreshToken, arrival);
    return !bursts.joinIfUnderWay(refreshToken, arrival);
  }

  function leaveToMiddleware(refreshToken: string, response: CachedTokenResponse): never {
    const request = currentRequest();
    if (request !== undefined) {
      request.cachedTokenResponse = response;
      request.isLateRefresh = hasComeLater(refreshToken, response);
    }
    throw new errors.InvalidGrant('refresh token was used a moment ago');
  }

  /** Returns when this request is to issue tokens in the winner's place. */
  async function awaitResponse(
    refreshToken: string,
    { payload, consumedAt = clock.now() }: FoundRefreshToken,
  ): Promise<void> {
    for (let waited = 0; waited < WAIT_AT_MOST_MS; waited += POLL_MS) {
      const response = await refreshTokens.findResponse(refreshToken);
      if (response !== undefined) leaveToMiddleware(refreshToken, response);
      joinBurst(refreshToken);
      const takeover = Math.floor((clock.now() - consumedAt) / TAKEN_OVER_AFTER_MS);
      const expiresAt = clock.now() + cachedResponseKeptSeconds * 1000;
      const grantId = String(payload.grantId);
      if (takeover > 0 && (await refreshTokens.takeOver(refreshToken, grantId, takeover, expiresAt))) return;
      await clock.sleep(POLL_MS);
    }
    throw new StorageUnavailable(new Error('the first use of a refresh token has not been answered yet'));
  }

  return {
    ...unsupported('RefreshToken'),

    upsert(refreshToken, payload) {
      const keptUntil = payload.exp === undefined ? undefined : (payload.exp + clockToleranceSeconds) * 1000;
      return refreshTokens.save(refreshToken, { ...withoutNonce(payload) }, keptUntil);
    },

    async find(refreshToken) {
      const found = await refreshTokens.find(refreshToken);
      if (found === undefined) return undefined;
      const ctx = currentContext();
      if (ctx?.oidc.route === 'token') {
        leaveOutUngranted(ctx, found.payload.scope);
        addOpenid(ctx, found.payload);
      }
      const request = currentRequest();
      if (request === undefined || found.consumedAt === undefined) return toPayload(found);
      if (!(await mayBeUsedAgain(refreshToken, found, found.consumedAt))) return toPayload(found);
      request.usedRefreshToken = found;
      return toPayload({ payload: found.payload });
    },

    async consume(refreshToken) {
      const request = currentRequest();
      if (request?.usedRefreshToken !== undefined) return awaitResponse(refreshToken, request.usedRefreshToken);
      joinBurst(refreshToken);
      const outcome = await refreshTokens.consume(refreshToken);
      if (outcome === 'consumed') return;
      const found = outcome === 'already_consumed' ? await refreshTokens.find(refreshToken) : undefined;
      if (found === undefined || reuseIntervalMs(found) === 0) throw new errors.InvalidGrant(`RefreshToken ${outcome}`);
      if (request !== undefined) request.usedRefreshToken = found;
      await awaitResponse(refreshToken, found);
    },

    destroy: (refreshToken) => refreshTokens.destroy(refreshToken),

    revokeByGrantId,
  };
}
