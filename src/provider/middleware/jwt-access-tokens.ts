/** Introspection and revocation of JWT access tokens, which oidc-provider alone refuses; runs behind it. */
import { createLocalJWKSet, errors, type JWK, type JWTPayload, jwtVerify } from 'jose';
import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { privateKeyMembers } from '../../domain/private-key-members.ts';
import { MAX_TTL_SECONDS } from '../../domain/resources/resources.ts';
import type { Clock } from '../../ports/clock.ts';
import { StorageUnavailable } from '../../storage/driver.ts';
import type { GrantStore } from '../../storage/issued/grants.ts';
import type { SessionStore } from '../../storage/issued/sessions.ts';
import type { IssuedPayload, IssuedStore } from '../../storage/issued/tokens.ts';
import { signingAlgorithms } from '../../storage/records/keys.ts';
import { tokenTypes } from '../../storage/records/resources.ts';
import { clockToleranceSeconds, retirementNoticedSeconds, revocationKeptSeconds } from '../options/lifetimes.ts';
import type { ResourceCache } from '../options/resources.ts';
import { GRANT_CLAIM, type IntrospectionPolicy, SESSION_CLAIM } from '../options/tokens.ts';
import { OFFLINE } from '../policy/offline-access.ts';
import { answerOf, grantedScope } from '../requested-access.ts';
import type { SigningKeys } from '../signing-keys.ts';

interface AccessTokenClaims extends JWTPayload {
  readonly client_id: string;
  readonly sub: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly [GRANT_CLAIM]?: string;
  readonly [SESSION_CLAIM]?: string;
}

/** Undefined for anything but a token that we may have signed and that has not expired. */
type ReadAccessToken = (token: string) => Promise<AccessTokenClaims | undefined>;

function publicPart(jwk: JWK): JWK {
  return Object.fromEntries(
    Object.entries(jwk).filter(([member]) => !privateKeyMembers.some((name) => name === member)),
  );
}

function isComplete(payload: JWTPayload): payload is AccessTokenClaims {
  const { client_id: clientId, sub, jti, iat, exp, [GRANT_CLAIM]: grant = '', [SESSION_CLAIM]: session = '' } = payload;
  const texts = [clientId, sub, jti, grant, session];
  return texts.every((text) => typeof text === 'string') && [iat, exp].every(Number.isFinite);
}

const isAccessTokenType = (typ: unknown): boolean => tokenTypes.some((type) => type === typ);

const publicKeysOf = ({ keys }: SigningKeys) => createLocalJWKSet({ keys: keys.map(publicPart) });

interface ReaderDeps {
  readonly issuer: string;
  readonly signingKeys: SigningKeys;
  readonly resources: ResourceCache;
  readonly clock: Clock;
}

/**
 * The signature alone proves little: a key may be in the hands of others. What we would never have signed is refused: a
 * token that lives too long, from the future, or from after the time at which its key was retired at once.
 */
export function createAccessTokenReader({ issuer, signingKeys, resources, clock }: ReaderDeps): ReadAccessToken {
  async function verify(token: string, keys: SigningKeys, known: ReturnType<typeof publicKeysOf>): Promise<JWTPayload> {
    const { payload, protectedHeader } = await jwtVerify(token, known, {
      issuer,
      algorithms: [...signingAlgorithms],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(clock.now()),
      requiredClaims: ['iat', 'exp'],
    });
    // Nothing else that we sign is of these types, an ID token of none. `JWT` says little by itself: the claims below must be there too.
    if (!isAccessTokenType(protectedHeader.typ))
      throw new errors.JWTClaimValidationFailed('it is no access token', payload, 'typ');
    const retiredAt = keys.retiredAtOnce.get(protectedHeader.kid ?? '') ?? Number.POSITIVE_INFINITY;
    if (Number(payload.iat) * 1000 > retiredAt + retirementNoticedSeconds * 1000)
      throw new errors.JWTClaimValidationFailed('it was signed after its key was retired', payload, 'iat');
    return payload;
  }

  async function hasLifetimeOfResource({ aud, iat, exp }: AccessTokenClaims): Promise<boolean> {
    if (iat > clock.now() / 1000 + clockToleranceSeconds) return false;
    const seconds = exp - iat;
    if (seconds > MAX_TTL_SECONDS || typeof aud !== 'string') return false;
    const isWithin = ({ ttlSeconds = MAX_TTL_SECONDS } = {}): boolean => seconds <= ttlSeconds;
    // It may have been given a longer one a moment ago, at another instance.
    return isWithin(await resources.get(aud)) || isWithin(await resources.reload(aud));
  }

  const known = publicKeysOf(signingKeys);
  return async (token) => {
    try {
      const payload = await verify(token, signingKeys, known).catch(async (error: unknown) => {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        // A rotation that signs at once: another instance has heard of it before this one.
        const reloaded = await signingKeys.reload();
        return verify(token, reloaded, publicKeysOf(reloaded));
      });
      return isComplete(payload) && (await hasLifetimeOfResource(payload)) ? payload : undefined;
    } catch (error) {
      if (error instanceof StorageUnavailable) throw error;
      return undefined;
    }
  };
}

