/** Where registered clients are kept: relying parties, and APIs that introspect. */
import type { Page } from '../driver.ts';
import { type CollectionDeps, EncryptedCollection, type PageOf } from '../encryption/encrypted-collection.ts';

export interface RegisteredClient {
  readonly id: string;
  /** Client metadata in its wire spelling (RFC 7591 2), never with a `client_secret`. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Keyed hashes of the secrets that are accepted now; more than one during a rotation. */
  readonly secretHashes: readonly string[];
}

export class ClientStore {
  readonly #clients: EncryptedCollection<RegisteredClient, 'clients'>;

  constructor(deps: CollectionDeps) {
    this.#clients = new EncryptedCollection(deps, 'clients');
  }

  /** False when the id is taken. */
  create(client: RegisteredClient): Promise<boolean> {
    return this.#clients.insert({ id: client.id, value: client });
  }

  async get(id: string): Promise<RegisteredClient | undefined> {
    return (await this.#clients.get(id))?.value;
  }

  /** By compare-and-set; undefined when there is no such client. */
  update(id: string, change: (client: RegisteredClient) => RegisteredClient): Promise<RegisteredClient | undefined> {
    return this.#clients.compareAndSet(id, (client) => {
      const changed = change(client);
      if (changed.id !== id) throw new TypeError('a client keeps its id');
      return { id, value: changed };
    });
  }

  remove(id: string): Promise<boolean> {
    return this.#clients.remove(id);
  }

  list(page: Page): Promise<PageOf<RegisteredClient>> {
    return this.#clients.list(page);
  }
}
