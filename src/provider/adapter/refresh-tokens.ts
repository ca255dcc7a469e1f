/** Refresh tokens: spent once, yet a retry within the reuse interval is answered as the first use was. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Adapter, errors } from 'oidc-provider';
import type { Clock } from '../../ports/clock.ts';
import { StorageUnavailable } from '../../storage/driver.ts';
import type { CachedTokenResponse, CachedTokenResponses } from '../../storage/issued/refresh-token-families.ts';
import type { FoundIssued, IssuedStore } from '../../storage/issued/tokens.ts';
import { reuseIntervalSecondsOf } from '../options/tokens.ts';
import { currentContext } from '../request.ts';
import { createModelAdapter, toPayload } from './tokens.ts';

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
  readonly issued: IssuedStore;
  readonly answers: CachedTokenResponses;
  readonly clock: Clock;
  readonly defaultReuseSeconds: number;
}

export function createRefreshTokenAdapter({
  issued,
  answers,
  clock,
  defaultReuseSeconds,
}: RefreshTokenStorage): Adapter {
  const plain = createModelAdapter('RefreshToken', issued);
  // What a request found spent already: it need not try to spend that again.
  const spentBefore = new WeakMap<object, FoundIssued>();

  /** 0 everywhere but on the token endpoint: introspection goes on calling a spent token inactive. */
  function graceMilliseconds(): number {
    const oidc = currentContext()?.oidc;
    return oidc?.route === 'token' ? reuseIntervalSecondsOf(oidc.client, defaultReuseSeconds) * 1000 : 0;
  }

  async function mayBeUsedAgain(refreshToken: string, consumedAt: number): Promise<boolean> {
    const grace = graceMilliseconds();
    const age = clock.now() - consumedAt;
    if (grace === 0 || age > UNANSWERED_USABLE_MILLISECONDS) return false;
    if (age <= grace) return true;
    const answer = await answers.find(refreshToken);
    // Spent by a process that died before it answered: nobody holds a successor, so this is no replay. Nor is it one
    // when several tabs come back at once, and another was answered in its place a moment ago.
    return answer === undefined || clock.now() - answer.respondedAt <= grace;
  }

  /** oidc-provider renders errors itself: the request's state tells the middleware behind it which one it was. */
  function alreadySpent(answer: CachedTokenResponse): RefreshAlreadySpent {
    const spent = new RefreshAlreadySpent(answer);
    const context = currentContext();
    if (context !== undefined) context.state.refreshSpent = spent;
    return spent;
  }

  /** Returns when this caller shall answer in place of one that died; throws the answer when there is one. */
  async function awaitAnswer(refreshToken: string, { payload, consumedAt }: FoundIssued): Promise<void> {
    const grantId = String(payload.grantId);
    const waitUntil = performance.now() + WAIT_AT_MOST_MILLISECONDS;
    while (performance.now() < waitUntil) {
      const answer = await answers.find(refreshToken);
      if (answer !== undefined) throw alreadySpent(answer);
      const turn = Math.floor((clock.now() - (consumedAt ?? clock.now())) / LEASE_MILLISECONDS);
      const expiresAt = clock.now() + ANSWER_KEPT_MILLISECONDS;
      if (turn > 0 && (await answers.takeTurn(refreshToken, grantId, turn, expiresAt))) return;
      await pause(POLL_MILLISECONDS);
    }
    throw new StorageUnavailable(new Error('the first use of a refresh token has not been answered yet'));
  }

  return {
    ...plain,

    async find(refreshToken) {
      const found = await issued.find('RefreshToken', refreshToken);
      if (found?.consumedAt === undefined) return toPayload(found);
      if (!(await mayBeUsedAgain(refreshToken, found.consumedAt))) return toPayload(found);
      const context = currentContext();
      if (context !== undefined) spentBefore.set(context, found);
      return toPayload({ payload: found.payload });
    },

    async consume(refreshToken) {
      const spent = spentBefore.get(currentContext() ?? {});
      if (spent !== undefined) return awaitAnswer(refreshToken, spent);
      const outcome = await issued.consume('RefreshToken', refreshToken);
      if (outcome === 'consumed') return;
      const found = outcome === 'already_consumed' ? await issued.find('RefreshToken', refreshToken) : undefined;
      if (found === undefined || graceMilliseconds() === 0) throw new errors.InvalidGrant(`RefreshToken ${outcome}`);
      await awaitAnswer(refreshToken, found);
    },
  };
}
