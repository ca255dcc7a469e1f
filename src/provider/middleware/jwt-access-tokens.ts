/** Introspection and revocation of JWT access tokens, which oidc-provider alone refuses; runs behind it. */
import { createLocalJWKSet, errors, type JWK, type JWTPayload, jwtVerify } from 'jose';
import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Clock } from '../../ports/clock.ts';
import { StorageUnavailable } from '../../storage/driver.ts';
import type { GrantStore } from '../../storage/issued/grants.ts';
import type { SessionStore } from '../../storage/issued/sessions.ts';
import type { IssuedStore } from '../../storage/issued/tokens.ts';
import { clockToleranceSeconds, revocationKeptSeconds } from '../options/lifetimes.ts';
import { GRANT_CLAIM, type IntrospectionPolicy, SESSION_CLAIM } from '../options/tokens.ts';
import type { SigningKeys } from '../signing-keys.ts';

interface AccessTokenClaims extends JWTPayload {
  readonly client_id: string;
  readonly jti: string;
  readonly exp: number;
  readonly [GRANT_CLAIM]?: string;
  readonly [SESSION_CLAIM]?: string;
}

/** Undefined for anything but a token that we signed and that has not expired. */
type ReadAccessToken = (token: string) => Promise<AccessTokenClaims | undefined>;

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth'] as const;

function publicPart(jwk: JWK): JWK {
  return Object.fromEntries(Object.entries(jwk).filter(([member]) => !PRIVATE_MEMBERS.some((name) => name === member)));
}

function isComplete(payload: JWTPayload): payload is AccessTokenClaims {
  return typeof payload.client_id === 'string' && typeof payload.jti === 'string' && typeof payload.exp === 'number';
}

const publicKeysOf = ({ keys }: SigningKeys) => createLocalJWKSet({ keys: keys.map(publicPart) });

export function createAccessTokenReader(issuer: string, signingKeys: SigningKeys, clock: Clock): ReadAccessToken {
  async function verify(token: string, publicKeys: ReturnType<typeof publicKeysOf>): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, publicKeys, {
      issuer,
      typ: 'at+jwt',
      algorithms: ['ES256', 'RS256'],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(clock.now()),
    });
    return payload;
  }

  const known = publicKeysOf(signingKeys);
  return async (token) => {
    try {
      const payload = await verify(token, known).catch(async (error: unknown) => {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        // A rotation that signs at once: another instance has heard of it before this one.
        return verify(token, publicKeysOf(await signingKeys.reload()));
      });
      return isComplete(payload) ? payload : undefined;
    } catch (error) {
      if (error instanceof StorageUnavailable) throw error;
      return undefined;
    }
  };
}

interface JwtAccessTokenDeps {
  readonly readAccessToken: ReadAccessToken;
  readonly grants: GrantStore;
  readonly issued: IssuedStore;
  readonly sessions: SessionStore;
  readonly mayIntrospect: IntrospectionPolicy;
}

export function jwtAccessTokens(deps: JwtAccessTokenDeps): Koa.Middleware {
  const { readAccessToken, grants, issued, sessions, mayIntrospect } = deps;

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
    const [grantStands, sessionStands, isRevoked] = await Promise.all([
      doesGrantStand(claims),
      doesSessionStand(claims),
      issued.isTokenRevoked(claims.jti),
    ]);
    return grantStands && sessionStands && !isRevoked;
  }

  async function introspect(ctx: KoaContextWithOIDC, token: string): Promise<Record<string, unknown>> {
    const { client } = ctx.oidc;
    const claims = await readAccessToken(token);
    if (client === undefined || claims === undefined) return { active: false };
    const audience = typeof claims.aud === 'string' ? claims.aud : undefined;
    const hasGrant = claims[GRANT_CLAIM] !== undefined;
    const isAllowed = await mayIntrospect(client, {
      clientId: claims.client_id,
      audience,
      isRefreshToken: false,
      hasGrant,
      issuedAt: claims.iat,
    });
    if (!isAllowed || !(await isActive(claims))) return { active: false };
    const { [GRANT_CLAIM]: _grant, [SESSION_CLAIM]: _session, ...published } = claims;
    const isDpopBound = (claims.cnf as { jkt?: unknown } | undefined)?.jkt !== undefined;
    return { active: true, ...published, token_type: isDpopBound ? 'DPoP' : 'Bearer' };
  }

  async function revoke(ctx: KoaContextWithOIDC, token: string): Promise<void> {
    const claims = await readAccessToken(token);
    // RFC 7009 2.1 and 2.2: only its own client may revoke a token, and what is not ours is no error.
    if (claims === undefined || claims.client_id !== ctx.oidc.client?.clientId) return;
    await issued.revokeToken(claims.jti, (claims.exp + revocationKeptSeconds) * 1000);
  }

  return async (koaContext, next) => {
    await next();
    const ctx = koaContext as unknown as KoaContextWithOIDC;
    const route = ctx.oidc?.route;
    if (route !== 'introspection' && route !== 'revocation') return;
    if ((ctx.body as { readonly error?: unknown } | undefined)?.error !== 'unsupported_token_type') return;
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
