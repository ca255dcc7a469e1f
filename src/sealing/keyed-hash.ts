/** The keyed hash under the index key: made once for an installation, never rotated with the ring. */
import { createHmac, createSecretKey } from 'node:crypto';
import type { KeyedHash } from '../ports/keyed-hash.ts';

export function createKeyedHash(indexKey: Uint8Array): KeyedHash {
  // Node works with a key object several times as fast as with the same bytes.
  const key = createSecretKey(indexKey);
  return {
    hash: (label, value) => createHmac('sha256', key).update(`${label}\0${value}`).digest('base64url'),
  };
}
