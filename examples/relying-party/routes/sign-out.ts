/** Signs out here and at the provider (OIDC RP-Initiated Logout 2), which then sends the browser back. */
import type { Middleware } from 'koa';
import { buildEndSessionUrl } from 'openid-client';
import type { Parts } from './parts.ts';

export function signOut({ cookie, findProvider, options }: Parts): Middleware {
  return async (ctx) => {
    const signedIn = cookie.find(ctx)?.signedIn;
    // Here first: whatever happens at the provider, this app has let go.
    cookie.end(ctx);
    ctx.status = 303;
    if (signedIn === undefined) {
      ctx.redirect('/signed-out');
      return;
    }
    const address = buildEndSessionUrl(await findProvider(), {
      id_token_hint: signedIn.tokens.idToken,
      post_logout_redirect_uri: new URL('/signed-out', options.baseUrl).href,
    });
    ctx.redirect(address.href);
  };
}

export function signedOut({ options, render }: Parts): Middleware {
  return async (ctx) => {
    ctx.body = await render('signed-out', { issuer: options.issuer });
  };
}
