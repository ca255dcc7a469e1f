/** Tells load balancers and orchestrators whether this process lives and whether it can serve. */
import type { Context, Middleware } from 'koa';
import type { Clock } from '../ports/clock.ts';

const PING_TIMEOUT_MILLISECONDS = 2000;

export interface Health {
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  /** True once the process was told to stop. */
  isStopping(): boolean;
  readonly clock: Clock;
}

async function isReady({ ping, isStopping, clock }: Health): Promise<boolean> {
  if (isStopping()) return false;
  const answered = new AbortController();
  const timeout = clock.sleep(PING_TIMEOUT_MILLISECONDS, answered.signal).then(() => false);
  try {
    return await Promise.race([ping().then(() => true), timeout]);
  } catch {
    return false;
  } finally {
    answered.abort();
  }
}

function answer(ctx: Context, isWell: boolean): void {
  ctx.status = isWell ? 200 : 503;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { status: isWell ? 'ok' : 'unavailable' };
}

export const live: Middleware = (ctx) => answer(ctx, true);

export function ready(health: Health): Middleware {
  return async (ctx) => answer(ctx, await isReady(health));
}
