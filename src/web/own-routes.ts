/** Joins our own routers, and asks them only about addresses that begin like one of theirs: most requests are the engine's. */
import type Router from '@koa/router';
import type Koa from 'koa';
import compose from 'koa-compose';

function firstWord(path: string): string {
  return path.split('/', 2)[1]?.toLowerCase() ?? '';
}

export function ownRoutes(routers: readonly Router[]): Koa.Middleware {
  const words = new Set(routers.flatMap(({ stack }) => stack.map(({ path }) => firstWord(String(path)))));
  const serve = compose(routers.flatMap((router) => [router.routes(), router.allowedMethods()]));
  return (ctx, next) => (words.has(firstWord(ctx.path)) ? serve(ctx as never, next) : next());
}
