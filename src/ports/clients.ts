/** Where registered clients are kept: the relying parties and API clients. */
import type { Page } from './records.ts';

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
