/** Gives each request an id and one log line: route names and codes, never a path, a query or a header. */
import type { Middleware } from 'koa';
import type { Log } from '../../ports/log.ts';
import { requestOf } from '../../provider/request.ts';

export function requestLog(log: Log): Middleware {
  return async (ctx, next) => {
    const startedAt = performance.now();
    const request = requestOf(ctx);
    ctx.set('X-Request-Id', request.requestId);
    await next();
    const { route = request.route ?? 'none', client } = ctx.oidc ?? {};
    log.info(
      {
        requestId: request.requestId,
        method: ctx.method,
        route,
        status: ctx.status,
        durationMilliseconds: Math.round(performance.now() - startedAt),
        ...(client?.clientId !== undefined && { clientId: client.clientId }),
        ...(request.events.length > 0 && { events: request.events }),
      },
      'request',
    );
  };
}

/** Names the route that serves a request, for the log. */
export function named(route: string): Middleware {
  return (ctx, next) => {
    requestOf(ctx).route = route;
    return next();
  };
}
