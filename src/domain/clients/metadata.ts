/** Client metadata in its wire spelling (RFC 7591 2), with the names that are ours beside oidc-provider's. */
import { DomainError } from '../domain-error.ts';
import { checkIdentifier } from '../resources/resources.ts';
import { checkOrigin, checkUri } from './uris.ts';

export type ClientMetadata = Readonly<Record<string, unknown>>;

/** Names of ours, which oidc-provider must be told of. */
export const ownMetadataNames = [
  'require_pkce',
  'cors_origins',
  'first_party',
  'resources',
  'refresh_grace_seconds',
] as const;

/**
 * oidc-provider's own validation; throws an Error that says what is wrong. Synchronous. It is shown the metadata as the
 * engine will meet it, with a `client_secret` when the client has one.
 */
export type ValidateClientMetadata = (metadata: ClientMetadata) => void;

export function refuseMetadata(reason: string): never {
  throw new DomainError('client_metadata_invalid', { reason });
}

function textsOf(metadata: ClientMetadata, name: string): readonly string[] {
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

// RFC 7517: members that only a private or a shared key has (RFC 7518 6.2.2, 6.3.2, 6.4.1).
const privateKeyMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const;
const booleans = ['require_pkce', 'first_party'] as const;
// As for the whole installation: REFRESH_GRACE_SECONDS.
const MAX_GRACE_SECONDS = 60;
const httpsUris = ['backchannel_logout_uri', 'initiate_login_uri', 'jwks_uri'] as const;

export interface MetadataRules {
  /** True in development, where apps run on http://localhost as well. */
  readonly allowsLoopbackHttp: boolean;
}

function checkUris(metadata: ClientMetadata, { allowsLoopbackHttp }: MetadataRules): void {
  const isNative = metadata.application_type === 'native';
  for (const name of ['redirect_uris', 'post_logout_redirect_uris']) {
    const rules = { name, allowsLoopbackHttp: allowsLoopbackHttp || isNative, allowsPrivateScheme: isNative };
    for (const uri of textsOf(metadata, name)) checkUri(uri, rules);
  }
  for (const name of httpsUris) {
    const uri = textOf(metadata, name);
    if (uri !== undefined) checkUri(uri, { name, allowsLoopbackHttp, allowsPrivateScheme: false });
  }
  for (const origin of textsOf(metadata, 'cors_origins')) {
    checkOrigin(origin, { name: 'cors_origins', allowsLoopbackHttp, allowsPrivateScheme: false });
  }
}

function checkKeys({ jwks }: ClientMetadata): void {
  if (jwks === undefined) return;
  const keys: unknown = typeof jwks === 'object' && jwks !== null && 'keys' in jwks ? jwks.keys : undefined;
  if (!Array.isArray(keys)) refuseMetadata('jwks must be an object with an array of keys');
  for (const key of keys as readonly unknown[]) {
    if (typeof key !== 'object' || key === null) refuseMetadata('jwks must hold keys');
    if (privateKeyMembers.some((member) => member in key)) refuseMetadata('jwks must hold public keys only');
  }
}

function checkGrace({ refresh_grace_seconds: seconds }: ClientMetadata): void {
  if (seconds === undefined) return;
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_GRACE_SECONDS) return;
  refuseMetadata(`refresh_grace_seconds must be a whole number from 0 to ${MAX_GRACE_SECONDS}`);
}

export function checkMetadata(metadata: ClientMetadata, rules: MetadataRules): void {
  for (const name of booleans) {
    const value = metadata[name];
    if (value !== undefined && typeof value !== 'boolean') refuseMetadata(`${name} must be true or false`);
  }
  // RFC 9700 2.1.1: a public client has nothing else that binds the code to who asked for it.
  if (metadata.require_pkce === false && metadata.token_endpoint_auth_method === 'none') {
    refuseMetadata('require_pkce cannot be false for a public client');
  }
  checkGrace(metadata);
  checkUris(metadata, rules);
  checkKeys(metadata);
  for (const identifier of textsOf(metadata, 'resources')) {
    const problem = checkIdentifier(identifier);
    if (problem !== undefined) refuseMetadata(`resources: ${problem}`);
  }
}
