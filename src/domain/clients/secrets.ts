import { randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { KeyedHash } from '../../storage/encryption/keyed-hash.ts';
import type { ClientStore, RegisteredClient } from '../../storage/records/clients.ts';
import { DomainError } from '../domain-error.ts';
import { type ClientMetadata, needsSecret } from './metadata/metadata.ts';
import { checkOwner } from './ownership.ts';

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

/** Those of secrets that are accepted at `now`, in milliseconds since the epoch. */
export function acceptedSecretHashes(
  { secretHashes, olderSecretsUntil }: Pick<RegisteredClient, 'secretHashes' | 'olderSecretsUntil'>,
  now: number,
): readonly string[] {
  return olderSecretsUntil !== undefined && olderSecretsUntil <= now ? secretHashes.slice(0, 1) : secretHashes;
}

/** With other metadata. A secret that was given up stays so: on the way back there is the new one. */
export function withSecretFor(client: RegisteredClient, metadata: ClientMetadata, newHash: string): RegisteredClient {
  const changed = { ...client, metadata };
  const hasSecret = needsSecret(metadata);
  if (hasSecret && needsSecret(client.metadata) && client.secretHashes.length > 0) return changed;
  const { olderSecretsUntil: _ended, ...rest } = changed;
  return { ...rest, secretHashes: hasSecret ? [newHash] : [] };
}

interface Rotation {
  readonly clientId: string;
  /** `false` is for a secret that has leaked. */
  readonly keepsPrevious: boolean;
  /** For how long the one before is accepted; absent: until the rotation is finished, or the next one. */
  readonly overlapSeconds?: number;
  /** Of the secret that is to be replaced: with another one meanwhile, nothing is done. */
  readonly reference?: string;
  /** Whose it has to be still; absent: an administrator acts. */
  readonly owner?: string;
}

/** Names the newest secret of a client, on a page whose form replaces it; undefined where it has none. */
export function secretReference(
  client: Pick<RegisteredClient, 'secretHashes'>,
  keyedHash: KeyedHash,
): string | undefined {
  const [newest] = client.secretHashes;
  return newest === undefined ? undefined : keyedHash.hash('shown client secret', newest);
}

/** Returns the new secret. */
export async function rotateClientSecret(
  { clientId, keepsPrevious, overlapSeconds, reference, owner }: Rotation,
  { clients, keyedHash, clock }: { clients: ClientStore; keyedHash: KeyedHash; clock: Clock },
): Promise<string> {
  const secret = newClientSecret();
  const added = clientSecretHash(keyedHash, secret);
  const updated = await clients.update(clientId, (client) => {
    checkOwner(client, owner);
    if (!needsSecret(client.metadata)) throw new DomainError('client_without_secret');
    if (reference !== undefined && secretReference(client, keyedHash) !== reference)
      throw new DomainError('secret_rotated');
    // Two at most, newest first: a rotation that was never finished ends with the next one.
    const kept = keepsPrevious ? client.secretHashes.slice(0, 1) : [];
    const { olderSecretsUntil: _before, ...rest } = client;
    const until = overlapSeconds === undefined ? {} : { olderSecretsUntil: clock.now() + overlapSeconds * 1000 };
    return { ...rest, ...until, secretHashes: [added, ...kept] };
  });
  if (updated === undefined) throw new DomainError('client_unknown');
  return secret;
}

/** Finishes a rotation: only the newest secret is accepted from now on. */
export async function retirePreviousSecrets(clientId: string, { clients }: { clients: ClientStore }): Promise<void> {
  const updated = await clients.update(clientId, ({ olderSecretsUntil: _ended, ...client }) => ({
    ...client,
    secretHashes: client.secretHashes.slice(0, 1),
  }));
  if (updated === undefined) throw new DomainError('client_unknown');
}
