/** The claims of an account, and which scope releases which (OIDC Core 5.1 and 5.4). */
import type { Account, PendingEmail } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
import { isInheritedName } from '../inherited-names.ts';
import { hasInvisibleCharacter } from '../visible-text.ts';

interface ClaimRule {
  readonly scope: 'profile' | 'email' | 'address' | 'phone' | 'groups' | 'roles';
  /** `account field`: made by `claimsOf`, and cannot be set as a claim. */
  readonly type: 'string' | 'strings' | 'boolean' | 'object' | 'account field';
}

const released = {
  name: { scope: 'profile', type: 'account field' },
  family_name: { scope: 'profile', type: 'string' },
  given_name: { scope: 'profile', type: 'string' },
  middle_name: { scope: 'profile', type: 'string' },
  nickname: { scope: 'profile', type: 'string' },
  preferred_username: { scope: 'profile', type: 'account field' },
  profile: { scope: 'profile', type: 'string' },
  picture: { scope: 'profile', type: 'string' },
  website: { scope: 'profile', type: 'string' },
  gender: { scope: 'profile', type: 'string' },
  birthdate: { scope: 'profile', type: 'string' },
  zoneinfo: { scope: 'profile', type: 'string' },
  locale: { scope: 'profile', type: 'string' },
  updated_at: { scope: 'profile', type: 'account field' },
  email: { scope: 'email', type: 'account field' },
  email_verified: { scope: 'email', type: 'account field' },
  address: { scope: 'address', type: 'object' },
  phone_number: { scope: 'phone', type: 'string' },
  phone_number_verified: { scope: 'phone', type: 'boolean' },
  groups: { scope: 'groups', type: 'strings' },
  roles: { scope: 'roles', type: 'account field' },
} as const satisfies Readonly<Record<string, ClaimRule>>;

export type ReleasedClaim = keyof typeof released;

const rules: ReadonlyMap<string, ClaimRule> = new Map(Object.entries(released));

export const standardClaims = Object.keys(released) as readonly ReleasedClaim[];

/** By a scope that every installation has. */
export const isReleasedClaim = (name: string): boolean => rules.has(name);

export function claimsOfScope(scope: string): readonly ReleasedClaim[] {
  return standardClaims.filter((name) => released[name].scope === scope);
}

/** As oidc-provider's option `claims` takes it. */
export function claimsByScope(): Record<string, ReleasedClaim[]> {
  const scopes = new Set(Object.values(released).map(({ scope }) => scope));
  return Object.fromEntries(Array.from(scopes, (scope) => [scope, [...claimsOfScope(scope)]]));
}

/** The new e-mail address that waits to be proven; `now` in milliseconds since the epoch. */
export function pendingEmailOf({ pendingEmail }: Pick<Account, 'pendingEmail'>, now: number): PendingEmail | undefined {
  return pendingEmail !== undefined && now < pendingEmail.until ? pendingEmail : undefined;
}

/** All claims of the account; its client gets those that its scopes release. `now` in milliseconds since the epoch. */
export function claimsOf(account: Account, now: number): Readonly<Record<string, unknown>> {
  return {
    // An account may have been stored with one before they were refused: then it is not released, and breaks nothing.
    ...Object.fromEntries(
      Object.entries(account.claims).filter(([name]) => !isInheritedName(name) && !isReservedClaim(name)),
    ),
    ...(account.name !== undefined && { name: account.name }),
    ...(account.username !== undefined && { preferred_username: account.username }),
    email: account.email,
    // Whoever is about to change it may have lost it.
    email_verified: account.emailVerified && pendingEmailOf(account, now) === undefined,
    // OIDC Core 5.1: seconds, where our own times are milliseconds.
    updated_at: Math.floor(account.updatedAt / 1000),
    // Of an account without any the list is empty: an app that reads it need not tell "none" from "not allowed to know".
    roles: account.roles ?? [],
    sub: account.id,
  };
}

/** Stored before `groups` had to be a list of strings, it may be anything else: then the account is in no group. */
export function groupsOf({ claims: { groups } }: Pick<Account, 'claims'>): readonly string[] {
  return isListOfStrings(groups) ? groups : [];
}

const MAX_BYTES = 16_384;
const MAX_LEVELS = 10;

