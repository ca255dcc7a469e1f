/** Records what a request noted, when it has been handled: before the answer leaves, so that an answer means it is kept. */
import type { Context, Middleware } from 'koa';
import type { EventRecorder } from '../../domain/events/recorder.ts';
import { requestOf } from '../../provider/request.ts';

/** The name of oidc-provider's route, whoever answers it, or of one in our own router: never a path, which may hold ids. */
export function routeName(ctx: Context): string | undefined {
  return ctx.oidc?.route ?? requestOf(ctx).route ?? ctx.routerName;
}

export function clientIdOf(ctx: Context): string | undefined {
  return ctx.oidc?.client?.clientId ?? requestOf(ctx).clientId;
}

export function recordSecurityEvents(recorder: Pick<EventRecorder, 'record'>): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } finally {
      const { securityEvents, requestId, signInId } = requestOf(ctx);
      await recorder.record(securityEvents, {
        address: ctx.ip,
        requestId,
        signInId,
        clientId: clientIdOf(ctx),
        endpoint: routeName(ctx),
      });
    }
  };
}
