/** Somebody at /account. */
import type { NewAccount } from '../../src/domain/accounts/create.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { type Fixture, newVisitor } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';

export interface AtAccount {
  readonly user: User;
  readonly account: Account;
  readonly page: Page;
}

interface Provider {
  readonly latchkey: Pick<Fixture['latchkey'], 'issuer'>;
}

export async function signInAt(
  { latchkey }: Provider,
  { email }: Pick<Account, 'email'>,
  user: User = newVisitor(),
  path = '/account',
): Promise<Page> {
  const login = await user.open(`${latchkey.issuer}${path}`);
  return user.submit(login, 'login-submit', { login: email, password: PASSWORD });
}

/** A new account, signed in a moment ago. */
export async function atAccount(
  fixture: Provider & Pick<Fixture, 'newAccount'>,
  details: Partial<NewAccount> = {},
  user: User = newVisitor(),
): Promise<AtAccount> {
  const account = await fixture.newAccount({ name: 'Ada', emailVerified: true, ...details });
  return { user, account, page: await signInAt(fixture, account, user) };
}

/** The ways to change something, each with the button of its form and what is entered. */
export const changes = {
  name: { path: '/account/name', button: 'name-submit', fields: { name: 'Ada Lovelace' } },
  'e-mail address': { path: '/account/email', button: 'email-submit', fields: { email: 'new@example.com' } },
  'cancelled address': { path: '/account/email/cancel', button: 'email-cancel', fields: {} },
  password: { path: '/account/password', button: 'password-submit', fields: { password: 'four words for a gate' } },
  closing: { path: '/account/close', button: 'close-submit', fields: { understood: 'yes' } },
} as const;

export type Change = keyof typeof changes;

export const hasMessage = ({ body }: Page, code: string): boolean => body.includes(`data-message="${code}"`);
export const isAccountPage = ({ body }: Page): boolean => body.includes('id="profile"');
export const isLoginPage = ({ body }: Page): boolean => body.includes('id="login-submit"');

/** The value of a field, as it stands on the page. */
export function fieldValue({ body }: Page, name: string): string | undefined {
  return new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(body)?.[1];
}
