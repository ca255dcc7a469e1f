/** Client metadata in its wire spelling (RFC 7591 2), with the names that are ours beside the engine's. */
import { Refusal } from '../refusal.ts';

export type ClientMetadata = Readonly<Record<string, unknown>>;

/** Names of ours, which the engine must be told of. */
export const ownMetadataNames = [
  'require_pkce',
  'cors_origins',
  'first_party',
  'resources',
  'refresh_grace_seconds',
] as const;

/**
 * The engine's own validation; throws an Error that says what is wrong. Synchronous. It is shown the metadata as the
 * engine will meet it, with a `client_secret` when the client has one.
 */
export type ValidateClientMetadata = (metadata: ClientMetadata) => void;

export function refuseMetadata(reason: string): never {
  throw new Refusal('client_metadata_invalid', { reason });
}

export function textsOf(metadata: ClientMetadata, name: string): readonly string[] {
  const value = metadata[name] ?? [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    return refuseMetadata(`${name} must be an array of strings`);
  }
  return value;
}

export function textOf(metadata: ClientMetadata, name: string): string | undefined {
  const value = metadata[name];
  if (value !== undefined && (typeof value !== 'string' || value === '')) {
    return refuseMetadata(`${name} must be a non-empty string`);
  }
  return value;
}

/** True for the methods that compare a secret (RFC 6749 2.3.1); those that compute with a plain one are not offered. */
export function needsSecret(metadata: ClientMetadata): boolean {
  const method = metadata.token_endpoint_auth_method;
  return method === 'client_secret_basic' || method === 'client_secret_post';
}

/** RFC 7591 2: what is left out has a value too, and it is stored, so that it does not depend on who reads it. */
export function withDefaults(metadata: ClientMetadata): ClientMetadata {
  const grantTypes = metadata.grant_types ?? ['authorization_code'];
  const usesCode = Array.isArray(grantTypes) && grantTypes.includes('authorization_code');
  return {
    token_endpoint_auth_method: 'client_secret_basic',
    response_types: usesCode ? ['code'] : [],
    redirect_uris: [],
    ...metadata,
    grant_types: grantTypes,
  };
}
