/** Keeps registered clients sealed, by client_id (not a secret: it is in every authorization request). */
import type { ClientStore, RegisteredClient } from '../ports/clients.ts';
import type { Records } from '../ports/records.ts';
import { compareAndSet } from './compare-and-set.ts';
import type { KeyRing } from './key-ring.ts';
import { pageOf } from './pages.ts';
import { sealedCollection, type Write } from './sealed-collection.ts';

export function createClientStore(records: Records, ring: KeyRing): ClientStore {
  const clients = sealedCollection<RegisteredClient, 'clients'>(records, ring, 'clients');
  const write = (client: RegisteredClient): Write<RegisteredClient> => ({ id: client.id, value: client });

  return {
    create: (client) => clients.insert(write(client)),
    get: async (id) => (await clients.get(id))?.value,
    update: (id, change) =>
      compareAndSet(clients, id, ({ value }) => {
        const changed = change(value);
        if (changed.id !== id) throw new TypeError('a client keeps its id');
        return write(changed);
      }),
    remove: (id) => clients.remove(id),
    list: (page) => pageOf(clients, page),
  };
}
