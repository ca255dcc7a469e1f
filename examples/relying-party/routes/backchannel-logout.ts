/** Called by the provider itself, not by the browser, when a user signed out (OIDC Back-Channel Logout 2.5). */
import type { Middleware } from 'koa';
import { LogoutTokenInvalid } from '../openid/logout-token.ts';
import { FormRefused, readForm } from '../protection/read-form.ts';
import type { Parts } from './parts.ts';

export const backchannelLogoutPath = '/backchannel-logout';

export function backchannelLogout({ findProvider, sessions, verifyLogoutToken }: Parts): Middleware {
  return async (ctx) => {
    try {
      const form = await readForm(ctx.req);
      sessions.endSignedIn(await verifyLogoutToken(await findProvider(), form.get('logout_token') ?? ''));
      ctx.body = '';
    } catch (error) {
      if (!(error instanceof LogoutTokenInvalid || error instanceof FormRefused)) throw error;
      ctx.status = 400;
      ctx.body = { error: 'invalid_request', error_description: `the logout token was refused: ${error.message}` };
    }
  };
}
