/**
 * oidc-provider names the app in the address of the page after signing out only where the session goes on. This does it where the
 * session has ended too, so that the page leads back to the app.
 */
import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';

const ENDED = { name: 'session', value: 'ended' } as const;

export const signedOutClient: Koa.Middleware = async (ctx, next) => {
  await next();
  const { oidc } = ctx as KoaContextWithOIDC;
  if (ctx.status !== 303 || oidc?.route !== 'end_session_confirm' || oidc.client === undefined) return;
  const location = ctx.response.get('Location');
  // Not where the app has an address of its own, or was left alone.
  if (location !== oidc.urlFor('end_session_success')) return;
  const address = new URL(location);
  address.searchParams.set('client_id', oidc.client.clientId);
  address.searchParams.set(ENDED.name, ENDED.value);
  ctx.redirect(address.href);
  ctx.status = 303;
};

/** Of the page after signing out: it only words what has happened already. */
export function hasSessionEnded({ query }: Pick<KoaContextWithOIDC, 'query'>): boolean {
  return query[ENDED.name] === ENDED.value;
}
