/** Pushed requests, DPoP, discovery, algorithms, and what oidc-provider fetches itself. */
import type { AsymmetricSigningAlgorithm, Configuration } from 'oidc-provider';
import { builtInScopes } from '../../domain/scopes/names.ts';
import { signingAlgorithms } from '../../storage/records/keys.ts';
import type { OrganisationScope } from '../../storage/records/scopes.ts';
import type { MetadataDocuments } from '../metadata-documents/metadata-documents.ts';
import { longestDocumentBytes } from '../metadata-documents/reading.ts';
import { createOutsideDispatcher } from '../protection/outgoing-calls.ts';
import { clientAuthMethods } from './clients.ts';
import { CREATE, SELECT_ACCOUNT } from './interactions.ts';
import { clockToleranceSeconds } from './lifetimes.ts';

export function knownScopes(scopes: readonly OrganisationScope[]): ReadonlySet<string> {
  return new Set([...builtInScopes, ...scopes.map(({ name }) => name)]);
}

interface ProtocolDeps {
  readonly dpopNonceSecrets: readonly Buffer[];
  readonly uiLocales: readonly string[];
  readonly scopes: ReadonlySet<string>;
  readonly offersRegistration: boolean;
}

const accepted: AsymmetricSigningAlgorithm[] = ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA'];

export function protocolOptions({
  dpopNonceSecrets: [dpopNonceSecret],
  uiLocales,
  scopes,
  offersRegistration,
}: ProtocolDeps): Configuration {
  return {
    clockTolerance: clockToleranceSeconds,
    scopes: [...scopes],
    features: {
      pushedAuthorizationRequests: { enabled: true },
      dPoP: { enabled: true, nonceSecret: dpopNonceSecret as Buffer, requireNonce: () => false, allowReplay: false },
    },
    discovery: {
      claim_types_supported: ['normal'],
      ui_locales_supported: [...uiLocales],
      // Initiating User Registration via OpenID Connect 1.0, 4.2.
      prompt_values_supported: ['none', 'login', 'consent', SELECT_ACCOUNT, ...(offersRegistration ? [CREATE] : [])],
      // RFC 8414 2: a client that finds no such member assumes that only client_secret_basic is supported.
      ...Object.fromEntries(
        ['introspection', 'revocation'].flatMap((endpoint) => [
          [`${endpoint}_endpoint_auth_methods_supported`, [...clientAuthMethods]],
          [`${endpoint}_endpoint_auth_signing_alg_values_supported`, [...accepted]],
        ]),
      ),
    },
  };
}

export function algorithmOptions(): Configuration {
  const offered: AsymmetricSigningAlgorithm[] = [...signingAlgorithms];
  return {
    enabledJWA: {
      clientAuthSigningAlgValues: accepted,
      requestObjectSigningAlgValues: accepted,
      idTokenSigningAlgValues: offered,
      userinfoSigningAlgValues: offered,
      introspectionSigningAlgValues: offered,
      authorizationSigningAlgValues: offered,
      dPoPSigningAlgValues: ['ES256', 'Ed25519', 'EdDSA'],
    },
  };
}

const MAX_JWKS_BYTES = 128 * 1024;

/** Beyond what a document of the longest length can become when it is written anew (reading.ts): a number grows fivefold. */
const MAX_REWRITTEN_BYTES = 10 * longestDocumentBytes;

/** Origins in `allowPrivate` may be inside of our own network: for apps on premises. */
export function outboundOptions(
  allowPrivate: readonly string[],
  { around }: Pick<MetadataDocuments, 'around'>,
): Configuration {
  const exempt = new Set(allowPrivate);
  let outside: object | undefined;
  const send = around((url, options) => {
    // oidc-provider's own guard, which looks at an address when it is connected already.
    const { dispatcher: _guard, ...unguarded } = options as RequestInit & { dispatcher?: unknown };
    // A redirect could lead to any other origin, without a guard.
    if (exempt.has(new URL(url).origin)) return fetch(url, { ...unguarded, redirect: 'manual' });
    outside ??= createOutsideDispatcher();
    return fetch(url, { ...unguarded, dispatcher: outside } as RequestInit);
  });
  return {
    fetch: async (url, options) => send(String(url), options ?? {}),
    fetchResponseBodyLimits: {
      jwks_uri: MAX_JWKS_BYTES,
      sector_identifier_uri: MAX_JWKS_BYTES,
      'client_id metadata document': MAX_REWRITTEN_BYTES,
    },
  };
}
