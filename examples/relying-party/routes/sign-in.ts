/** Sends the browser to the provider: from the button, or from a link that the provider gives out (OIDC Core 4). */
import type { Context, Middleware } from 'koa';
import { accountScope, apiScopes, beginSignIn, type SignInRequest } from '../openid/authorization.ts';
import { rememberPending } from '../session/pending-sign-ins.ts';
import type { Parts } from './parts.ts';

const scope = [accountScope, ...apiScopes].join(' ');

export function signIn(parts: Parts): Middleware {
  return (ctx) => redirectToProvider(parts, ctx, {});
}

/** It comes back as from any other sign-in, so nothing else is needed. */
export function createAccount(parts: Parts): Middleware {
  return (ctx) => redirectToProvider(parts, ctx, { prompt: 'create' });
}

/** With what the API asked for. The API looks at the token by itself, so that the app trusts nothing but the answer. */
export function stepUp(parts: Parts): Middleware {
  return (ctx) => {
    const asked = parts.cookie.find(ctx)?.stepUp;
    return redirectToProvider(parts, ctx, asked === undefined ? {} : { stepUp: asked });
  };
}

/**
 * Third-party initiated login (OIDC Core 4): a link like this lets the provider lead people into this app. It must name the provider
 * that we use. `target_link_uri` is not followed: this app has one page, and an app that follows it must check that it is its own.
 */
export function signInByLink(parts: Parts): Middleware {
  return (ctx) => {
    const query = new URLSearchParams(ctx.querystring);
    const issuers = query.getAll('iss');
    const loginHint = query.get('login_hint');
    if (issuers.length !== 1 || issuers[0] !== parts.options.issuer)
      ctx.throw(400, 'the link does not name the provider of this app');
    return redirectToProvider(parts, ctx, loginHint === null ? {} : { loginHint });
  };
}

async function redirectToProvider(
  { cookie, findProvider, options }: Parts,
  ctx: Context,
  wish: Pick<SignInRequest, 'loginHint' | 'prompt' | 'stepUp'>,
): Promise<void> {
  const { pending, address } = await beginSignIn(await findProvider(), {
    redirectUri: new URL('/callback', options.baseUrl).href,
    scope,
    resource: options.resource,
    ...wish,
  });
  rememberPending(cookie.findOrCreate(ctx), pending);
  ctx.status = 303;
  ctx.redirect(address.href);
}
