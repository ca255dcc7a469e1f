/** Gives each request an id and one log line: route names and codes, never a path, a query or a header. */
import type { Middleware } from 'koa';
import type { Log } from '../../ports/log.ts';
import { requestOf } from '../../provider/request.ts';

export function requestLog(log: Log): Middleware {
  return async (ctx, next) => {
    const startedAt = performance.now();
    const { requestId, events } = requestOf(ctx);
    ctx.set('X-Request-Id', requestId);
    await next();
    const clientId = ctx.oidc?.client?.clientId;
    log.info(
      {
        requestId,
        method: ctx.method,
        // The name of oidc-provider's route, or of one in our own router.
        route: ctx.oidc?.route ?? ctx.routerName ?? 'none',
        status: ctx.status,
        durationMilliseconds: Math.round(performance.now() - startedAt),
        ...(clientId !== undefined && { clientId }),
        ...(events.length > 0 && { events }),
      },
      'request',
    );
  };
}
