/** Lets clients and proxies cache discovery and keys: changes oidc-provider's response. */
import { createHash } from 'node:crypto';
import type { Middleware } from 'koa';
import { publicDocumentsMaxAgeSeconds } from '../options/lifetimes.ts';

export const publicDocuments: Middleware = async (ctx, next) => {
  await next();
  const route = ctx.oidc?.route;
  if ((route !== 'discovery' && route !== 'jwks') || ctx.status !== 200) return;
  const body = Buffer.from(JSON.stringify(ctx.body));
  ctx.set('Cache-Control', `public, max-age=${publicDocumentsMaxAgeSeconds}`);
  ctx.set('ETag', `"${createHash('sha256').update(body).digest('base64url')}"`);
  const type = ctx.response.get('Content-Type');
  ctx.body = body;
  ctx.set('Content-Type', type);
  if (ctx.fresh) ctx.status = 304;
};
