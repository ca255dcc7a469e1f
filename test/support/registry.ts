/** Where a test registers clients and resources, with an engine that accepts what our own rules let through. */

import type { ExecutionContext } from 'ava';
import { loopbackRulesOf } from '../../src/config/config.ts';
import type { ClientMetadata } from '../../src/domain/clients/metadata.ts';
import type { ClientDeps } from '../../src/domain/clients/register.ts';
import { openStoresInMemory, type Stores } from './stores.ts';

export interface Registry extends Stores, ClientDeps {
  readonly clock: Stores['clock'];
  readonly clients: Stores['clients'];
  readonly keyedHash: Stores['keyedHash'];
  /** What oidc-provider was shown, in order. */
  readonly shownToEngine: ClientMetadata[];
}

export async function openRegistry(t: ExecutionContext): Promise<Registry> {
  const shownToEngine: ClientMetadata[] = [];
  const stores = await openStoresInMemory(t);
  return {
    ...stores,
    rules: loopbackRulesOf({ mode: 'production' }),
    shownToEngine,
    validateMetadata: (metadata) => void shownToEngine.push(metadata),
  };
}
