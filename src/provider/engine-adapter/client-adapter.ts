/** Gives the engine its clients, byte-stable, from a cache that forgets within seconds. */
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { RegisteredClient } from '../../ports/clients.ts';
import type { LookupCache } from '../lookup-cache.ts';
import { unsupported } from './unsupported.ts';

/** Separates the hashes of several live secrets; base64url has no dot. */
export const SECRET_HASH_SEPARATOR = '.';

export type EngineClients = LookupCache<AdapterPayload>;

/** What the engine sees of a client: its secret is the list of accepted hashes (`overrides.ts` compares them). */
export function engineClientOf({ id, metadata, secretHashes }: RegisteredClient): AdapterPayload {
  return Object.freeze({
    ...metadata,
    client_id: id,
    ...(secretHashes.length > 0 && { client_secret: secretHashes.join(SECRET_HASH_SEPARATOR) }),
  });
}

export function createClientAdapter(clients: EngineClients): Adapter {
  return { ...unsupported('Client'), find: (id) => clients.get(id) };
}
