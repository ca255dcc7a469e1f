/** A resource together with the client by which its API introspects tokens. */
import type { Resource } from '../../storage/records/resources.ts';
import type { ActDeps } from '../events/begun-acts.ts';
import { createResource, type ResourceDeps } from '../resources/resources.ts';
import type { ClientMetadata } from './metadata/metadata.ts';
import { type ClientDeps, newClientId, registerClient } from './register.ts';

export interface ResourceWithClient {
  readonly resource: Resource;
  /** With its secret, which cannot be shown again. */
  readonly client: ClientMetadata;
}

export async function createResourceWithClient(
  wanted: Resource,
  deps: ClientDeps & ActDeps & ResourceDeps,
): Promise<ResourceWithClient> {
  const clientId = newClientId('introspection');
  // The resource first: if it is invalid, no client is left behind.
  const resource = await createResource(
    { ...wanted, introspectionClients: [...wanted.introspectionClients, clientId] },
    deps,
  );
  deps.note?.('resource.created', 'administrator', { resource: resource.identifier });
  // No grant type: it can get no token of its own.
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
  deps.note?.('client.created', 'administrator', { clientId, resource: resource.identifier });
  return { resource, client };
}
