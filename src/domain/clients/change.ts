/** Changes a client's metadata: names that are given replace, null takes away (RFC 7396). */

import type { GrantStore } from '../../storage/issued/grants.ts';
import type { ClientStore } from '../../storage/records/clients.ts';
import type { ConsentStore } from '../../storage/records/consents.ts';
import { DomainError } from '../domain-error.ts';
import { type ClientMetadata, checkMetadata, needsSecret, refuseMetadata, withDefaults } from './metadata.ts';
import { type ClientDeps, validateByProvider } from './register.ts';
import { clientSecretHash, newClientSecret } from './secrets.ts';

const fixedNames = ['client_secret', 'client_secret_expires_at', 'client_id_issued_at'] as const;

function patched(metadata: ClientMetadata, patch: ClientMetadata): ClientMetadata {
  const kept = Object.entries({ ...metadata, ...patch }).filter(([, value]) => value !== null);
  return withDefaults(Object.fromEntries(kept));
}

/** The metadata as it is now; with a `client_secret` when the client needs one for the first time. */
export async function updateClient(
  clientId: string,
  patch: ClientMetadata,
  { clients, keyedHash, validateMetadata, rules }: Omit<ClientDeps, 'clock'>,
): Promise<ClientMetadata> {
  const given = patch.client_id;
  if (given !== undefined && given !== clientId) refuseMetadata('client_id cannot be changed');
  const fixed = fixedNames.find((name) => name in patch);
  if (fixed !== undefined) refuseMetadata(`${fixed} cannot be changed here`);

  const newSecret = newClientSecret();
  const newHash = clientSecretHash(keyedHash, newSecret);
  const updated = await clients.update(clientId, (client) => {
    const metadata = patched(client.metadata, patch);
    checkMetadata(metadata, rules);
    const hasSecret = needsSecret(metadata);
    // Any secret stands for the stored one, which is only known by its hash.
    validateByProvider({ ...metadata, ...(hasSecret && { client_secret: newSecret }) }, validateMetadata);
    if (metadata.token_endpoint_auth_method === 'none') return { ...client, metadata, secretHashes: [] };
    const secretHashes = hasSecret && client.secretHashes.length === 0 ? [newHash] : client.secretHashes;
    return { ...client, metadata, secretHashes };
  });
  if (updated === undefined) throw new DomainError('client_unknown');
  return updated.secretHashes.includes(newHash) ? { ...updated.metadata, client_secret: newSecret } : updated.metadata;
}

export async function removeClient(
  clientId: string,
  {
    clients,
    consents,
    grants,
  }: {
    clients: ClientStore;
    consents: Pick<ConsentStore, 'removeForClient'>;
    grants: Pick<GrantStore, 'destroyAllOf'>;
  },
): Promise<void> {
  // The client first, so that nothing new is granted. Done again after a crash, the rest goes nevertheless.
  const wasThere = await clients.remove(clientId);
  await grants.destroyAllOf({ clientId });
  await consents.removeForClient(clientId);
  if (!wasThere) throw new DomainError('client_unknown');
}
