/** Gives each request an id and one log line: route names and codes, never a path, a query or a header. */
import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';
import type { Log } from '../../ports/log.ts';

export function requestLog(log: Log): Middleware {
  return async (ctx, next) => {
    const startedAt = performance.now();
    ctx.state.requestId = randomUUID();
    ctx.set('X-Request-Id', ctx.state.requestId);
    await next();
    const { route = ctx.state.route ?? 'none', client } = ctx.oidc ?? {};
    log.info(
      {
        requestId: ctx.state.requestId,
        method: ctx.method,
        route,
        status: ctx.status,
        durationMilliseconds: Math.round(performance.now() - startedAt),
        ...(client?.clientId !== undefined && { clientId: client.clientId }),
        // What oidc-provider reported done (provider/events.ts).
        ...(ctx.state.events !== undefined && { events: ctx.state.events }),
      },
      'request',
    );
  };
}

/** Names the route that serves a request, for the log. */
export function named(route: string): Middleware {
  return (ctx, next) => {
    ctx.state.route = route;
    return next();
  };
}
