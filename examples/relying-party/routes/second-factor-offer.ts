/** Offers a second factor to whoever signed in without one; who says "Not now" is not asked again in this browser. */
import { decodeJwt } from 'jose';
import type { Context, Middleware } from 'koa';
import type { SignedIn } from '../openid/tokens.ts';
import type { Parts } from './parts.ts';

const days = 365;

// Cookies know hosts but not ports.
const nameOf = ({ options }: Parts): string => `second-factor-declined-${new URL(options.baseUrl).port}`;

/** The page at the provider where one is added; undefined where there is nothing to offer. RFC 8176: `mfa` says that one was used. */
export function offeredAddress(ctx: Context, { tokens }: SignedIn, parts: Parts): string | undefined {
  const { amr } = decodeJwt(tokens.idToken);
  const hasUsedOne = Array.isArray(amr) && amr.includes('mfa');
  if (hasUsedOne || ctx.cookies.get(nameOf(parts)) !== undefined) return undefined;
  return new URL('/account#factors', parts.options.issuer).href;
}

export function declineOffer(parts: Parts): Middleware {
  return (ctx) => {
    const secure = parts.options.baseUrl.startsWith('https:');
    ctx.cookies.set(nameOf(parts), 'yes', { httpOnly: true, sameSite: 'lax', secure, maxAge: days * 86_400_000 });
    ctx.status = 303;
    ctx.redirect('/');
  };
}
