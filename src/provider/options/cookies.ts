/** oidc-provider's cookies: names, flags, signing keys, and the session cookie that a response must not set. */
import { createHmac, createSecretKey } from 'node:crypto';
import type { Context, Middleware } from 'koa';
import type { Configuration } from 'oidc-provider';
import { isSameSecret } from '../../domain/constant-time.ts';
import { requestOf } from '../request.ts';

export function cookieOptions(issuer: string, keys: CookieKeys): Configuration {
  const isSecure = issuer.startsWith('https:');
  const flags = { httpOnly: true, sameSite: 'lax', secure: isSecure, signed: true } as const;
  return {
    cookies: {
      keys,
      names: {
        session: isSecure ? '__Host-latchkey' : 'latchkey',
        // Scoped to a path, so they cannot be __Host-.
        interaction: isSecure ? '__Secure-latchkey_interaction' : 'latchkey_interaction',
        resume: isSecure ? '__Secure-latchkey_resume' : 'latchkey_resume',
      },
      long: flags,
      short: flags,
    },
  };
}

/** As the response has them by now. */
const setCookiesOf = ({ response }: Pick<Context, 'response'>): readonly string[] =>
  [response.headers['set-cookie'] ?? []].flat().map(String);

/** oidc-provider sets the session cookie before it saves the session. It is removed again if the save withheld it. */
export function withholdSessionCookie(name: string): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } finally {
      if (requestOf(ctx).isSessionCookieWithheld) {
        const cookies = setCookiesOf(ctx);
        const others = cookies.filter((cookie) => !cookie.startsWith(`${name}=`) && !cookie.startsWith(`${name}.sig=`));
        ctx.remove('Set-Cookie');
        if (others.length > 0) ctx.set('Set-Cookie', others);
      }
    }
  };
}

/**
 * oidc-provider gives the cookies of a sign-in under way a date. Without one they go when the browser is closed: whoever opens it next
 * must not go on where somebody left, behind their password.
 */
export function endWithBrowser(names: readonly string[]): Middleware {
  const isOfSignIn = (cookie: string): boolean => names.some((name) => cookie.startsWith(`${name}=`));
  const isRemoval = (cookie: string): boolean => /; expires=Thu, 01 Jan 1970/i.test(cookie);
  return async (ctx, next) => {
    try {
      await next();
    } finally {
      const cookies = setCookiesOf(ctx);
      if (cookies.some(isOfSignIn))
        ctx.set(
          'Set-Cookie',
          cookies.map((cookie) =>
            isOfSignIn(cookie) && !isRemoval(cookie) ? cookie.replace(/; expires=[^;]*/i, '') : cookie,
          ),
        );
    }
  };
}

/** The interface of Keygrip, which Koa and oidc-provider expect, with SHA-256. */
export interface CookieKeys {
  sign(data: string): string;
  /** The position of the key that signed it, or -1; a cookie signed by a later key is signed anew. */
  index(data: string, signature: string): number;
  verify(data: string, signature: string): boolean;
}

export function createCookieKeys(secrets: readonly Uint8Array[]): CookieKeys {
  // Node is several times faster with key objects than with the same bytes.
  const keys = secrets.map((secret) => createSecretKey(secret));
  const [active] = keys;
  if (active === undefined) throw new TypeError('cookies need a key');
  const sign = (data: string, key = active): string => createHmac('sha256', key).update(data).digest('base64url');
  const index = (data: string, signature: string): number =>
    keys.findIndex((key) => isSameSecret(sign(data, key), signature));
  return { sign: (data) => sign(data), index, verify: (data, signature) => index(data, signature) >= 0 };
}