const isOffline = (grant: IssuedPayload): boolean => answerOf(grant).allowed.oidcScopes.includes(OFFLINE);

function isRefusedWhole(grant: IssuedPayload, resource: string): boolean {
  const { allowed, refused } = answerOf(grant);
  return refused.resourceScopes[resource] !== undefined && allowed.resourceScopes[resource] === undefined;
}

/** RFC 7662 2.2: what is granted by now, which may be less than what the token says; undefined where nothing of it is left. */
function claimsLeft(claims: AccessTokenClaims, grant: IssuedPayload | undefined): AccessTokenClaims | undefined {
  const { scope, aud } = claims;
  if (grant === undefined) return claims;
  // A token without a scope is for the resource as a whole, which is over once all of it was refused.
  if (typeof scope !== 'string') return isRefusedWhole(grant, String(aud)) ? undefined : claims;
  const left = grantedScope(grant, scope, String(aud));
  return left === '' ? undefined : { ...claims, scope: left };
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

  async function findGrant(claims: AccessTokenClaims): Promise<IssuedPayload | undefined> {
    const reference = claims[GRANT_CLAIM];
    return reference === undefined ? undefined : grants.findByReference(reference);
  }

  /** The grant, which every token has but one that a client got for itself. */
  function doesGrantStand(claims: AccessTokenClaims, grant: IssuedPayload | undefined): boolean {
    if (claims[GRANT_CLAIM] === undefined)
      return claims.sub === claims.client_id && claims[SESSION_CLAIM] === undefined;
    if (grant?.clientId !== claims.client_id || grant.accountId !== claims.sub) return false;
    // Without offline_access all that is issued under it ends with a session (options/tokens.ts).
    return claims[SESSION_CLAIM] !== undefined || isOffline(grant);
  }

  async function doesSessionStand(claims: AccessTokenClaims): Promise<boolean> {
    const reference = claims[SESSION_CLAIM];
    if (reference === undefined) return true;
    const session = await sessions.findByReference(reference);
    return session !== undefined && !session.document.isDestroyed && session.document.state.accountId === claims.sub;
  }

  /** As far as they are granted by now; undefined where the token is not active. */
  async function activeClaims(claims: AccessTokenClaims): Promise<AccessTokenClaims | undefined> {
    const [grant, sessionStands, isRevoked] = await Promise.all([
      findGrant(claims),
      doesSessionStand(claims),
      issued.isTokenRevoked(claims.jti),
    ]);
    return doesGrantStand(claims, grant) && sessionStands && !isRevoked ? claimsLeft(claims, grant) : undefined;
  }

  async function introspect(ctx: KoaContextWithOIDC, token: string): Promise<Record<string, unknown>> {
    const { client } = ctx.oidc;
    const claims = await readAccessToken(token);
    if (client === undefined || claims === undefined) return { active: false };
    const audience = typeof claims.aud === 'string' ? claims.aud : undefined;
    const hasGrant = claims[GRANT_CLAIM] !== undefined;
    const isAllowed = await mayIntrospect(client, {
      clientId: claims.client_id,
      accountId: hasGrant ? claims.sub : undefined,
      audience,
      isRefreshToken: false,
      hasGrant,
      issuedAt: claims.iat,
    });
    const active = isAllowed ? await activeClaims(claims) : undefined;
    if (active === undefined) return { active: false };
    const { [GRANT_CLAIM]: _grant, [SESSION_CLAIM]: _session, ...published } = active;
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
