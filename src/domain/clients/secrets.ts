import { randomBytes } from 'node:crypto';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { ClientStore } from '../../storage/records/clients.ts';
import { DomainError } from '../domain-error.ts';
import { needsSecret } from './metadata.ts';

/** 256 random bits, with a prefix by which secret scanners find a leaked one. */
export function newClientSecret(): string {
  return `lk_cs_${randomBytes(32).toString('base64url')}`;
}

const LEAST_BITS = 128;
/** Of 39 random digits one in ten thousand has fewer than eight different ones, and practically none fewer than six. */
const LEAST_DISTINCT = 6;
/** Alphabets that secrets are drawn from, smallest first. */
const alphabets: readonly (readonly [form: RegExp, letters: number])[] = [
  [/^\d+$/, 10],
  [/^[\da-f]+$|^[\dA-F]+$/, 16],
  [/^[\da-z]+$|^[\dA-Z]+$/, 36],
  [/^[\da-zA-Z]+$/, 62],
  [/^[\w-]+$|^[\da-zA-Z+/=]+$/, 64],
];
const PRINTABLE = 94;

/**
 * By its form alone: the least that could have been drawn to get it, had each letter been random. 22 letters of base64url pass,
 * 32 of hexadecimal, 39 digits; a word or a date does not. A prefix that all secrets of an issuer have counts as random.
 */
export function isWeakSecret(secret: string): boolean {
  const [, letters] = alphabets.find(([form]) => form.test(secret)) ?? [/./, PRINTABLE];
  return secret.length * Math.log2(letters) < LEAST_BITS || new Set(secret).size < LEAST_DISTINCT;
}

/** The key makes even a short, imported secret useless in a dump. */
export function clientSecretHash(keyedHash: KeyedHash, secret: string): string {
  return keyedHash.hash('client secret', secret);
}

/** Returns the new secret. `keepsPrevious: false` is for a secret that has leaked. */
export async function rotateClientSecret(
  { clientId, keepsPrevious }: { readonly clientId: string; readonly keepsPrevious: boolean },
  { clients, keyedHash }: { clients: ClientStore; keyedHash: KeyedHash },
): Promise<string> {
  const secret = newClientSecret();
  const added = clientSecretHash(keyedHash, secret);
  const updated = await clients.update(clientId, (client) => {
    if (!needsSecret(client.metadata)) throw new DomainError('client_without_secret');
    // Two at most, newest first: a rotation that was never finished ends with the next one.
    const kept = keepsPrevious ? client.secretHashes.slice(0, 1) : [];
    return { ...client, secretHashes: [added, ...kept] };
  });
  if (updated === undefined) throw new DomainError('client_unknown');
  return secret;
}

/** Finishes a rotation: only the newest secret is accepted from now on. */
export async function retirePreviousSecrets(clientId: string, { clients }: { clients: ClientStore }): Promise<void> {
  const updated = await clients.update(clientId, (client) => ({
    ...client,
    secretHashes: client.secretHashes.slice(0, 1),
  }));
  if (updated === undefined) throw new DomainError('client_unknown');
}
