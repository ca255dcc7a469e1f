/**
 * Slows down guessing at a client's secret, from one address at a time: who guesses elsewhere shuts no client out.
 *
 * A client that proves who it is costs nothing: only failures are counted in the database. A process that has seen the budget
 * used up refuses by itself until it refills, before any secret is compared; another one learns it from its next failure.
 */
import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { addressRanges } from '../../domain/throttle/address-ranges.ts';
import type { Budgets } from '../../domain/throttle/budgets.ts';
import type { Clock } from '../../ports/clock.ts';
import { currentContext, noteFor, requestOf } from '../request.ts';
import { tooManyRequests } from './host-refusal.ts';

const REMEMBERED_AT_MOST = 10_000;
const DESCRIPTION = 'this client failed to authenticate too often from this address, try again later';

interface FailedClientsDeps {
  readonly budgets: Pick<Budgets, 'take'>;
  readonly clock: Clock;
}

export class FailedClients {
  readonly #deps: FailedClientsDeps;
  /** Until when, by client and address. */
  readonly #refused = new Map<string, number>();

  constructor(deps: FailedClientsDeps) {
    this.#deps = deps;
  }

  /** Throws while the budget is used up, as far as this process knows. */
  refuseSlowed(clientId: string): void {
    const ctx = currentContext();
    const key = ctx && subjectOf(clientId, ctx.ip);
    const until = key === undefined ? undefined : this.#refused.get(key);
    if (ctx === undefined || until === undefined) return;
    const leftSeconds = Math.ceil((until - this.#deps.clock.now()) / 1000);
    if (leftSeconds <= 0) return void this.#refused.delete(String(key));
    noteFor(ctx)('client.authentication_throttled', 'too_many_attempts', { clientId });
    throw tooManyRequests(DESCRIPTION, leftSeconds);
  }

  /** Runs behind oidc-provider, whose events say who failed (events.ts). */
  readonly count: Koa.Middleware = async (koaContext, next) => {
    await next();
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
  };

  #remember(subject: string, seconds: number): void {
    this.#refused.delete(subject);
    // A Map keeps insertion order: the first was refused longest ago.
    const [oldest] = this.#refused.size >= REMEMBERED_AT_MOST ? this.#refused.keys() : [];
    if (oldest !== undefined) this.#refused.delete(oldest);
    this.#refused.set(subject, this.#deps.clock.now() + seconds * 1000);
  }
}

function subjectOf(clientId: string, address: string): string {
  return JSON.stringify([clientId, addressRanges(address).address]);
}
