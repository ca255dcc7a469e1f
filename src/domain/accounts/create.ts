import { randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { AcceptedTerms, Account, AccountStore } from '../../storage/records/accounts.ts';
import type { ClientStore } from '../../storage/records/clients.ts';
import { ACCOUNT_CLIENT_ID } from '../clients/register.ts';
import { DomainError } from '../domain-error.ts';
import { checkPassword } from '../passwords/password-policy.ts';
import { claimsInvalid, readExtraClaims } from './claims.ts';
import { readEmailAddress, readName, readUsername } from './identifiers.ts';
import { type ImportedFields, importProblems, readImported } from './imported-fields.ts';
import type { PasswordHasher } from './password-hashing.ts';

export interface NewAccount {
  readonly email: string;
  readonly emailVerified?: boolean;
  readonly username?: string;
  readonly name?: string;
  readonly claims?: unknown;
  readonly imported?: ImportedFields;
  readonly password?: string;
  /** In place of the password, where that was checked and hashed before. */
  readonly passwordHash?: string;
  readonly expiresAt?: number;
  readonly awaitsApproval?: true;
  /** Whoever makes it is signed in by that. */
  readonly hasSignedIn?: true;
  readonly acceptedTerms?: AcceptedTerms;
}

interface Deps {
  readonly accounts: AccountStore;
  readonly clients: Pick<ClientStore, 'get'>;
  readonly hasher: PasswordHasher;
  readonly config: { readonly brandName: string };
  readonly clock: Clock;
}

async function throwOnTakenId(id: string, { accounts, clients }: Deps): Promise<void> {
  if ((await accounts.get(id)) !== undefined) throw new DomainError('sub_taken');
  // The admin command takes both: an id must not lead to whoever is named like it.
  const named = await accounts.findByIdentifier(id);
  if (named !== undefined) {
    throw new DomainError('sub_taken', { reason: 'Another account has this id as its e-mail address or username.' });
  }
  // RFC 9068 5: an API must not take what a client did by itself for what this user did.
  if (id === ACCOUNT_CLIENT_ID || (await clients.get(id)) !== undefined)
    throw new DomainError('sub_taken', { reason: 'A client has this id.' });
}

/** On which it may be used. */
function conditionsOf({ expiresAt, awaitsApproval, hasSignedIn, acceptedTerms }: NewAccount) {
  return {
    ...(expiresAt !== undefined && { expiresAt }),
    ...(awaitsApproval && { awaitsApproval }),
    ...(hasSignedIn && { hasSignedIn }),
    ...(acceptedTerms !== undefined && { acceptedTerms }),
  };
}

/** The password itself, or the hash of one that was checked before. */
async function passwordHashOf({ password, passwordHash }: NewAccount, { hasher }: Deps) {
  const hash = password === undefined ? passwordHash : await hasher.hash(password);
  return hash === undefined ? {} : { passwordHash: hash };
}

export async function createAccount(wanted: NewAccount, deps: Deps): Promise<Account> {
  const { accounts, clock } = deps;
  const email = readEmailAddress(wanted.email);
  const identifiers = { email, ...(wanted.username !== undefined && { username: readUsername(wanted.username) }) };
  const claims = readExtraClaims(wanted.claims ?? {});
  if (wanted.password !== undefined) {
    checkPassword(wanted.password, { ...identifiers, name: wanted.name, brandName: deps.config.brandName });
  }
  const now = clock.now();
  const problems = importProblems(wanted.imported ?? {}, now);
  if (problems.length > 0) throw claimsInvalid(problems);
  const { id, updatedAt = now } = readImported(wanted.imported ?? {});
  if (id !== undefined) await throwOnTakenId(id, deps);
  const account: Account = {
    // OIDC Core 2, `sub`: random and never reused. Hexadecimal: with a hyphen in front, a shell command would take it for an option.
    id: id ?? randomBytes(16).toString('hex'),
    ...identifiers,
    emailVerified: wanted.emailVerified ?? false,
    ...(wanted.name !== undefined && { name: readName(wanted.name) }),
    claims,
    ...(await passwordHashOf(wanted, deps)),
    isDisabled: false,
    ...conditionsOf(wanted),
    // Whatever an account of this id had left here before belongs to nobody.
    ...(id !== undefined && { sessionsEndedAt: now }),
    createdAt: now,
    updatedAt,
  };
  const conflict = await accounts.create(account);
  if (conflict !== undefined) throw new DomainError(`${conflict.taken}_taken`);
  return account;
}
