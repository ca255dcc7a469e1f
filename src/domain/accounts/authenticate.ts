/** Checks login name and password: the account, or one refusal for every reason why not. */
import type { Account, AccountStore } from '../../ports/accounts.ts';
import { Refusal } from '../refusal.ts';
import type { LoginThrottle } from '../throttle/login-throttle.ts';
import type { PasswordHasher } from './password-hasher.ts';

export interface Credentials {
  /** E-mail address or login name, as typed. */
  readonly login: string;
  readonly password: string;
  /** Where the request came from. */
  readonly address: string;
}

interface World {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly throttle: LoginThrottle;
}

export async function authenticate(
  { login, password, address }: Credentials,
  { accounts, hasher, throttle }: World,
): Promise<Account> {
  return throttle.attempt({ login, address }, async () => {
    const account = await accounts.findByIdentifier(login);
    // Verified in any case: no account, no password and a disabled account take as long as a wrong password.
    const verdict = await hasher.verify(password, account?.passwordHash);
    if (account === undefined || account.isDisabled || !verdict.isRight) throw new Refusal('login_failed');
    if (verdict.needsRehash) await rehash(account, password, { accounts, hasher });
    return account;
  });
}

async function rehash(
  { id, passwordHash }: Account,
  password: string,
  { accounts, hasher }: Pick<World, 'accounts' | 'hasher'>,
): Promise<void> {
  try {
    const renewed = await hasher.hash(password);
    // Only while it is the hash that was verified: a password set meanwhile stays.
    await accounts.update(id, (current) =>
      current.passwordHash === passwordHash ? { ...current, passwordHash: renewed } : current,
    );
  } catch (error) {
    // The next sign-in will do: a right password must not fail because hashing is busy.
    if (!(error instanceof Refusal && error.code === 'hashing_busy')) throw error;
  }
}
