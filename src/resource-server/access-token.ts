/** An access token that passed every check, and the claims it must have (RFC 9068 2.2). */
import { TokenFault } from './token-fault.ts';

export interface AccessToken {
  /** `sub`: the user, or the client itself where no user is involved. Unique within the issuer. */
  readonly subject: string;
  /** `client_id`: the app that obtained the token. */
  readonly clientId: string;
  /** `jti`: names this token in audit logs. */
  readonly tokenId: string;
  /** What the token allows here. Empty if it carries no scope. */
  readonly scopes: readonly string[];
  /** `iat`, in milliseconds since the epoch. */
  readonly issuedAt: number;
  /** `exp`, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** `acr`: how strongly the user signed in. Absent where no user is involved, or the issuer does not say. */
  readonly acr?: string;
  /** `auth_time`, in milliseconds since the epoch: when the user signed in. Absent as above. */
  readonly signedInAt?: number;
  /** All claims as issued; times in here are seconds since the epoch. */
  readonly claims: Readonly<Record<string, unknown>>;
}

function text(claim: unknown): string {
  if (typeof claim !== 'string' || claim === '') throw new TokenFault('claims_incomplete');
  return claim;
}

function milliseconds(claim: unknown): number {
  if (typeof claim !== 'number' || !Number.isFinite(claim)) throw new TokenFault('claims_incomplete');
  return claim * 1000;
}

function scopesIn(claim: unknown): readonly string[] {
  if (claim === undefined) return [];
  if (typeof claim !== 'string') throw new TokenFault('claims_incomplete');
  return claim.split(' ').filter((scope) => scope !== '');
}

/** The latest that a `Date` can hold. */
const LATEST_MILLISECONDS = 8.64e15;

/** RFC 9068 2.2.1: they may be left out. What is no time since the epoch says nothing. */
function signInIn({ acr, auth_time: at }: Readonly<Record<string, unknown>>): Pick<AccessToken, 'acr' | 'signedInAt'> {
  return {
    ...(typeof acr === 'string' && { acr }),
    ...(typeof at === 'number' && at > 0 && at * 1000 <= LATEST_MILLISECONDS && { signedInAt: at * 1000 }),
  };
}

export function accessTokenFrom(claims: Readonly<Record<string, unknown>>): AccessToken {
  return {
    subject: text(claims.sub),
    clientId: text(claims.client_id),
    tokenId: text(claims.jti),
    scopes: scopesIn(claims.scope),
    issuedAt: milliseconds(claims.iat),
    expiresAt: milliseconds(claims.exp),
    ...signInIn(claims),
    claims,
  };
}
