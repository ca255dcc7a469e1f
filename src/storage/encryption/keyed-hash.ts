/** A hash that only the holder of the index key can compute: for values that could be guessed. */
import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { KeyStore } from '../records/keys.ts';
import type { CollectionDeps } from './encrypted-collection.ts';

/** `grant` and `session` also name those two in JWT access tokens, without giving their ids away. */
export type HashLabel =
  | 'account identifier'
  | 'browser'
  | 'budget'
  | 'client of a form'
  | 'client secret'
  | 'counter'
  | 'event account'
  | 'event owner'
  | 'event slot'
  | 'factors'
  | 'device account'
  | 'known network'
  | 'link'
  | 'mail quota'
  | 'passkey challenge'
  | 'recovery code'
  | 'registration access token'
  | 'registration code'
  | 'grant'
  | 'sent code'
  | 'session'
  | 'shown client secret'
  | 'sid'
  | 'unreadable document'
  | 'user code';

export class KeyedHash {
  readonly #key: KeyObject;

  constructor(indexKey: Uint8Array) {
    // Node is several times faster with a key object than with the same bytes.
    this.#key = createSecretKey(indexKey);
  }

  /** Base64url HMAC-SHA-256 of label and value; equal inputs give equal hashes for the life of the installation. */
  hash(label: HashLabel, value: string): string {
    return createHmac('sha256', this.#key).update(`${label}\0${value}`).digest('base64url');
  }
}

/** For a collection with ids or indexes that are keyed hashes. */
export interface KeyedCollectionDeps extends CollectionDeps {
  readonly keyedHash: KeyedHash;
}

/** The first document that an installation gets. */
export const INDEX_KEY = 'index';

/** Undefined where there is none: checking a database must not make one there. */
export async function findKeyedHash(keys: KeyStore): Promise<KeyedHash | undefined> {
  const found = await keys.load(INDEX_KEY);
  return found && new KeyedHash(found.value);
}

export async function openKeyedHash(keys: KeyStore): Promise<KeyedHash> {
  const { value } = await keys.loadOrCreate(INDEX_KEY, () => randomBytes(32));
  return new KeyedHash(value);
}
