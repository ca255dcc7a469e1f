import type { Context } from 'koa';

/** RFC 9110 15.4.4: the browser goes on with a GET, and keeps nothing of where it was sent from. */
export function seeOther(ctx: Context, address: string): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.redirect(address);
  ctx.status = 303;
}
