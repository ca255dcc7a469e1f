/** The error for a client that did not authenticate (RFC 6749 5.2): changes oidc-provider's response. */
import { decodeJwt } from 'jose';
import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { audienceDescription } from '../options/clients.ts';
import { authenticatingRoutes, isWithoutProof } from '../request.ts';

/** The audience is checked before the signature, so the answer reveals nothing beyond what was sent. */
function hasForeignAudience({ oidc }: KoaContextWithOIDC): boolean {
  const assertion = oidc.params?.client_assertion;
  if (typeof assertion !== 'string') return false;
  try {
    const ours = oidc.clientJwtAuthExpectedAudience();
    return [decodeJwt(assertion).aud ?? []].flat().every((audience) => !ours.has(audience));
  } catch {
    return false;
  }
}

export function failedAuthentication(issuer: string): Koa.Middleware {
  return async (koaContext, next) => {
    await next();
    const ctx = koaContext as unknown as KoaContextWithOIDC;
    if (!authenticatingRoutes.has(ctx.oidc?.route)) return;
    const { error } = (ctx.body ?? {}) as { readonly error?: unknown };
    if (error === 'invalid_request' && isWithoutProof(ctx)) {
      ctx.status = 401;
      ctx.body = { error: 'invalid_client', error_description: 'the client did not authenticate' };
    } else if (error !== 'invalid_client' || ctx.status !== 401) return;
    else if (hasForeignAudience(ctx)) ctx.body = { error, error_description: audienceDescription(issuer) };
    ctx.set('Cache-Control', 'no-store');
    // RFC 9110 15.5.2: for every method of authentication.
    if (!ctx.response.get('WWW-Authenticate')) ctx.set('WWW-Authenticate', `Basic realm="${issuer}"`);
  };
}
