/** Where registered clients are kept: relying parties, and APIs that introspect. */
import type { Page } from '../driver.ts';
import {
  type CollectionDeps,
  EncryptedCollection,
  type PageOf,
  type Write,
} from '../encryption/encrypted-collection.ts';

/** Who made a client: an administrator, somebody at /developer, the app itself (RFC 7591), or nobody: a document is at its address. */
export const clientOrigins = ['administrator', 'developer', 'registration', 'document'] as const;

export type ClientOrigin = (typeof clientOrigins)[number];

/** Who registers clients, and changes them. */
export type ClientAuthor = Exclude<ClientOrigin, 'document'>;

export interface RegisteredClient {
  readonly id: string;
  /** Client metadata in its wire spelling (RFC 7591 2), never with a `client_secret`. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Keyed hashes of the secrets that are accepted, newest first; more than one during a rotation. */
  readonly secretHashes: readonly string[];
  /** Until when all but the newest are accepted, in milliseconds since the epoch; absent: until the next rotation. */
  readonly olderSecretsUntil?: number;
  /** Absent: an administrator. Of a `document` this is what administrators decided of it. */
  readonly origin?: Exclude<ClientOrigin, 'administrator'>;
  /** Of one that was made at /developer, or was given to somebody: the id of the account that it belongs to. */
  readonly owner?: string;
  /** Members that an administrator gave or took away later: whoever made the client cannot change them. */
  readonly decidedMembers?: readonly string[];
  /** What the initial access token said that it was registered by, and bounds its updates too. */
  readonly policy?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Of an address: nothing there is a client, whatever its document says. A registered client that was removed leaves this. */
  readonly isBlocked?: true;
  /** Keyed hash of the token by which an app manages what it registered (RFC 7592): it ends with this record. */
  readonly registrationAccessTokenHash?: string;
  /** Nobody let it in: it registered itself without an initial access token. */
  readonly isUnvouched?: true;
  /** It is gone from then on, in milliseconds since the epoch, unless somebody signs in to it first. */
  readonly unusedUntil?: number;
}

function writeOf(client: RegisteredClient): Write<RegisteredClient> {
  const { id, owner, unusedUntil } = client;
  return { id, value: client, indexes: owner === undefined ? {} : { owner }, expiresAt: unusedUntil };
}

export class ClientStore {
  readonly #clients: EncryptedCollection<RegisteredClient, 'clients'>;

  constructor(deps: CollectionDeps) {
    this.#clients = new EncryptedCollection(deps, 'clients');
  }

  /** False when the id is taken. */
  create(client: RegisteredClient): Promise<boolean> {
    return this.#clients.insert(writeOf(client));
  }

  async get(id: string): Promise<RegisteredClient | undefined> {
    return (await this.#clients.get(id))?.value;
  }

  /** By compare-and-set; undefined when there is no such client. */
  update(id: string, change: (client: RegisteredClient) => RegisteredClient): Promise<RegisteredClient | undefined> {
    return this.#clients.compareAndSet(id, (client) => {
      const changed = change(client);
      if (changed.id !== id) throw new TypeError('a client keeps its id');
      return writeOf(changed);
    });
  }

  /** The same, and what is not there yet is made. Undefined when `change` is: then nothing is written. */
  put(
    id: string,
    change: (client: RegisteredClient | undefined) => RegisteredClient | undefined,
  ): Promise<RegisteredClient | undefined> {
    return this.#clients.insertOrSet(id, (client) => {
      const changed = change(client);
      return changed && writeOf(changed);
    });
  }

  remove(id: string): Promise<boolean> {
    return this.#clients.remove(id);
  }

  /** By compare-and-remove: false when there is no such client, or it is not the one that is meant. */
  removeIf(id: string, isMeant: (client: RegisteredClient) => boolean): Promise<boolean> {
    return this.#clients.removeIf(id, isMeant);
  }

  list(page: Page): Promise<PageOf<RegisteredClient>> {
    return this.#clients.list(page);
  }

  /** Those that belong to the account. */
  async listOwnedBy(accountId: string, limit: number): Promise<readonly RegisteredClient[]> {
    return (await this.#clients.findBy('owner', accountId, { limit })).map(({ value }) => value);
  }
}
