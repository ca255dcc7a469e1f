import type { Context } from 'koa';
import type { ClientCache } from '../provider/adapter/clients.ts';
import type { ClientPayload } from '../provider/interactions.ts';

/** The app that the address of a page names, whatever has become of the sign-in or link: undefined when there is none. */
export async function namedClient(
  { query: { client_id: clientId } }: Context,
  clients: Pick<ClientCache, 'get'>,
): Promise<ClientPayload | undefined> {
  return typeof clientId === 'string' ? clients.get(clientId) : undefined;
}
