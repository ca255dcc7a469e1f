/** Gives each request an id and a line in the log: route names and codes, never a path, a query or a header. */
import type { Context, Middleware } from 'koa';
import type { Log } from '../../ports/log.ts';
import { beginRequest, type RequestNotes } from '../../provider/request.ts';
import { clientIdOf, routeName } from './security-events.ts';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** A proxy that is trusted may have named the request already; whatever else comes in that header is no id. */
function givenId(ctx: Context, isTrustedProxy: (remoteAddress: string) => boolean): string | undefined {
  const given = ctx.get('X-Request-Id');
  return REQUEST_ID.test(given) && isTrustedProxy(ctx.req.socket.remoteAddress ?? '') ? given : undefined;
}

/** Names of parameters that oidc-provider knows at this route; their values stay out. */
function parameterNames({ oidc }: Context): readonly string[] {
  return Object.entries(oidc?.params ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

/** What an operator needs who asks why: what was asked with, and what the interaction policy wanted next. */
function logDetails(log: Log, ctx: Context, { requestId, signInId, events, session, presented }: RequestNotes): void {
  const prompt = ctx.oidc?.entities.Interaction?.prompt;
  log.debug(
    {
      requestId,
      ...(signInId !== undefined && { signInId }),
      events,
      parameters: parameterNames(ctx),
      ...(prompt !== undefined && { prompt: prompt.name, promptReasons: prompt.reasons }),
      ...(presented !== undefined && { presented: presented.kind }),
      hasSession: session?.document.state.accountId !== undefined,
      entities: Object.keys(ctx.oidc?.entities ?? {}),
    },
    'request details',
  );
}

export function requestLog(log: Log, isTrustedProxy: (remoteAddress: string) => boolean): Middleware {
  return async (ctx, next) => {
    const startedAt = performance.now();
    const notes = beginRequest(ctx, givenId(ctx, isTrustedProxy));
    const { requestId, events } = notes;
    ctx.set('X-Request-Id', requestId);
    await next();
    const clientId = clientIdOf(ctx);
    const { signInId } = notes;
    log.info(
      {
        requestId,
        method: ctx.method,
        route: routeName(ctx) ?? 'none',
        status: ctx.status,
        durationMilliseconds: Math.round(performance.now() - startedAt),
        ...(clientId !== undefined && { clientId }),
        ...(signInId !== undefined && { signInId }),
        ...(events.length > 0 && { events }),
      },
      'request',
    );
    logDetails(log, ctx, notes);
  };
}
