/** Knows the provider: everything about it is discovered from its issuer address, once, at first need. */
import {
  allowInsecureRequests,
  ClientSecretBasic,
  type Configuration,
  discovery,
  enableNonRepudiationChecks,
} from 'openid-client';

const requestTimeoutSeconds = 10;
const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

export interface ProviderOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Returns the discovered provider; a discovery that failed is tried again at the next call. */
export type FindProvider = () => Promise<Configuration>;

export function providerFinder({ issuer, clientId, clientSecret }: ProviderOptions): FindProvider {
  const address = new URL(issuer);
  const isLocal = address.protocol === 'http:' && loopbackHosts.has(address.hostname);
  let found: Promise<Configuration> | undefined;

  return () => {
    found ??= discovery(address, clientId, undefined, ClientSecretBasic(clientSecret), {
      timeout: requestTimeoutSeconds,
      // ID tokens come straight from the provider, so TLS already vouches for them (OIDC Core 3.1.3.7, 6). On
      // plain http nothing does, so the signature is checked too; plain http itself only on this machine.
      execute: isLocal ? [enableNonRepudiationChecks, allowInsecureRequests] : [enableNonRepudiationChecks],
    }).catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
}
