/** Creates an account, with or without a password to begin with. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
import { readExtraClaims } from './claims.ts';
import { readEmailAddress, readUsername } from './identifiers.ts';
import type { PasswordHasher } from './password-hashing.ts';
import { checkPassword } from './password-policy.ts';

export interface NewAccount {
  readonly email: string;
  readonly emailVerified?: boolean;
  readonly username?: string;
  readonly name?: string;
  readonly claims?: unknown;
  readonly password?: string;
}

/** Says nothing about the user and is never used twice (OIDC Core 2, `sub`); hexadecimal, so that no shell takes it for an option. */
function newAccountId(): string {
  return randomBytes(16).toString('hex');
}

export async function createAccount(
  wanted: NewAccount,
  { accounts, hasher, clock }: { accounts: AccountStore; hasher: PasswordHasher; clock: Clock },
): Promise<Account> {
  const email = readEmailAddress(wanted.email);
  const login = { email, ...(wanted.username !== undefined && { username: readUsername(wanted.username) }) };
  const claims = readExtraClaims(wanted.claims ?? {});
  if (wanted.password !== undefined) checkPassword(wanted.password, login);
  const now = clock.now();
  const account: Account = {
    id: newAccountId(),
    ...login,
    emailVerified: wanted.emailVerified ?? false,
    ...(wanted.name !== undefined && { name: wanted.name }),
    claims,
    ...(wanted.password !== undefined && { passwordHash: await hasher.hash(wanted.password) }),
    isDisabled: false,
    createdAt: now,
    updatedAt: now,
  };
  const refused = await accounts.create(account);
  if (refused !== undefined) throw new DomainError(`${refused.taken}_taken`);
  return account;
}
