import type { Context } from 'koa';
import type { ClientPayload } from '../provider/interactions.ts';
import type { ClientFinder } from '../provider/metadata-documents/client-finder.ts';

/** The app that the address of a page names, whatever has become of the sign-in or link: undefined when there is none. */
export async function namedClient(
  { query: { client_id: clientId } }: Context,
  clients: Pick<ClientFinder, 'get'>,
): Promise<ClientPayload | undefined> {
  const client = typeof clientId === 'string' ? await clients.get(clientId) : undefined;
  // Of a metadata document that could not be read there is its host alone: anybody can make such an address up.
  return client?.redirect_uris === undefined ? undefined : client;
}
