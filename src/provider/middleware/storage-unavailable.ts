/** Turns oidc-provider's answer to a lost database into "try again" (RFC 6749 4.1.2.1, RFC 9110 15.6.4); runs behind it. */
import type { Context, Middleware } from 'koa';

export const RETRY_AFTER_SECONDS = 5;

// oidc-provider redirects first and saves the session then. When that fails, the code in the redirect must not be used.
const removeRedirect = (ctx: Context): void => ctx.remove('Location');

export const storageUnavailable: Middleware = async (ctx, next) => {
  try {
    await next();
  } catch (error) {
    removeRedirect(ctx);
    throw error;
  }
  if (ctx.status !== 503) return;
  removeRedirect(ctx);
  if (!ctx.response.get('Retry-After')) ctx.set('Retry-After', String(RETRY_AFTER_SECONDS));
  if ((ctx.body as { readonly error?: unknown } | undefined)?.error === 'server_error') {
    ctx.body = {
      error: 'temporarily_unavailable',
      error_description: 'the service cannot reach its database, try again',
    };
  }
};
