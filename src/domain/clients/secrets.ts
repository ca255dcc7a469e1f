/** Client secrets: made once, kept as keyed hashes. */
import { randomBytes } from 'node:crypto';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { ClientStore } from '../../storage/records/clients.ts';
import { DomainError } from '../domain-error.ts';
import { needsSecret } from './metadata.ts';

/** 256 random bits, with a prefix by which scanners of source code know a leaked one. */
export function newClientSecret(): string {
  return `lk_cs_${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a secret. The key makes even a short, imported one useless in a dump. */
export function clientSecretHash(keyedHash: KeyedHash, secret: string): string {
  return keyedHash.hash('client secret', secret);
}

/** The new secret. `keepsPrevious: false` is for one that has leaked. */
export async function rotateClientSecret(
  { clientId, keepsPrevious }: { readonly clientId: string; readonly keepsPrevious: boolean },
  { clients, keyedHash }: { clients: ClientStore; keyedHash: KeyedHash },
): Promise<string> {
  const secret = newClientSecret();
  const added = clientSecretHash(keyedHash, secret);
  const updated = await clients.update(clientId, (client) => {
    if (!needsSecret(client.metadata)) throw new DomainError('client_without_secret');
    // Two at most, newest first: a third rotation ends the first secret even if nobody finished the second.
    const kept = keepsPrevious ? client.secretHashes.slice(0, 1) : [];
    return { ...client, secretHashes: [added, ...kept] };
  });
  if (updated === undefined) throw new DomainError('client_unknown');
  return secret;
}

/** Ends the rotation: from now on only the newest secret is accepted. */
export async function retirePreviousSecrets(clientId: string, { clients }: { clients: ClientStore }): Promise<void> {
  const updated = await clients.update(clientId, (client) => ({
    ...client,
    secretHashes: client.secretHashes.slice(0, 1),
  }));
  if (updated === undefined) throw new DomainError('client_unknown');
}
