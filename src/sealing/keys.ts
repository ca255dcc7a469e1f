/** Keeps the installation's own keys sealed, each as one document that is inserted once. */
import type { KeyDocument, KeyStore } from '../ports/keys.ts';
import type { Records } from '../ports/records.ts';
import type { KeyRing } from './key-ring.ts';
import { type Opened, sealedCollection } from './sealed-collection.ts';

export function createKeyStore(records: Records, ring: KeyRing): KeyStore {
  const documents = sealedCollection<{ readonly key: string }, 'keys'>(records, ring, 'keys');
  const read = ({ value, version }: Opened<{ readonly key: string }>): KeyDocument => ({
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
