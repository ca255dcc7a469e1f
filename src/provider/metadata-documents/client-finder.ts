/** The client that a page is about, however it is known. */
import { errors } from 'oidc-provider';
import type { ClientMetadata } from '../../domain/clients/metadata/metadata.ts';
import type { ClientCache } from '../adapter/clients.ts';
import type { CurrentProvider } from '../current-provider.ts';
import type { ClientPayload, OidcContext } from '../interactions.ts';
import { isFromDocument } from '../request.ts';

type Client = NonNullable<OidcContext['oidc']['client']>;

/** A client that is known by a document is called by its host: its name is what anybody may write there (`names-and-links.ts`). */
const withHost = (clientId: string, metadata: ClientMetadata): ClientPayload => ({
  ...metadata,
  client_id: clientId,
  document_host: new URL(clientId).host,
});

/** Of the client that oidc-provider has found. */
export function payloadOf(client: Client): ClientPayload {
  return isFromDocument(client) ? withHost(client.clientId, client.metadata()) : client.metadata();
}

export interface ClientFinderDeps {
  readonly clients: ClientCache;
  readonly provider: Pick<CurrentProvider, 'current'>;
  readonly readsMetadataDocuments: boolean;
}

export class ClientFinder {
  readonly #deps: ClientFinderDeps;

  constructor(deps: ClientFinderDeps) {
    this.#deps = deps;
  }

  /** Its document is fetched if need be. Where nothing comes of that, its host still stands for its name. */
  async get(clientId: string): Promise<ClientPayload | undefined> {
    const stored = await this.getStored(clientId);
    if (stored?.document_host === undefined) return stored;
    try {
      const client = await this.#deps.provider.current().Client.find(clientId);
      return client && payloadOf(client);
    } catch (error) {
      if (error instanceof errors.OIDCProviderError) return stored;
      throw error;
    }
  }

  /** Without its document: for pages on which nobody goes to the app, whose server would learn that somebody looks at them. */
  async getStored(clientId: string): Promise<ClientPayload | undefined> {
    return this.#shown(clientId, await this.#deps.clients.get(clientId));
  }

  /** What is in memory. */
  peek(clientId: string): ClientPayload | undefined {
    return this.#shown(clientId, this.#deps.clients.peek(clientId));
  }

  #shown(clientId: string, stored: ReturnType<ClientCache['peek']>): ClientPayload | undefined {
    if (stored?.kind === 'registered')
      return stored.isUnvouched ? { ...stored.payload, is_unvouched: true } : stored.payload;
    const isKnown = stored?.kind === 'document' && this.#deps.readsMetadataDocuments;
    return isKnown ? withHost(clientId, stored.decided) : undefined;
  }
}
