/** Where registered clients are kept: the relying parties and API clients. */
import type { Page, Records } from '../driver.ts';
import { compareAndSet, encryptedCollection, pageOf, type Write } from '../encryption/encrypted-collection.ts';
import type { KeyRing } from '../encryption/key-ring.ts';

export interface RegisteredClient {
  readonly id: string;
  /** Client metadata in its wire spelling (RFC 7591 2), never with a `client_secret`. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Keyed hashes of the secrets that are accepted now; more than one during a rotation. */
  readonly secretHashes: readonly string[];
}

export interface ClientPage {
  readonly items: readonly RegisteredClient[];
  readonly next: string | null;
}

export interface ClientStore {
  /** False when the id is taken. */
  create(client: RegisteredClient): Promise<boolean>;
  get(id: string): Promise<RegisteredClient | undefined>;
  update(id: string, change: (client: RegisteredClient) => RegisteredClient): Promise<RegisteredClient | undefined>;
  remove(id: string): Promise<boolean>;
  list(page: Page): Promise<ClientPage>;
}

export function createClientStore(records: Records, ring: KeyRing): ClientStore {
  const clients = encryptedCollection<RegisteredClient, 'clients'>(records, ring, 'clients');
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
