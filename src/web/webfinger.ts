/**
 * Which issuer is in charge of an identifier (RFC 7033, OIDC Discovery 1.0 2): this one, for whatever names its host. Nothing is
 * looked up, so that nobody learns who has an account.
 */
import type { Context, Middleware } from 'koa';
import { publicDocumentsMaxAgeSeconds } from '../provider/options/lifetimes.ts';

const ISSUER_RELATION = 'http://openid.net/specs/connect/1.0/issuer';
const UNSAFE = /[\s\p{Cc}]/u;

/** Host and port that the identifier names; undefined where it names none. */
function authorityOf(resource: string): URL | undefined {
  const uri = UNSAFE.test(resource) ? null : URL.parse(resource);
  if (uri === null) return undefined;
  if (uri.protocol === 'https:' || uri.protocol === 'http:') return uri;
  if (uri.protocol !== 'acct:' && uri.protocol !== 'mailto:') return undefined;
  const at = uri.pathname.lastIndexOf('@');
  const host = uri.pathname.slice(at + 1);
  // The scheme only makes it a URL: like the host it is compared in one form (RFC 7565 4, RFC 3986 6.2.2.1).
  return at < 1 || /[/\\?#]/.test(host) ? undefined : (URL.parse(`https://${host}`) ?? undefined);
}

/** A mail address names no port, and may stand for an issuer at any. */
function isAtHost(authority: URL, issuer: URL, isWebAddress: boolean): boolean {
  if (authority.hostname !== issuer.hostname) return false;
  return authority.port === issuer.port || (!isWebAddress && authority.port === '');
}

/** RFC 7033 4.2: absent, given twice or no URI. */
function resourceOf(ctx: Context): string {
  const { resource } = ctx.query;
  if (typeof resource !== 'string' || !URL.canParse(resource) || UNSAFE.test(resource))
    return ctx.throw(400, 'the parameter resource must be one absolute URI, such as acct:ada@example.com');
  return resource;
}

/** RFC 7033 5: pages of any origin may ask. */
const allowEverybody = (ctx: Context): void => ctx.set('Access-Control-Allow-Origin', '*');

export const webFingerPreflight: Middleware = (ctx) => {
  allowEverybody(ctx);
  ctx.set({ 'Access-Control-Allow-Methods': 'GET', 'Access-Control-Allow-Headers': '*', Allow: 'HEAD, GET, OPTIONS' });
  ctx.status = 204;
};

export function webFinger(issuer: string): Middleware {
  const ours = new URL(issuer);
  return (ctx) => {
    allowEverybody(ctx);
    const resource = resourceOf(ctx);
    const authority = authorityOf(resource);
    if (authority === undefined || !isAtHost(authority, ours, /^https?:/i.test(resource))) return;
    const relations = [ctx.query.rel ?? []].flat();
    // RFC 7033 4.3: what else was asked for is left out, without an error.
    const isAsked = relations.length === 0 || relations.includes(ISSUER_RELATION);
    ctx.set('Cache-Control', `public, max-age=${publicDocumentsMaxAgeSeconds}`);
    ctx.body = JSON.stringify({ subject: resource, links: isAsked ? [{ rel: ISSUER_RELATION, href: issuer }] : [] });
    ctx.type = 'application/jrd+json';
  };
}
