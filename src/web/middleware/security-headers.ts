/** Sets the headers that keep pages from being framed, scripted, sniffed or tracked, on every answer. */
import helmet from 'helmet';
import type { Context, Middleware } from 'koa';

// form-action is left out on purpose: Chrome applies it to the redirects behind a form post too, and the posts of the login,
// consent and logout pages end in a redirect to the app, whose address no fixed list can hold.
// oidc-provider adds the hash of the inline script on a page that posts itself to script-src. We draw that page anew without the
// hash (hand-over.ts); a page that was not recognised still needs it.
const contentSecurityPolicy = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
};

const permissionsPolicy =
  'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), publickey-credentials-create=(self), publickey-credentials-get=(self), usb=()';

const TWO_YEARS_IN_SECONDS = 63_072_000;

// Apps open these in a pop-up and wait for it: any opener policy would cut the pop-up off from them, and the sign-in would hang.
const mayBePopUp = /^\/(?:auth|interaction|session\/end)(?:[/?]|$)/i;

// Stricter than a URL: "*", ";" and "," are legal in its host and would mean something in the header.
const plainOrigin = /^https?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d+)?$/;

export function securityHeaders(issuer: string): Middleware {
  const setHeaders = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: contentSecurityPolicy },
    crossOriginOpenerPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    // The issuer's host only: what else lives below its domain is not ours to decide.
    strictTransportSecurity: issuer.startsWith('https:')
      ? { maxAge: TWO_YEARS_IN_SECONDS, includeSubDomains: false }
      : false,
    xDownloadOptions: false,
    xFrameOptions: { action: 'deny' },
  });
  return (ctx, next) => {
    // Calls back before it returns, for no directive is a function.
    setHeaders(ctx.req, ctx.res, (error) => {
      if (error !== undefined) throw error;
    });
    ctx.res.setHeader('Permissions-Policy', permissionsPolicy);
    // Not `path`: a target that is malformed has none, and the page that says so needs these headers, too.
    if (!mayBePopUp.test(ctx.req.url ?? '')) ctx.res.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    return next();
  };
}

/** Lets one page show one app's logo; false when the address cannot be allowed, and then it should not be shown. */
export function allowImagesFrom(ctx: Pick<Context, 'response' | 'set'>, address: string): boolean {
  const origin = URL.parse(address)?.origin ?? '';
  if (!plainOrigin.test(origin)) return false;
  const policy = ctx.response.get('content-security-policy');
  ctx.set('content-security-policy', policy.replace("img-src 'self'", `img-src 'self' ${origin}`));
  return true;
}
