/** Creates an account, with or without a password to begin with. */
import { randomBytes } from 'node:crypto';
import type { Account, AccountStore } from '../../ports/accounts.ts';
import type { Clock } from '../../ports/clock.ts';
import { Refusal } from '../refusal.ts';
import { readEmailAddress } from './email-address.ts';
import { readExtraClaims } from './extra-claims.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { checkPassword } from './password-policy.ts';
import { readUsername } from './username.ts';

export interface NewAccount {
  readonly email: string;
  readonly emailVerified?: boolean;
  readonly username?: string;
  readonly name?: string;
  readonly claims?: unknown;
  readonly password?: string;
}

/** Says nothing about the person and is never used twice (OIDC Core 2, `sub`); hexadecimal, so that no shell takes it for an option. */
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
  if (refused !== undefined) throw new Refusal(`${refused.taken}_taken`);
  return account;
}
