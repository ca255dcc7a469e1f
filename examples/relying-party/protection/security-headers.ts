/** Tells the browser what these pages never do, so that it blocks injected content that tries. */
import type { Middleware } from 'koa';

/** `providerOrigin` is where the sign-in and sign-out forms lead: browsers hold redirects to `form-action` too. */
export function securityHeaders(providerOrigin: string): Middleware {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    `form-action 'self' ${providerOrigin}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

  return (ctx, next) => {
    ctx.set('content-security-policy', policy);
    ctx.set('x-content-type-options', 'nosniff');
    // Not no-referrer: browsers would then send `Origin: null` with our own forms.
    ctx.set('referrer-policy', 'same-origin');
    // The pages hold personal data, the callback's address holds a code.
    ctx.set('cache-control', 'no-store');
    return next();
  };
}
