/** Checks a logout token, by which the provider reports that a user signed out there (OIDC Back-Channel Logout 2.6). */
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Configuration } from 'openid-client';

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';
const maxAgeSeconds = 120;
const clockToleranceSeconds = 10;

export class LogoutTokenInvalid extends Error {
  override readonly name = 'LogoutTokenInvalid';
}

/** Whom it is about (OIDC Back-Channel Logout 2.4): one session at the provider, or every session of one user. */
export interface LogoutSubject {
  readonly sid?: string;
  readonly sub?: string;
}

export type VerifyLogoutToken = (config: Configuration, token: string) => Promise<LogoutSubject>;

export function logoutTokenVerifier(): VerifyLogoutToken {
  const seen = new Map<string, number>();
  let keys: JWTVerifyGetKey | undefined;

  return async (config, token) => {
    const { issuer, jwks_uri, id_token_signing_alg_values_supported: algorithms } = config.serverMetadata();
    if (jwks_uri === undefined) throw new LogoutTokenInvalid('the provider publishes no keys');
    keys ??= createRemoteJWKSet(new URL(jwks_uri));
    // The checks of an ID token, and an age: an old logout token has no business here.
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: config.clientMetadata().client_id,
      maxTokenAge: maxAgeSeconds,
      clockTolerance: clockToleranceSeconds,
      ...(algorithms === undefined ? {} : { algorithms }),
    }).catch((cause: unknown) => {
      const isTokensFault = cause instanceof errors.JOSEError && !(cause instanceof errors.JWKSTimeout);
      throw isTokensFault
        ? new LogoutTokenInvalid('its signature, issuer, audience or time is wrong', { cause })
        : cause;
    });

    const subject = checkClaims(payload);
    if (!isFirstSeen(seen, payload.jti)) throw new LogoutTokenInvalid('it has no jti, or was used before');
    return subject;
  };
}

function checkClaims({ sub, sid, events, nonce }: JWTPayload): LogoutSubject {
  if (!isObject(events) || !isObject(events[logoutEvent])) {
    throw new LogoutTokenInvalid('it is no logout token');
  }
  // A nonce belongs to ID tokens: one of those must not pass for a logout token.
  if (nonce !== undefined) throw new LogoutTokenInvalid('it carries a nonce');
  if (sub === undefined && typeof sid !== 'string') throw new LogoutTokenInvalid('it has neither sub nor sid');
  return { ...(sub === undefined ? {} : { sub }), ...(typeof sid === 'string' ? { sid } : {}) };
}

function isFirstSeen(seen: Map<string, number>, jti: string | undefined): boolean {
  const now = Date.now();
  // What was seen longer ago than this fails on its age already.
  const keepMs = 2 * (maxAgeSeconds + clockToleranceSeconds) * 1000;
  for (const [known, seenAt] of seen) if (seenAt + keepMs < now) seen.delete(known);
  if (jti === undefined || seen.has(jti)) return false;
  seen.set(jti, now);
  return true;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
