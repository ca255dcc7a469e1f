/** Behind oidc-provider: introspection and revocation of JWT access tokens, which oidc-provider alone refuses. */
import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { GrantStore } from '../../storage/issued/grants.ts';
import type { SessionStore } from '../../storage/issued/sessions.ts';
import type { IssuedStore } from '../../storage/issued/tokens.ts';
import { type AccessTokenClaims, GRANT_CLAIM, type ReadAccessToken, SESSION_CLAIM } from '../access-token-jwt.ts';
import type { IntrospectionPolicy } from '../options/introspection.ts';

interface Dependencies {
  readonly readAccessToken: ReadAccessToken;
  readonly grants: GrantStore;
  readonly issued: IssuedStore;
  readonly sessions: SessionStore;
  readonly mayIntrospect: IntrospectionPolicy;
}

function isStructuredTokenRefusal(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'error' in body && body.error === 'unsupported_token_type';
}

export function jwtIntrospection({
  readAccessToken,
  grants,
  issued,
  sessions,
  mayIntrospect,
}: Dependencies): Koa.Middleware {
  async function doesGrantStand(claims: AccessTokenClaims): Promise<boolean> {
    const reference = claims[GRANT_CLAIM];
    if (reference === undefined) return true;
    const grant = await grants.findByReference(reference);
    return grant?.clientId === claims.client_id && grant.accountId === claims.sub;
  }

  async function doesSessionStand(claims: AccessTokenClaims): Promise<boolean> {
    const reference = claims[SESSION_CLAIM];
    if (reference === undefined) return true;
    const session = await sessions.findByReference(reference);
    return session !== undefined && !session.document.isDestroyed && session.document.state.accountId === claims.sub;
  }

  async function isActive(claims: AccessTokenClaims): Promise<boolean> {
    const checks = [
      doesGrantStand(claims),
      doesSessionStand(claims),
      issued.isTokenRevoked(claims.jti).then((is) => !is),
    ];
    return (await Promise.all(checks)).every(Boolean);
  }

  async function introspect(ctx: KoaContextWithOIDC, token: string): Promise<Record<string, unknown>> {
    const { client } = ctx.oidc;
    const claims = await readAccessToken(token);
    if (client === undefined || claims === undefined) return { active: false };
    const audience = typeof claims.aud === 'string' ? claims.aud : undefined;
    const isAllowed = await mayIntrospect(
      { clientId: client.clientId, isPublic: client.clientAuthMethod === 'none' },
      { clientId: claims.client_id, audience, isRefreshToken: false },
    );
    if (!isAllowed || !(await isActive(claims))) return { active: false };
    const { [GRANT_CLAIM]: _grant, [SESSION_CLAIM]: _session, ...published } = claims;
    const isDpopBound = (claims.cnf as { jkt?: unknown } | undefined)?.jkt !== undefined;
    return { active: true, ...published, token_type: isDpopBound ? 'DPoP' : 'Bearer' };
  }

  async function revoke(ctx: KoaContextWithOIDC, token: string): Promise<void> {
    const claims = await readAccessToken(token);
    // RFC 7009 2.1 and 2.2: only its own client may revoke a token, and what is not ours is no error.
    if (claims === undefined || claims.client_id !== ctx.oidc.client?.clientId) return;
    await issued.revokeToken(claims.jti, claims.exp * 1000);
  }

  return async (koaContext, next) => {
    await next();
    const ctx = koaContext as unknown as KoaContextWithOIDC;
    const route = ctx.oidc?.route;
    if ((route !== 'introspection' && route !== 'revocation') || !isStructuredTokenRefusal(ctx.body)) return;
    const token = ctx.oidc.params?.token;
    // oidc-provider authenticated the client before it looked at the token.
    if (ctx.oidc.client === undefined || typeof token !== 'string') return;
    if (route === 'introspection') ctx.body = await introspect(ctx, token);
    else {
      await revoke(ctx, token);
      ctx.body = '';
    }
    ctx.status = 200;
  };
}
