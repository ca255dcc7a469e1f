/** Lets only this app's own pages post to it, so that no other site can press its buttons. */
import type { Middleware } from 'koa';

export function sameOriginPosts(origin: string, exceptPath: string): Middleware {
  return (ctx, next) => {
    if (ctx.method !== 'POST' || ctx.path === exceptPath) return next();
    // SameSite=Lax is not enough: another port of this machine counts as the same site. Browsers say where a
    // post comes from in one of these two headers; one with neither is refused.
    const site = ctx.get('sec-fetch-site');
    const isOurs = site === '' ? ctx.get('origin') === origin : site === 'same-origin';
    if (!isOurs) ctx.throw(403, 'this form was sent from another site');
    return next();
  };
}
