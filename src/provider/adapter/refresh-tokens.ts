/** Refresh tokens: spent once, yet a retry within the reuse interval is answered as the first use was. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Adapter, errors } from 'oidc-provider';
import type { Clock } from '../../ports/clock.ts';
import { StorageUnavailable } from '../../storage/driver.ts';
import type { CachedTokenResponse, RefreshTokenFamilies } from '../../storage/issued/refresh-token-families.ts';
import type { FoundIssued } from '../../storage/issued/tokens.ts';
import { reuseIntervalSecondsOf } from '../options/tokens.ts';
import { requestContext } from '../request.ts';
import { keptUntil, toPayload, unsupported } from './tokens.ts';

/** How long the winner may take to store its answer before the next caller answers in its place. */
const LEASE_MILLISECONDS = 2000;
const WAIT_AT_MOST_MILLISECONDS = 8000;
const POLL_MILLISECONDS = 25;
/** For this long a token that was spent without an answer may be used again: nobody holds a successor. */
const UNANSWERED_USABLE_MILLISECONDS = 24 * 3600 * 1000;
/** Longer: were the answer gone first, by a clock that runs ahead, a replay would pass for a token that nobody answered. */
export const ANSWER_KEPT_MILLISECONDS = UNANSWERED_USABLE_MILLISECONDS + 3600 * 1000;

/** Thrown to whoever comes second inside the window; the middleware behind oidc-provider turns it into the first answer. */
export class RefreshAlreadySpent extends errors.InvalidGrant {
  readonly answer: CachedTokenResponse;

  constructor(answer: CachedTokenResponse) {
    super('refresh token was spent a moment ago');
    this.answer = answer;
  }
}

export interface RefreshTokenStorage {
  readonly refreshTokens: RefreshTokenFamilies;
  readonly clock: Clock;
  readonly defaultReuseSeconds: number;
}

export function createRefreshTokenAdapter({ refreshTokens, clock, defaultReuseSeconds }: RefreshTokenStorage): Adapter {
  // What a request found spent already: it need not try to spend that again.
  const spentBefore = new WeakMap<object, FoundIssued>();

  /** 0 everywhere but on the token endpoint: introspection goes on calling a spent token inactive. */
  function graceMilliseconds(): number {
    const oidc = requestContext()?.oidc;
    return oidc?.route === 'token' ? reuseIntervalSecondsOf(oidc.client, defaultReuseSeconds) * 1000 : 0;
  }

  async function mayBeUsedAgain(refreshToken: string, consumedAt: number): Promise<boolean> {
    const grace = graceMilliseconds();
    const age = clock.now() - consumedAt;
    if (grace === 0 || age > UNANSWERED_USABLE_MILLISECONDS) return false;
    if (age <= grace) return true;
    const answer = await refreshTokens.findResponse(refreshToken);
    // Spent by a process that died before it answered: nobody holds a successor, so this is no replay. Nor is it one
    // when several tabs come back at once, and another was answered in its place a moment ago.
    return answer === undefined || clock.now() - answer.respondedAt <= grace;
  }

  /** oidc-provider renders errors itself: the request's state tells the middleware behind it which one it was. */
  function alreadySpent(answer: CachedTokenResponse): RefreshAlreadySpent {
    const spent = new RefreshAlreadySpent(answer);
    const context = requestContext();
    if (context !== undefined) context.state.refreshSpent = spent;
    return spent;
  }

  /** Returns when this caller shall answer in place of one that died; throws the answer when there is one. */
  async function awaitAnswer(refreshToken: string, { payload, consumedAt }: FoundIssued): Promise<void> {
    const grantId = String(payload.grantId);
    const waitUntil = performance.now() + WAIT_AT_MOST_MILLISECONDS;
    while (performance.now() < waitUntil) {
      const answer = await refreshTokens.findResponse(refreshToken);
      if (answer !== undefined) throw alreadySpent(answer);
      const turn = Math.floor((clock.now() - (consumedAt ?? clock.now())) / LEASE_MILLISECONDS);
      const expiresAt = clock.now() + ANSWER_KEPT_MILLISECONDS;
      if (turn > 0 && (await refreshTokens.takeOver(refreshToken, grantId, turn, expiresAt))) return;
      await pause(POLL_MILLISECONDS);
    }
    throw new StorageUnavailable(new Error('the first use of a refresh token has not been answered yet'));
  }

  return {
    ...unsupported('RefreshToken'),

    upsert: (refreshToken, payload) =>
      refreshTokens.save(refreshToken, { ...payload }, keptUntil('RefreshToken', payload.exp)),

    async find(refreshToken) {
      const found = await refreshTokens.find(refreshToken);
      if (found?.consumedAt === undefined) return toPayload(found);
      if (!(await mayBeUsedAgain(refreshToken, found.consumedAt))) return toPayload(found);
      const context = requestContext();
      if (context !== undefined) spentBefore.set(context, found);
      return toPayload({ payload: found.payload });
    },

    async consume(refreshToken) {
      const spent = spentBefore.get(requestContext() ?? {});
      if (spent !== undefined) return awaitAnswer(refreshToken, spent);
      const outcome = await refreshTokens.consume(refreshToken);
      if (outcome === 'consumed') return;
      const found = outcome === 'already_consumed' ? await refreshTokens.find(refreshToken) : undefined;
      if (found === undefined || graceMilliseconds() === 0) throw new errors.InvalidGrant(`RefreshToken ${outcome}`);
      await awaitAnswer(refreshToken, found);
    },

    destroy: (refreshToken) => refreshTokens.destroy(refreshToken),

    revokeByGrantId: async () => undefined,
  };
}
