/** Introspection (RFC 7662) and revocation (RFC 7009) of tokens, each for those they concern. */
import type { Configuration } from 'oidc-provider';
import type { IntrospectionPolicy } from '../introspection-policy.ts';

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
