/** The claims of an account, and which scope releases which (OIDC Core 5.1 and 5.4). */
import type { Account } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';

export const claimsByScope = {
  profile: [
    ...(['name', 'family_name', 'given_name', 'middle_name', 'nickname', 'preferred_username', 'profile'] as const),
    ...(['picture', 'website', 'gender', 'birthdate', 'zoneinfo', 'locale', 'updated_at'] as const),
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
} as const;

/** All claims of the account; its client gets those that its scopes release. */
export function claimsOf(account: Account): Readonly<Record<string, unknown>> {
  return {
    ...account.claims,
    ...(account.name !== undefined && { name: account.name }),
    ...(account.username !== undefined && { preferred_username: account.username }),
    email: account.email,
    email_verified: account.emailVerified,
    // OIDC Core 5.1: seconds, where our own times are milliseconds.
    updated_at: Math.floor(account.updatedAt / 1000),
    sub: account.id,
  };
}

const MAX_BYTES = 16_384;

// Made from the account's own fields, or by the protocol (RFC 7519 4.1, OIDC Core 2, 5.6.2).
const reserved: ReadonlySet<string> = new Set([
  ...['sub', 'email', 'email_verified', 'name', 'preferred_username', 'updated_at'],
  ...['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'nonce', 'auth_time', 'acr', 'amr', 'azp', 'sid', 'sub_jwk', 'cnf'],
  ...['at_hash', 'c_hash', 's_hash', 'client_id', 'scope', '_claim_names', '_claim_sources'],
]);

const texts: ReadonlySet<string> = new Set([
  ...['family_name', 'given_name', 'middle_name', 'nickname', 'profile', 'picture', 'website', 'gender'],
  ...['birthdate', 'zoneinfo', 'locale', 'phone_number'],
]);

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problemOf(name: string, value: unknown): string | undefined {
  if (reserved.has(name)) return `${name} cannot be set as a claim of an account`;
  if (texts.has(name) && typeof value !== 'string') return `${name} must be a text`;
  if (name === 'address' && !isObject(value)) return 'address must be an object';
  if (name === 'phone_number_verified' && typeof value !== 'boolean') return `${name} must be true or false`;
  return undefined;
}

/** The claims of an account beside those that its own fields make. */
export function readExtraClaims(value: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw new DomainError('claims_invalid', { reason: 'claims must be one JSON object' });
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_BYTES) {
    throw new DomainError('claims_invalid', { reason: `claims must fit into ${MAX_BYTES} bytes` });
  }
  for (const [name, claim] of Object.entries(value)) {
    const reason = problemOf(name, claim);
    if (reason !== undefined) throw new DomainError('claims_invalid', { reason });
  }
  return value;
}
