/** What clients may register, how they authenticate, and which browser origins may call for them. */
import { type Configuration, errors } from 'oidc-provider';
import {
  administratorsMetadata,
  checkMetadata,
  type MetadataRules,
  ownMetadataNames,
} from '../../domain/clients/metadata.ts';
import { DomainError } from '../../domain/domain-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FailedClients } from '../protection/failed-clients.ts';
import { longestAssertionSeconds } from './lifetimes.ts';

/** oidc-provider calls it for each of our members, and for every client; all rules are checked at the last one. */
function checkOwnRules(key: string, metadata: Readonly<Record<string, unknown>>, rules: MetadataRules): void {
  if (key !== ownMetadataNames.at(-1)) return;
  try {
    checkMetadata(metadata, rules);
  } catch (error) {
    throw error instanceof DomainError ? new errors.InvalidClientMetadata(error.message) : error;
  }
}

export interface ClientOptionsDeps extends MetadataRules {
  readonly issuer: string;
  readonly clock: Clock;
  readonly failedClients: Pick<FailedClients, 'refuseSlowed'>;
}

export function clientOptions({ issuer, clock, failedClients, ...rules }: ClientOptionsDeps): Configuration {
  return {
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    allowOmittingSingleRegisteredRedirectUri: false,
    responseTypes: ['code'],
    pkce: { required: (_ctx, client) => client.require_pkce !== false },
    extraClientMetadata: {
      properties: [...ownMetadataNames],
      validator: (ctx, key, value, metadata) => {
        // With a request around it, a client registers itself or changes what it is.
        if (administratorsMetadata.has(key) && value !== undefined && ctx?.oidc !== undefined)
          throw new errors.InvalidClientMetadata(`${key} is for administrators to set`);
        checkOwnRules(key, metadata, rules);
      },
    },
    clientBasedCORS: (_ctx, origin, client) => {
      const origins = client.cors_origins;
      return Array.isArray(origins) && origins.includes(origin);
    },
    assertJwtClientAuthClaimsAndHeader: async (_ctx, claims, _header, client) => {
      failedClients.refuseSlowed(client.clientId);
      // One audience for all endpoints: the issuer (RFC 7523bis, against audience injection).
      if (claims.aud !== issuer) throw new errors.InvalidClientAuth('audience (aud) must be the issuer identifier');
      if (Number(claims.exp) > clock.now() / 1000 + longestAssertionSeconds)
        throw new errors.InvalidClientAuth('the assertion must expire within a day');
    },
  };
}
