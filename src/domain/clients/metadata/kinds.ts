import type { ClientMetadata } from './metadata.ts';

export const clientTypes = ['web', 'native', 'spa', 'service'] as const;

export type ClientType = (typeof clientTypes)[number];

const signIn = {
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
};

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

/** What is given, over what its type begins with. */
export function metadataOfType(type: ClientType, given: ClientMetadata): ClientMetadata {
  return { ...metadataByType[type], ...given };
}
