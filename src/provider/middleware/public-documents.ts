/** Lets clients and proxies cache discovery and keys; runs behind oidc-provider. */
import { createHash } from 'node:crypto';
import type { Middleware } from 'koa';

/** Shorter than the time between publishing a signing key and signing with it; else a client meets an unknown key. */
const MAX_AGE_SECONDS = 300;

export const publicDocuments: Middleware = async (ctx, next) => {
  await next();
  const route = ctx.oidc?.route;
  if ((route !== 'discovery' && route !== 'jwks') || ctx.status !== 200) return;
  const body = Buffer.from(JSON.stringify(ctx.body));
  ctx.set('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`);
  ctx.set('ETag', `"${createHash('sha256').update(body).digest('base64url')}"`);
  const type = ctx.response.get('Content-Type');
  ctx.body = body;
  ctx.set('Content-Type', type);
  if (ctx.fresh) ctx.status = 304;
};
