/** Gets fresh tokens at the press of a button. A real app does it by itself, shortly before a token ends. */
import type { Middleware } from 'koa';
import { ResponseBodyError } from 'openid-client';
import { SubjectChanged } from '../openid/problems.ts';
import { refresh } from '../openid/tokens.ts';
import type { Parts } from './parts.ts';

export function refreshTokens({ cookie, findProvider, options }: Parts): Middleware {
  return async (ctx) => {
    const provider = await findProvider();
    const session = cookie.find(ctx);
    const before = session?.signedIn;
    if (session !== undefined && before !== undefined) {
      try {
        // A refresh token is good for one use: two clicks share one request.
        session.refreshing ??= refresh(provider, before, options.resource);
        const after = await session.refreshing;
        // Unless the sign-in was ended meanwhile.
        if (session.signedIn === before) session.signedIn = after;
      } catch (error) {
        if (isOver(error)) delete session.signedIn;
        throw error;
      } finally {
        delete session.refreshing;
      }
    }
    ctx.status = 303;
    ctx.redirect('/');
  };
}

function isOver(error: unknown): boolean {
  return error instanceof SubjectChanged || (error instanceof ResponseBodyError && error.error === 'invalid_grant');
}
