/** Sends a hosted page: fresh each time, and never kept by a cache. */
import type { ParameterizedContext } from 'koa';

export function showPage(ctx: ParameterizedContext, html: string, status = 200): void {
  ctx.status = status;
  ctx.type = 'html';
  ctx.set('Cache-Control', 'no-store');
  ctx.body = html;
}
