/**
 * Every error says where it is explained: `error_uri` (RFC 6749 4.1.2.1 and 5.2, RFC 6750 3). Done once, on what leaves, so that no
 * door can forget it. Pages are drawn with the link (pages/render.ts), and so are the forms of `form_post` (hand-over.ts). The
 * content of a signed answer (JARM) is out of reach: oidc-provider signs it where it makes it.
 */
import type { Context, Middleware } from 'koa';
import { type OidcContext, requestParameter } from '../../provider/interactions.ts';
import { requestOf } from '../../provider/request.ts';

export const ERRORS_PATH = '/docs/errors';

/** Its characters are those that RFC 6749 4.1.2.1 allows, whatever the code is. */
export function errorUri(issuer: string, code: string): string {
  return `${issuer}${ERRORS_PATH}/${encodeURIComponent(code)}`;
}

/** The code that the app is told at its redirect URI; undefined where it is told none. */
export function sentAuthorizationError(ctx: OidcContext): string | undefined {
  if (ctx.oidc?.route !== 'authorization' && ctx.oidc?.route !== 'resume') return undefined;
  return requestOf(ctx).authorizationError;
}

/** By what is sent: the app's own address may hold any of these parameters, and a mode that is unknown is answered unsigned. */
function isSigned(ctx: OidcContext, location: string): boolean {
  const { hash, searchParams } = new URL(location);
  // A redirect URI has no fragment of its own (RFC 6749 3.1.2).
  if (hash !== '') return new URLSearchParams(hash.slice(1)).has('response');
  const own = new URL(requestParameter(ctx, 'redirect_uri') ?? location).searchParams;
  return searchParams.get('response') !== own.get('response');
}

/** As oidc-provider puts the other parameters in: in place of one that the app's own address has, or at the end of the fragment. */
function withParameter(location: string, name: string, value: string): string {
  const address = new URL(location);
  if (address.hash !== '') return `${location}&${new URLSearchParams({ [name]: value })}`;
  address.searchParams.set(name, value);
  return address.href;
}

function addToRedirect(ctx: Context, issuer: string): void {
  const oidcContext = ctx as unknown as OidcContext;
  const { location } = ctx.response.headers;
  const code = sentAuthorizationError(oidcContext);
  if (code === undefined || typeof location !== 'string' || isSigned(oidcContext, location)) return;
  const { status } = ctx;
  ctx.redirect(withParameter(location, 'error_uri', errorUri(issuer, code)));
  ctx.status = status;
}

function addToBody(ctx: Context, issuer: string): void {
  const { body, status } = ctx;
  if (status < 400 || typeof body !== 'object' || body === null || !('error' in body)) return;
  if (typeof body.error === 'string') ctx.body = { ...body, error_uri: errorUri(issuer, body.error) };
}

/** RFC 6750 3 and RFC 9449 7.1; Basic has no errors (RFC 7617). A quote inside a value is escaped, so that none looks like it. */
const FAILED_CHALLENGE = /^(?:Bearer|DPoP) (?:.*, )?error="([^"\\]+)"/i;

function addToChallenges(ctx: Context, issuer: string): void {
  const challenges = [ctx.response.headers['www-authenticate'] ?? []].flat();
  const added = challenges.map((challenge) => {
    const [, code] = FAILED_CHALLENGE.exec(challenge) ?? [];
    return code === undefined ? challenge : `${challenge}, error_uri="${errorUri(issuer, code)}"`;
  });
  if (added.length > 0) ctx.set('WWW-Authenticate', added);
}

/** Stands before everything that answers with an error. */
export function addErrorUris(issuer: string): Middleware {
  return async (ctx, next) => {
    await next();
    addToRedirect(ctx, issuer);
    addToBody(ctx, issuer);
    addToChallenges(ctx, issuer);
  };
}
