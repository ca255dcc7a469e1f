/** What identifies an installation, encrypted: the signing key set, the index key, and in production its issuer. */
import type { Records } from '../driver.ts';
import {
  type CollectionDeps,
  EncryptedCollection,
  encryptionContext,
  parseJson,
} from '../encryption/encrypted-collection.ts';
import type { KeyRing } from '../encryption/key-ring.ts';

/** What an installation has signing keys for. */
export const signingAlgorithms = ['ES256', 'RS256', 'PS256'] as const;

export type SigningAlgorithm = (typeof signingAlgorithms)[number];

export interface KeyDocument {
  readonly value: Uint8Array;
  /** Grows with every change, so that instances that poll it know when to reload. */
  readonly version: number;
}

interface StoredKey {
  readonly key: string;
}

export class KeyStore {
  readonly #documents: EncryptedCollection<StoredKey, 'keys'>;

  constructor(deps: CollectionDeps) {
    this.#documents = new EncryptedCollection(deps, 'keys');
  }

  async load(name: string): Promise<KeyDocument | undefined> {
    const found = await this.#documents.get(name);
    return found && { value: Buffer.from(found.value.key, 'base64url'), version: found.version };
  }

  /** The document, or the one made now: instances that start together all get the one that was inserted first. */
  async loadOrCreate(name: string, make: () => Uint8Array | Promise<Uint8Array>): Promise<KeyDocument> {
    const existing = await this.load(name);
    if (existing !== undefined) return existing;
    await this.#documents.insert({ id: name, value: { key: Buffer.from(await make()).toString('base64url') } });
    const agreed = await this.load(name);
    if (agreed === undefined) throw new Error(`the key document ${name} disappeared while it was made`);
    return agreed;
  }

  /** By compare-and-set; undefined when there is no such document. */
  async update(name: string, change: (value: Uint8Array) => Uint8Array): Promise<Uint8Array | undefined> {
    const updated = await this.#documents.compareAndSet(name, ({ key }) => {
      const changed = change(Buffer.from(key, 'base64url'));
      return { id: name, value: { key: Buffer.from(changed).toString('base64url') } };
    });
    return updated && Buffer.from(updated.key, 'base64url');
  }
}

/** For a read-only view of a database; undefined when there is no such document. */
export async function readKeyOnly(
  name: string,
  { records, ring }: { readonly records: Pick<Records, 'get'>; readonly ring: KeyRing },
): Promise<Uint8Array | undefined> {
  const found = await records.get('keys', name);
  if (found === undefined) return undefined;
  const { key } = parseJson(ring.decrypt(found.payload, encryptionContext('keys', name))) as StoredKey;
  return Buffer.from(key, 'base64url');
}
