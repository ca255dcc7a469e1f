/** The claims of an account, and which scope releases which (OIDC Core 5.1 and 5.4). */
import type { Account } from '../../ports/accounts.ts';

export const claimsByScope = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
} as const;

/** Everything that is known of the account; what a client gets of it is decided by its scopes. */
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
