/** Fills an open installation through the domain, as the admin command does. */

import type { Installation } from '../../src/compose.ts';
import { metadataRulesOf } from '../../src/config/config.ts';
import { createAccount, type NewAccount } from '../../src/domain/accounts/create.ts';
import type { ClientMetadata } from '../../src/domain/clients/metadata/metadata.ts';
import { registerClient } from '../../src/domain/clients/register.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import type { Resource } from '../../src/storage/records/resources.ts';

export type RegisteredMetadata = ClientMetadata & { readonly client_id: string; readonly client_secret: string };

export interface Seeder {
  createAccount(account: NewAccount): Promise<Account>;
  /** The registered metadata, with its secret. */
  createClient(metadata: ClientMetadata): Promise<RegisteredMetadata>;
  createResource(resource: Pick<Resource, 'identifier' | 'scopes'> & Partial<Resource>): Promise<Resource>;
}

export function seederOf(installation: Installation): Seeder {
  return {
    createAccount: (account) => createAccount(account, installation),
    createClient: async (metadata) =>
      (await registerClient(metadata, {
        ...installation.registration,
        rules: metadataRulesOf({ mode: 'development', brandName: 'Latchkey' }),
      })) as RegisteredMetadata,
    async createResource(wanted) {
      const resource: Resource = { format: 'jwt', ttlSeconds: 600, alg: 'ES256', introspectionClients: [], ...wanted };
      await installation.resources.create(resource);
      return resource;
    },
  };
}
