/** Client secrets: made once, kept as keyed hashes. */
import { randomBytes } from 'node:crypto';
import type { KeyedHash } from '../../ports/keyed-hash.ts';

/** 256 random bits, with a prefix by which scanners of source code know a leaked one. */
export function newClientSecret(): string {
  return `lk_cs_${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a secret. The key makes even a short, imported one useless in a dump. */
export function clientSecretHash(keyedHash: KeyedHash, secret: string): string {
  return keyedHash.hash('client secret', secret);
}
