/** Who may introspect which token (RFC 7662 4): its own client, and the API clients of the resource it is meant for. */

import type { Configuration } from 'oidc-provider';
import type { ResourceCache } from './resources.ts';

export interface IntrospectingClient {
  readonly clientId: string;
  readonly isPublic: boolean;
}

export interface IntrospectedToken {
  readonly clientId: string | undefined;
  readonly audience: string | undefined;
  readonly isRefreshToken: boolean;
}

export type IntrospectionPolicy = (client: IntrospectingClient, token: IntrospectedToken) => Promise<boolean>;

export function createIntrospectionPolicy(resources: ResourceCache): IntrospectionPolicy {
  return async (client, token) => {
    if (token.clientId === client.clientId) return true;
    // A public client proves nothing about itself, and a refresh token is nobody's business but its client's.
    if (client.isPublic || token.isRefreshToken || token.audience === undefined) return false;
    const resource = await resources.get(token.audience);
    return resource?.introspectionClients.includes(client.clientId) ?? false;
  };
}

export function introspectionOptions(mayIntrospect: IntrospectionPolicy): Configuration {
  return {
    features: {
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) =>
          mayIntrospect(
            { clientId: client.clientId, isPublic: client.clientAuthMethod === 'none' },
            {
              clientId: token.clientId,
              audience: 'aud' in token && typeof token.aud === 'string' ? token.aud : undefined,
              isRefreshToken: token.kind === 'RefreshToken',
            },
          ),
      },
      revocation: {
        enabled: true,
        allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
      },
    },
  };
}
