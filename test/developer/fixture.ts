/** Somebody at /developer. */
import type { NewAccount } from '../../src/domain/accounts/create.ts';
import type { Role } from '../../src/domain/roles/roles.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { signInAt } from '../account/fixture.ts';
import { type Fixture, newVisitor } from '../support/provider-fixture.ts';
import type { Fields, Page, User } from '../support/user.ts';

export const REDIRECT = 'https://notes.example/callback';

export interface Developer {
  readonly user: User;
  readonly account: Account;
  readonly page: Page;
}

export async function newDeveloper(
  { newAccount, latchkey }: Pick<Fixture, 'newAccount' | 'latchkey'>,
  role: Role | 'none' = 'developer',
  details: Partial<NewAccount> = {},
): Promise<Account> {
  const { id } = await newAccount({ emailVerified: true, ...details });
  const roles = role === 'none' ? [] : [role];
  const account = await latchkey.installation.accounts.update(id, (current) => ({ ...current, roles }));
  if (account === undefined) throw new Error('the account is gone');
  return account;
}

/** A new account with the role, signed in a moment ago, at the list of its clients. */
export async function atPortal(
  fixture: Pick<Fixture, 'newAccount' | 'latchkey'>,
  { user = newVisitor(), path = '/developer' }: { readonly user?: User; readonly path?: string } = {},
): Promise<Developer> {
  const account = await newDeveloper(fixture);
  return { user, account, page: await signInAt(fixture, account, user, path) };
}

export const secretOn = ({ body }: Page): string => /id="client-secret">([^<]*)</.exec(body)?.[1] ?? '';
export const clientIdOn = ({ body }: Page): string => /id="client-id">([^<]*)</.exec(body)?.[1] ?? '';

export interface MadeClient extends Developer {
  readonly clientId: string;
  readonly secret: string;
}

export async function create(user: User, issuer: string, fields: Fields = {}): Promise<Page> {
  const form = await user.open(`${issuer}/developer/new`);
  return user.submit(form, 'client-create', { client_name: 'Notes', redirect_uris: REDIRECT, type: 'web', ...fields });
}

/** A client that was made there a moment ago, and the page that shows its secret. */
export async function withClient(
  fixture: Pick<Fixture, 'newAccount' | 'latchkey'>,
  fields: Fields = {},
  user: User = newVisitor(),
): Promise<MadeClient> {
  const { account } = await atPortal(fixture, { user });
  const page = await create(user, fixture.latchkey.issuer, fields);
  return { user, account, page, clientId: clientIdOn(page), secret: secretOn(page) };
}

export const hasPortalMessage = ({ body }: Page, code: string): boolean => body.includes(`data-message="${code}"`);
