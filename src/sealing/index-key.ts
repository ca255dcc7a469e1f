/** The index key: made once for an installation by one atomic insert, sealed, never rotated with the ring. */
import { randomBytes } from 'node:crypto';
import type { KeyedHash } from '../ports/keyed-hash.ts';
import type { KeyStore } from '../ports/keys.ts';
import { createKeyedHash } from './keyed-hash.ts';

const DOCUMENT = 'index';

/** Of an installation that has one: looking into a database must not begin one there. */
export async function findIndexKey(keys: KeyStore): Promise<KeyedHash | undefined> {
  const found = await keys.load(DOCUMENT);
  return found && createKeyedHash(found.value);
}

export async function openIndexKey(keys: KeyStore): Promise<KeyedHash> {
  const { value } = await keys.loadOrCreate(DOCUMENT, () => randomBytes(32));
  return createKeyedHash(value);
}
