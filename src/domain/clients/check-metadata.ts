/** Our own rules for client metadata, asked before the engine's. */
import { checkIdentifier } from '../resources/resource-identifier.ts';
import { type ClientMetadata, refuseMetadata, textOf, textsOf } from './client-metadata.ts';
import { checkOrigin, checkUri } from './client-uris.ts';

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
