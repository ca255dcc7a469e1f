import { randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { Account, AccountStore } from '../../storage/records/accounts.ts';
import { DomainError } from '../domain-error.ts';
import { readExtraClaims } from './claims.ts';
import { readEmailAddress, readName, readUsername } from './identifiers.ts';
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

export async function createAccount(
  wanted: NewAccount,
  { accounts, hasher, clock }: { accounts: AccountStore; hasher: PasswordHasher; clock: Clock },
): Promise<Account> {
  const email = readEmailAddress(wanted.email);
  const identifiers = { email, ...(wanted.username !== undefined && { username: readUsername(wanted.username) }) };
  const claims = readExtraClaims(wanted.claims ?? {});
  if (wanted.password !== undefined) checkPassword(wanted.password, identifiers);
  const now = clock.now();
  const account: Account = {
    // OIDC Core 2, `sub`: random and never reused. Hexadecimal: with a hyphen in front, a shell command would take it for an option.
    id: randomBytes(16).toString('hex'),
    ...identifiers,
    emailVerified: wanted.emailVerified ?? false,
    ...(wanted.name !== undefined && { name: readName(wanted.name) }),
    claims,
    ...(wanted.password !== undefined && { passwordHash: await hasher.hash(wanted.password) }),
    isDisabled: false,
    createdAt: now,
    updatedAt: now,
  };
  const conflict = await accounts.create(account);
  if (conflict !== undefined) throw new DomainError(`${conflict.taken}_taken`);
  return account;
}
