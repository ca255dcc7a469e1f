/** Leads browsers that came by another name (127.0.0.1 for localhost) to the registered one: cookies hang on it. */
import type { Middleware } from 'koa';

export function ownHost(baseUrl: URL): Middleware {
  return (ctx, next) => {
    if (ctx.host === baseUrl.host) return next();
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') ctx.throw(421, `it is found at ${baseUrl.origin}`);
    ctx.redirect(baseUrl.origin);
    return undefined;
  };
}
