/** Says in userinfo's response to an access token for an API how to get one for userinfo. */
import { decodeJwt } from 'jose';
import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';

/** RFC 6750 3: what a description may hold. */
const DESCRIPTION =
  'this access token is for an API; a refresh whose scope names OpenID scopes alone, such as openid, gives one for userinfo';

const explained: ReadonlySet<unknown> = new Set(['invalid_token', 'insufficient_scope']);

/** Unverified: the description holds nothing secret. An ID token names no client. */
function isForApi({ oidc, headers }: KoaContextWithOIDC): boolean {
  if (oidc.entities.AccessToken !== undefined) return oidc.entities.AccessToken.aud !== undefined;
  const token = headers.authorization?.split(' ')[1] ?? oidc.body?.access_token;
  try {
    const { iss, aud, client_id: clientId } = decodeJwt(String(token));
    return iss === oidc.issuer && aud !== undefined && typeof clientId === 'string';
  } catch {
    return false;
  }
}

export const userinfoErrors: Koa.Middleware = async (koaContext, next) => {
  await next();
  const ctx = koaContext as unknown as KoaContextWithOIDC;
  if (ctx.oidc?.route !== 'userinfo') return;
  const body = (ctx.body ?? {}) as { readonly error?: unknown };
  if (!explained.has(body.error) || !isForApi(ctx)) return;
  ctx.body = { ...body, error_description: DESCRIPTION };
  const challenges = [ctx.response.get('WWW-Authenticate')].flat();
  const described = challenges.map((text) =>
    text.replace(/error_description="[^"]*"/, `error_description="${DESCRIPTION}"`),
  );
  ctx.set('WWW-Authenticate', described);
};
