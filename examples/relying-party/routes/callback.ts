/** Where the provider sends the browser back: with a code, or with the reason why there is none. */
import type { Middleware } from 'koa';
import { redeemCode } from '../openid/tokens.ts';
import { takePending } from '../session/pending-sign-ins.ts';
import type { Parts } from './parts.ts';

export function callback({ cookie, findProvider, options }: Parts): Middleware {
  return async (ctx) => {
    const address = new URL(ctx.url, options.baseUrl);
    const session = cookie.find(ctx);
    const pending = takePending(session, address.searchParams.get('state'));
    const signedIn = await redeemCode(await findProvider(), address, pending);
    cookie.replace(ctx, { pending: session?.pending ?? [], signedIn });
    // A redirect, so that the code does not stay in the address bar.
    ctx.status = 303;
    ctx.redirect('/');
  };
}
