/** RFC 8707: which resources a client may request, and what their access tokens look like. */
import { type Configuration, errors } from 'oidc-provider';
import type { Resource } from '../../storage/records/resources.ts';
import type { Cache } from '../cache.ts';

export type ResourceCache = Cache<Resource>;

interface ResourceClient {
  readonly grantTypeAllowed: (grantType: string) => boolean;
  readonly resources?: unknown;
}

/** A client registered with `resources` may request only those; any other all of them, but only with a user's consent. */
function mayRequest(client: ResourceClient, identifier: string, grantType: unknown): boolean {
  if (Array.isArray(client.resources)) return client.resources.includes(identifier);
  return grantType !== 'client_credentials';
}

export function resourceOptions(resources: ResourceCache): Configuration {
  return {
    features: {
      resourceIndicators: {
        enabled: true,
        // No default: a default audience would turn the token for userinfo into a JWT, which userinfo does not accept.
        defaultResource: async (_ctx, _client, oneOf) => oneOf ?? [],
        useGrantedResource: async () => false,
        async getResourceServerInfo(ctx, identifier, client) {
          // It may have been removed while the pages of a sign-in were open.
          const isAnswer = ctx.oidc.route === 'resume';
          const resource = await (isAnswer ? resources.reload(identifier) : resources.get(identifier));
          if (resource === undefined) throw new errors.InvalidTarget('the resource is not known here');
          if (!mayRequest(client as unknown as ResourceClient, identifier, ctx.oidc.params?.grant_type)) {
            throw new errors.InvalidTarget('the client is not registered for this resource');
          }
          return {
            scope: Object.keys(resource.scopes).join(' '),
            audience: resource.identifier,
            accessTokenTTL: resource.ttlSeconds,
            accessTokenFormat: resource.format,
            ...(resource.format === 'jwt' && { jwt: { sign: { alg: resource.alg } } }),
          };
        },
      },
      clientCredentials: { enabled: true },
    },
  };
}