// Set by the protocol (RFC 7519 4.1, OIDC Core 2, 3.3.2.11, 5.6.2, RFC 8693 4, RFC 9068 2.2); `roles` by Latchkey.
const reservedClaims: ReadonlySet<string> = new Set([
  ...[
    'sub',
    'iss',
    'aud',
    'exp',
    'nbf',
    'iat',
    'jti',
    'nonce',
    'auth_time',
    'acr',
    'amr',
    'azp',
    'sid',
    'sub_jwk',
    'cnf',
  ],
  ...['at_hash', 'c_hash', 's_hash', 'client_id', 'scope', 'act', 'may_act', 'events', 'authorization_details'],
  ...['_claim_names', '_claim_sources', 'roles'],
]);
/** Begins the names of Latchkey's own private claims (provider/options/tokens.ts). */
const OWN_PREFIX = 'urn:latchkey:';

/** Some libraries of apps compare the names of claims without regard to case: to them `Roles` would be `roles`. */
const isReadAsRoles = (name: string): boolean => name.normalize('NFKC').toLowerCase() === 'roles';

/** True for claims that only the provider may set. */
export function isReservedClaim(name: string): boolean {
  return reservedClaims.has(name) || name.startsWith(OWN_PREFIX) || isReadAsRoles(name);
}

const MAX_CLAIM_NAME_CHARACTERS = 128;

/** What is wrong with the name of a claim that an account has or a scope releases, or undefined. */
export function claimNameProblem(name: string): string | undefined {
  if (
    name === '' ||
    name.length > MAX_CLAIM_NAME_CHARACTERS ||
    /\s/.test(name) ||
    hasInvisibleCharacter(name) ||
    isInheritedName(name)
  ) {
    return `${JSON.stringify(name)} is not a claim name`;
  }
  return isReservedClaim(name) ? `${name} is a claim that the provider sets itself` : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '');
}

/** What is wrong with one of the claims that an account is to have. */
export interface ClaimProblem {
  readonly claim: string;
  /** Completes the sentence that the claim's name begins. */
  readonly problem: string;
}

function problemOf(name: string, value: unknown): string | undefined {
  const type = rules.get(name)?.type;
  if (type === 'account field') return 'is a field of the account, not one of its claims';
  if (isReservedClaim(name)) return 'is set by the provider itself: leave it out';
  const nameProblem = claimNameProblem(name);
  if (nameProblem !== undefined) return 'is not a claim name';
  if (type === 'string' && typeof value !== 'string') return 'must be a string';
  if (type === 'strings' && !isListOfStrings(value)) return 'must be a list of strings';
  if (type === 'object' && !isObject(value)) return 'must be an object';
  if (type === 'boolean' && typeof value !== 'boolean') return 'must be true or false';
  return problemWithin(value);
}

/** Of what a claim holds: oidc-provider and apps put it into objects of their own. */
function problemWithin(value: unknown, level = 2): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (level > MAX_LEVELS) return `is nested deeper than the ${MAX_LEVELS} levels that claims may have`;
  for (const [name, member] of Object.entries(value)) {
    const problem = isInheritedName(name) ? `holds ${name}, which cannot be a name` : problemWithin(member, level + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** All that is wrong with these claims, beside their size. */
export function claimProblems(claims: Readonly<Record<string, unknown>>): readonly ClaimProblem[] {
  return Object.entries(claims).flatMap(([claim, value]) => {
    const problem = problemOf(claim, value);
    return problem === undefined ? [] : [{ claim, problem }];
  });
}

/** The claims of an account beside those that its own fields make. */
export function readExtraClaims(value: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw new DomainError('claims_invalid', { reason: 'claims must be one JSON object' });
  const problems = claimProblems(value);
  if (problems.length > 0) throw claimsInvalid(problems);
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_BYTES) {
    throw new DomainError('claims_invalid', { reason: `claims must fit into ${MAX_BYTES} bytes` });
  }
  return value;
}

const MOST_SHOWN = 50;

/** Every problem in one error, so that a file of claims is corrected once. */
export function claimsInvalid(problems: readonly ClaimProblem[]): DomainError {
  const shown = problems.slice(0, MOST_SHOWN).map(({ claim, problem }) => `${claim} ${problem}`);
  const more = problems.length > shown.length ? [`and ${problems.length - shown.length} more`] : [];
  return new DomainError('claims_invalid', {
    reason: ['these claims cannot be kept', ...shown, ...more].join('\n  '),
  });
}
