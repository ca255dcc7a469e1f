/** Where the installation's own keys are kept, encrypted: the signing key set and the index key. */
import type { Records } from '../driver.ts';
import { type Decrypted, encryptedCollection } from '../encryption/encrypted-collection.ts';
import type { KeyRing } from '../encryption/key-ring.ts';

export interface KeyDocument {
  readonly value: Uint8Array;
  /** Grows with every change: instances that poll it know when to follow. */
  readonly version: number;
}

export interface KeyStore {
  /** The document, or the one made now: instances that start together all get the one that was inserted first. */
  loadOrCreate(name: string, make: () => Uint8Array | Promise<Uint8Array>): Promise<KeyDocument>;
  load(name: string): Promise<KeyDocument | undefined>;
  /** Compare-and-set; false when somebody else was first. */
  replace(name: string, value: Uint8Array, expectedVersion: number): Promise<boolean>;
}

export function createKeyStore(records: Records, ring: KeyRing): KeyStore {
  const documents = encryptedCollection<{ readonly key: string }, 'keys'>(records, ring, 'keys');
  const read = ({ value, version }: Decrypted<{ readonly key: string }>): KeyDocument => ({
    value: Buffer.from(value.key, 'base64url'),
    version,
  });
  const write = (name: string, value: Uint8Array) => ({
    id: name,
    value: { key: Buffer.from(value).toString('base64url') },
  });

  async function load(name: string): Promise<KeyDocument | undefined> {
    const found = await documents.get(name);
    return found && read(found);
  }

  return {
    load,
    async loadOrCreate(name, make) {
      const existing = await load(name);
      if (existing !== undefined) return existing;
      // The insert's outcome does not matter: whoever was first, everybody reads the same document.
      await documents.insert(write(name, await make()));
      const agreed = await load(name);
      if (agreed === undefined) throw new Error(`the key document ${name} disappeared while it was made`);
      return agreed;
    },
    replace: (name, value, expectedVersion) => documents.replace(write(name, value), expectedVersion),
  };
}
