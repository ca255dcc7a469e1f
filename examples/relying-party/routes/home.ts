/** The first page: an invitation to sign in, or everything the sign-in brought. */
import type { Middleware } from 'koa';
import type { SignedIn } from '../openid/tokens.ts';
import { claimRows, decodeToken } from '../pages/claims-table.ts';
import type { Parts } from './parts.ts';
import { offeredAddress } from './second-factor-offer.ts';

export function home(parts: Parts): Middleware {
  const { cookie, notesApi, options, render } = parts;
  return async (ctx) => {
    const session = cookie.find(ctx);
    const { issuer } = options;
    if (session?.signedIn === undefined) {
      ctx.body = await render('welcome', { issuer, wasEndedByProvider: session?.wasEndedByProvider ?? false });
      return;
    }
    const { tokens, userinfo, refreshed } = session.signedIn;
    const { accessToken } = tokens;
    ctx.body = await render('signed-in', {
      issuer,
      greeting: greetingName(session.signedIn),
      idToken: decodeToken(tokens.idToken),
      userinfo: claimRows(userinfo),
      accessToken: accessToken === undefined ? undefined : decodeToken(accessToken),
      api: accessToken === undefined ? undefined : await notesApi.read(accessToken),
      refreshed: refreshed ?? [],
      asksForMore: session.stepUp !== undefined,
      secondFactorHref: offeredAddress(ctx, session.signedIn, parts),
    });
  };
}

function greetingName({ userinfo, tokens }: SignedIn): string {
  const { name, email } = userinfo;
  return name ?? email ?? tokens.sub;
}
