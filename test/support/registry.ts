/** Stores in which a test registers clients and resources; oidc-provider accepts all that our own rules let through. */

import type { ExecutionContext } from 'ava';
import { metadataRulesOf } from '../../src/config/config.ts';
import type { ClientMetadata } from '../../src/domain/clients/metadata/metadata.ts';
import type { ClientDeps } from '../../src/domain/clients/register.ts';
import { openStoresInMemory, type Stores } from './stores.ts';

export interface Registry extends Stores, ClientDeps {
  readonly clock: Stores['clock'];
  readonly clients: Stores['clients'];
  readonly keyedHash: Stores['keyedHash'];
  readonly accounts: Stores['accounts'];
  readonly resources: Stores['resources'];
  /** What oidc-provider was shown, in order. */
  readonly shownToProvider: ClientMetadata[];
}

export async function openRegistry(t: ExecutionContext): Promise<Registry> {
  const shownToProvider: ClientMetadata[] = [];
  const stores = await openStoresInMemory(t);
  return {
    ...stores,
    rules: metadataRulesOf({ mode: 'production', brandName: 'Latchkey' }),
    shownToProvider,
    validateMetadata: (metadata) => void shownToProvider.push(metadata),
  };
}
