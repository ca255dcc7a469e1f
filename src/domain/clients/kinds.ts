import { type ClientMetadata, refuseMetadata } from './metadata.ts';

export const clientTypes = ['web', 'native', 'spa', 'service'] as const;

export type ClientType = (typeof clientTypes)[number];

export interface ClientDescription {
  readonly name: string;
  readonly type: ClientType;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  /** Resource indicators that the client may ask for. */
  readonly resources: readonly string[];
  /** Where the pages of a browser app come from; derived from its redirect URIs when empty. */
  readonly corsOrigins: readonly string[];
  readonly isFirstParty: boolean;
  readonly idTokenAlg: 'ES256' | 'RS256';
}

const signIn = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] };

const metadataByType: Readonly<Record<ClientType, ClientMetadata>> = {
  web: { ...signIn, application_type: 'web', token_endpoint_auth_method: 'client_secret_basic' },
  native: { ...signIn, application_type: 'native', token_endpoint_auth_method: 'none' },
  spa: { ...signIn, application_type: 'web', token_endpoint_auth_method: 'none' },
  service: {
    application_type: 'web',
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['client_credentials'],
    response_types: [],
  },
};

function originsOf(uris: readonly string[]): readonly string[] {
  const origins = uris.map((uri) => URL.parse(uri)?.origin ?? 'null');
  return [...new Set(origins)].filter((origin) => origin !== 'null');
}

export function describeClient(client: ClientDescription): ClientMetadata {
  const { type, redirectUris, postLogoutRedirectUris, corsOrigins } = client;
  if (type === 'service' && redirectUris.length + postLogoutRedirectUris.length > 0) {
    refuseMetadata('a service has no redirect URI: no user signs in to it');
  }
  if (type !== 'service' && redirectUris.length === 0) refuseMetadata('at least one redirect URI is needed');
  const origins = type === 'spa' && corsOrigins.length === 0 ? originsOf(redirectUris) : corsOrigins;
  return {
    client_name: client.name,
    ...metadataByType[type],
    redirect_uris: redirectUris,
    ...(postLogoutRedirectUris.length > 0 && { post_logout_redirect_uris: postLogoutRedirectUris }),
    ...(type !== 'service' && { id_token_signed_response_alg: client.idTokenAlg }),
    ...(origins.length > 0 && { cors_origins: origins }),
    ...(client.resources.length > 0 && { resources: client.resources }),
    ...(client.isFirstParty && { first_party: true }),
  };
}
