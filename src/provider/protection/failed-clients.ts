/**
 * Slows down guessing at a client's secret, from one address at a time: who guesses elsewhere shuts no client out.
 *
 * A client that proves who it is costs nothing: only failures are counted in the database. A process that has seen the budget
 * used up refuses by itself until it refills, before any secret is compared; another one learns it from its next failure.
 * A wrong secret counts in its process from the comparison on: of many at once no more are compared than the budget has left.
 */
import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { rangeNotChosenByCaller } from '../../domain/throttle/address-ranges.ts';
import type { Budgets } from '../../domain/throttle/budgets.ts';
import type { Clock } from '../../ports/clock.ts';
import { currentContext, noteFor, requestOf } from '../request.ts';
import { tooManyRequests } from './status-error.ts';

const REMEMBERED_AT_MOST = 10_000;
const DESCRIPTION = 'this client failed to authenticate too often from this address, try again later';

interface FailedClientsDeps {
  readonly budgets: Pick<Budgets, 'take' | 'seemsLeft' | 'refillSeconds'>;
  readonly clock: Clock;
}

export class FailedClients {
  readonly #deps: FailedClientsDeps;
  /** Until when, by client and address. */
  readonly #refused = new Map<string, number>();
  /** How many wrong secrets the database does not count yet, by client and address. */
  readonly #uncounted = new Map<string, number>();

  constructor(deps: FailedClientsDeps) {
    this.#deps = deps;
  }

  /** Throws while the budget is used up, as far as this process knows. */
  refuseSlowed(clientId: string): void {
    const ctx = currentContext();
    if (ctx === undefined) return;
    const leftSeconds = this.#secondsToWait(subjectOf(clientId, ctx.ip));
    if (leftSeconds <= 0) return;
    noteFor(ctx)('client.authentication_throttled', 'too_many_attempts', { clientId });
    throw tooManyRequests(DESCRIPTION, leftSeconds);
  }

  /** Throws as `refuseSlowed` does, and then compares nothing. */
  compare(clientId: string, isRight: () => boolean): boolean {
    this.refuseSlowed(clientId);
    if (isRight()) return true;
    const ctx = currentContext();
    if (ctx === undefined) return false;
    const request = requestOf(ctx);
    if (request.uncountedFailure !== undefined) return false;
    const subject = subjectOf(clientId, ctx.ip);
    request.uncountedFailure = subject;
    this.#uncounted.set(subject, (this.#uncounted.get(subject) ?? 0) + 1);
    return false;
  }

  /** Runs behind oidc-provider, whose events say who failed (events.ts). */
  readonly count: Koa.Middleware = async (koaContext, next) => {
    const request = requestOf(koaContext);
    try {
      await next();
      await this.#countFailure(koaContext);
    } finally {
      if (request.uncountedFailure !== undefined) this.#forgetUncounted(request.uncountedFailure);
    }
  };

  async #countFailure(koaContext: Koa.Context): Promise<void> {
    const failure = requestOf(koaContext).securityEvents.find(({ event }) => event === 'client.authentication_failed');
    if (failure?.clientId === undefined) return;
    const ctx = koaContext as unknown as KoaContextWithOIDC;
    const subject = subjectOf(failure.clientId, ctx.ip);
    const taken = await this.#deps.budgets.take('clientFailures', subject);
    if (taken.isAllowed) return;
    this.#remember(subject, taken.retryAfterSeconds);
    noteFor(ctx)('client.authentication_throttled', 'too_many_attempts', { clientId: failure.clientId });
    ctx.status = 429;
    ctx.set('Retry-After', String(taken.retryAfterSeconds));
    ctx.body = { error: 'temporarily_unavailable', error_description: DESCRIPTION };
  }

  /** 0 when this process knows of no reason to wait. */
  #secondsToWait(subject: string): number {
    const until = this.#refused.get(subject);
    const leftSeconds = until === undefined ? 0 : Math.ceil((until - this.#deps.clock.now()) / 1000);
    if (leftSeconds > 0) return leftSeconds;
    this.#refused.delete(subject);
    const { budgets } = this.#deps;
    const left = budgets.seemsLeft('clientFailures', subject) - (this.#uncounted.get(subject) ?? 0);
    return left > 0 ? 0 : budgets.refillSeconds('clientFailures');
  }

  #forgetUncounted(subject: string): void {
    const others = (this.#uncounted.get(subject) ?? 1) - 1;
    if (others > 0) this.#uncounted.set(subject, others);
    else this.#uncounted.delete(subject);
  }

  #remember(subject: string, seconds: number): void {
    this.#refused.delete(subject);
    // A Map keeps insertion order: the first was refused longest ago.
    const [oldest] = this.#refused.size >= REMEMBERED_AT_MOST ? this.#refused.keys() : [];
    if (oldest !== undefined) this.#refused.delete(oldest);
    this.#refused.set(subject, this.#deps.clock.now() + seconds * 1000);
  }
}

function subjectOf(clientId: string, address: string): string {
  return JSON.stringify([clientId, rangeNotChosenByCaller(address)]);
}
