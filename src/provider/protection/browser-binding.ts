/**
 * Binds a sign-in to the browser that began it. Cookies of oidc-provider that are scoped to a path cannot be `__Host-`: a
 * sibling domain may toss its own, and the browser would go on with, and end up in, somebody else's sign-in.
 *
 * First tabs that a browser opens at once each get a value, for none of them has one yet. So that the last does not overwrite
 * the others there are several cookies, and any of them will do. They take turns: within a process the same one comes again only
 * after as many new browsers as there are cookies. More would let a page that posts here from elsewhere, which cookies do not come along
 * with, fill the browser.
 */
import { randomBytes, randomInt } from 'node:crypto';
import type { Middleware } from 'koa';
import { isSameSecret } from '../../domain/constant-time.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import { currentRequest, requestOf } from '../request.ts';

const BYTES = 32;
const FORM = /^[\w-]{43}$/;
/** The longest that browsers keep a cookie. It says nothing about its owner. */
const KEPT_MS = 400 * 24 * 60 * 60 * 1000;
const COOKIES = 16;

function browserCookieNames(issuer: string): readonly string[] {
  const name = issuer.startsWith('https:') ? '__Host-latchkey_browser' : 'latchkey_browser';
  return Array.from({ length: COOKIES }, (_, number) => `${name}_${number}`);
}

const hashOf = (keyedHash: KeyedHash, value: string): string => keyedHash.hash('browser', value);

/** Notes which browser it is, and gives it a cookie when a sign-in began that is bound to a new one. */
export function createBrowserBinding(issuer: string, keyedHash: KeyedHash): Middleware {
  const names = browserCookieNames(issuer);
  const flags = { httpOnly: true, sameSite: 'lax', secure: issuer.startsWith('https:'), signed: false } as const;
  // Processes begin anywhere, so that they do not give the same ones in step.
  let turn = randomInt(COOKIES);
  return async (ctx, next) => {
    const request = requestOf(ctx);
    const values = names
      .map((name) => ctx.cookies.get(name, { signed: false }) ?? '')
      .filter((value) => FORM.test(value));
    request.browser = { hashes: values.map((value) => hashOf(keyedHash, value)) };
    await next();
    const { toSet } = request.browser;
    if (toSet === undefined) return;
    turn = (turn + 1) % COOKIES;
    ctx.cookies.set(String(names[turn]), toSet, { ...flags, path: '/', maxAge: KEPT_MS });
  };
}

/** The browser of this request; one without a cookie gets one. */
export function browserToBind(keyedHash: KeyedHash): string {
  const request = currentRequest();
  if (request === undefined) throw new Error('a sign-in belongs to a request');
  const [known] = request.browser.hashes;
  if (known !== undefined) return known;
  const toSet = randomBytes(BYTES).toString('base64url');
  const hash = hashOf(keyedHash, toSet);
  request.browser = { hashes: [hash], toSet };
  return hash;
}

export function isBoundBrowser(bound: unknown): boolean {
  const hashes = currentRequest()?.browser.hashes ?? [];
  return typeof bound === 'string' && hashes.some((hash) => isSameSecret(bound, hash));
}
