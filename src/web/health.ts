/** Tells load balancers and orchestrators whether this process lives and whether it can serve. */
import type Router from '@koa/router';
import type Koa from 'koa';
import { named } from './middleware/request-log.ts';
import { newRouter } from './new-router.ts';

const PING_TIMEOUT_MILLISECONDS = 2000;

export interface Health {
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  /** True once the process was told to stop. */
  isStopping(): boolean;
}

async function isReady({ ping, isStopping }: Health): Promise<boolean> {
  if (isStopping()) return false;
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('the database did not answer in time')), PING_TIMEOUT_MILLISECONDS);
  try {
    await Promise.race([ping(), timeout]);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function answer(ctx: Koa.Context, isWell: boolean): void {
  ctx.status = isWell ? 200 : 503;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = { status: isWell ? 'ok' : 'unavailable' };
}

export function healthRoutes(health: Health): Router {
  return newRouter()
    .get('/livez', named('livez'), (ctx) => answer(ctx, true))
    .get('/readyz', named('readyz'), async (ctx) => answer(ctx, await isReady(health)));
}
