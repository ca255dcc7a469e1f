/** Declares a resource together with the API client that may introspect its tokens. */
import type { Resource, ResourceStore } from '../../storage/records/resources.ts';
import { createResource } from '../resources/resources.ts';
import type { ClientMetadata } from './metadata.ts';
import { type ClientDeps, newClientId, registerClient } from './register.ts';

export interface ResourceWithClient {
  readonly resource: Resource;
  /** With its secret, shown this once. */
  readonly client: ClientMetadata;
}

export async function createResourceWithClient(
  wanted: Resource,
  deps: ClientDeps & { readonly resources: ResourceStore },
): Promise<ResourceWithClient> {
  const clientId = newClientId('introspection');
  // The resource first: it may be refused, and a client without its resource would be left behind.
  const resource = await createResource(
    { ...wanted, introspectionClients: [...wanted.introspectionClients, clientId] },
    deps,
  );
  // It gets no token of its own: no grant type at all.
  const client = await registerClient(
    {
      client_id: clientId,
      client_name: `${wanted.name ?? wanted.identifier} introspection`,
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: [],
      response_types: [],
      redirect_uris: [],
    },
    deps,
  );
  return { resource, client };
}
