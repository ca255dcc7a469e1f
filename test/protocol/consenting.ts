/** Somebody at the consent page, of an app that asks for scopes of the account, of the organisation and of APIs. */
import { randomUUID } from 'node:crypto';
import got from 'got';
import { updateClient } from '../../src/domain/clients/change.ts';
import { updateResource } from '../../src/domain/resources/resources.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { API_SCOPES, type Fixture, newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { type App, PASSWORD } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';

export const OPAQUE = 'https://opaque.example.com/';

export interface AskingFixture extends Fixture {
  change(app: App, metadata: Readonly<Record<string, unknown>>): Promise<void>;
  /** Gives a resource these scopes in place of those that it has. */
  changeResource(identifier: string, scopes: Readonly<Record<string, string>>): Promise<void>;
}

export async function askingProvider(): Promise<AskingFixture> {
  const fixture = await sharedProvider({
    resources: [
      { identifier: OPAQUE, scopes: API_SCOPES, format: 'opaque' },
      { identifier: 'https://phones.example.com/', scopes: { phone: 'Call from your phone' } },
    ],
    scopes: [{ name: 'teams', claims: ['teams', 'desk'], description: 'See your teams' }],
  });
  const { installation } = fixture.latchkey;
  const { caches } = installation.providerDeps;
  return {
    ...fixture,
    async change(app, metadata) {
      await updateClient(app.client.client_id, { ...metadata }, installation.registration);
      await caches.clients.reload(app.client.client_id);
    },
    async changeResource(identifier, scopes) {
      await updateResource(identifier, { scopes }, installation);
      await caches.resources.reload(identifier);
    },
  };
}

const claims = { phone_number: '+44 1632 960000', birthdate: '1815-12-10', teams: ['blue'], desk: '7b' };

export interface Asked {
  readonly app: App;
  readonly account: Account;
  readonly user: User;
  readonly page: Page;
  readonly verifier: string;
}

/** An app and a user of their own, unless the test brings them. */
export async function toConsent(
  { newApp, newAccount }: Fixture,
  { resource = [], ...parameters }: Readonly<Record<string, string | readonly string[]>>,
  metadata: Readonly<Record<string, unknown>> = {},
  given?: Account,
): Promise<Asked> {
  const app = await newApp(metadata);
  const account = given ?? (await newAccount({ name: `Ada ${randomUUID()}`, claims }));
  const user = newVisitor();
  const request = app.request(parameters as Readonly<Record<string, string>>);
  const url = new URL(request.url);
  for (const identifier of [resource].flat()) url.searchParams.append('resource', identifier);
  const login = await user.open(url.href);
  const page = await user.submit(login, 'login-submit', { login: account.email, password: PASSWORD });
  return { app, account, user, page, verifier: request.verifier };
}

export async function userinfoOf({ latchkey }: Fixture, accessToken: string): Promise<Record<string, unknown>> {
  return got(`${latchkey.issuer}/me`, { headers: { authorization: `Bearer ${accessToken}` } }).json();
}
