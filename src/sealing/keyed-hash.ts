/** The keyed hash under the index key: made once for an installation, never rotated with the ring. */
import { createHmac } from 'node:crypto';
import type { KeyedHash } from '../ports/keyed-hash.ts';

export function createKeyedHash(indexKey: Uint8Array): KeyedHash {
  return {
    hash: (label, value) => createHmac('sha256', indexKey).update(`${label}\0${value}`).digest('base64url'),
  };
}
