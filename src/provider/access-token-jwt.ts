/** The private claims by which a JWT access token names its grant and session: keyed hashes, no ids. */
import { createLocalJWKSet, type JWK, type JWTPayload, jwtVerify } from 'jose';
import { clockToleranceSeconds } from './options/lifetimes.ts';

export const GRANT_CLAIM = 'urn:latchkey:grant';
export const SESSION_CLAIM = 'urn:latchkey:session';

export interface AccessTokenClaims extends JWTPayload {
  readonly client_id: string;
  readonly jti: string;
  readonly exp: number;
  readonly [GRANT_CLAIM]?: string;
  readonly [SESSION_CLAIM]?: string;
}

/** The claims of a token that we signed and that has not expired; undefined for anything else. */
export type ReadAccessToken = (token: string) => Promise<AccessTokenClaims | undefined>;

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth'] as const;

function publicPart(jwk: JWK): JWK {
  return Object.fromEntries(Object.entries(jwk).filter(([member]) => !PRIVATE_MEMBERS.some((name) => name === member)));
}

function isComplete(payload: JWTPayload): payload is AccessTokenClaims {
  return typeof payload.client_id === 'string' && typeof payload.jti === 'string' && typeof payload.exp === 'number';
}

export function createAccessTokenReader(issuer: string, keys: readonly JWK[]): ReadAccessToken {
  const publicKeys = createLocalJWKSet({ keys: keys.map(publicPart) });
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, publicKeys, {
        issuer,
        typ: 'at+jwt',
        algorithms: ['ES256', 'RS256'],
        clockTolerance: clockToleranceSeconds,
      });
      return isComplete(payload) ? payload : undefined;
    } catch {
      return undefined;
    }
  };
}
