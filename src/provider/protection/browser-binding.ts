/**
 * Binds a sign-in to the browser that began it. Cookies of oidc-provider that are scoped to a path cannot be `__Host-`: a
 * sibling domain may toss its own, and the browser would go on with, and end up in, somebody else's sign-in.
 */
import { randomBytes } from 'node:crypto';
import type { Middleware } from 'koa';
import { isSameSecret } from '../../domain/constant-time.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import { currentRequest, requestOf } from '../request.ts';

const BYTES = 32;
const FORM = /^[\w-]{43}$/;
/** The longest that browsers keep a cookie. It says nothing about its owner, and two first tabs that make it at once are rare. */
const KEPT_MS = 400 * 24 * 60 * 60 * 1000;

function browserCookieName(issuer: string): string {
  return issuer.startsWith('https:') ? '__Host-latchkey_browser' : 'latchkey_browser';
}

const hashOf = (keyedHash: KeyedHash, value: string): string => keyedHash.hash('browser', value);

/** Notes which browser it is, and gives it a cookie when a sign-in began that is bound to a new one. */
export function createBrowserBinding(issuer: string, keyedHash: KeyedHash): Middleware {
  const name = browserCookieName(issuer);
  const flags = { httpOnly: true, sameSite: 'lax', secure: issuer.startsWith('https:'), signed: false } as const;
  return async (ctx, next) => {
    const request = requestOf(ctx);
    const value = ctx.cookies.get(name, { signed: false });
    if (value !== undefined && FORM.test(value)) request.browser = { hash: hashOf(keyedHash, value) };
    await next();
    const toSet = request.browser?.toSet;
    if (toSet !== undefined) ctx.cookies.set(name, toSet, { ...flags, path: '/', maxAge: KEPT_MS });
  };
}

/** The browser of this request; one without a cookie gets one. */
export function browserToBind(keyedHash: KeyedHash): string {
  const request = currentRequest();
  if (request === undefined) throw new Error('a sign-in belongs to a request');
  if (request.browser === undefined) {
    const toSet = randomBytes(BYTES).toString('base64url');
    request.browser = { hash: hashOf(keyedHash, toSet), toSet };
  }
  return request.browser.hash;
}

export function isBoundBrowser(bound: unknown): boolean {
  const hash = currentRequest()?.browser?.hash;
  return typeof bound === 'string' && hash !== undefined && isSameSecret(bound, hash);
}
