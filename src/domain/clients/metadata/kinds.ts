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

function originsOf(uris: unknown): readonly string[] {
  const origins = (Array.isArray(uris) ? uris : []).map((uri) => URL.parse(String(uri))?.origin ?? 'null');
  return [...new Set(origins)].filter((origin) => origin !== 'null');
}

/** What is given, over what its type begins with. */
export function metadataOfType(type: ClientType, given: ClientMetadata): ClientMetadata {
  const origins = type === 'spa' ? originsOf(given.redirect_uris) : [];
  return { ...metadataByType[type], ...(origins.length > 0 && { cors_origins: origins }), ...given };
}
