/** Rotates a client's secret: the new one works at once, the one before until the rotation is finished. */
import type { ClientStore } from '../../ports/clients.ts';
import type { KeyedHash } from '../../ports/keyed-hash.ts';
import { Refusal } from '../refusal.ts';
import { needsSecret } from './client-metadata.ts';
import { clientSecretHash, newClientSecret } from './client-secret.ts';

/** The new secret. `keepsPrevious: false` is for one that has leaked. */
export async function rotateClientSecret(
  { clientId, keepsPrevious }: { readonly clientId: string; readonly keepsPrevious: boolean },
  { clients, keyedHash }: { clients: ClientStore; keyedHash: KeyedHash },
): Promise<string> {
  const secret = newClientSecret();
  const added = clientSecretHash(keyedHash, secret);
  const updated = await clients.update(clientId, (client) => {
    if (!needsSecret(client.metadata)) throw new Refusal('client_without_secret');
    // Two at most, newest first: a third rotation ends the first secret even if nobody finished the second.
    const kept = keepsPrevious ? client.secretHashes.slice(0, 1) : [];
    return { ...client, secretHashes: [added, ...kept] };
  });
  if (updated === undefined) throw new Refusal('client_unknown');
  return secret;
}

/** Ends the rotation: from now on only the newest secret is accepted. */
export async function retirePreviousSecrets(clientId: string, { clients }: { clients: ClientStore }): Promise<void> {
  const updated = await clients.update(clientId, (client) => ({
    ...client,
    secretHashes: client.secretHashes.slice(0, 1),
  }));
  if (updated === undefined) throw new Refusal('client_unknown');
}
