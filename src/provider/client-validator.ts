/** Asks oidc-provider whether it would accept a client's metadata: the last word for whoever registers one. */
import { createProvider, type ProviderDeps } from './create-provider.ts';
import type { SigningKeys } from './signing-keys.ts';

const never = (): never => {
  throw new Error('an engine that only checks clients draws no pages');
};

/** Throws oidc-provider's `InvalidClientMetadata`. */
export type ClientValidator = (metadata: Readonly<Record<string, unknown>>) => void;

export function createClientValidator(
  deps: Omit<ProviderDeps, 'pages' | 'log'>,
  signingKeys: SigningKeys,
): ClientValidator {
  const silent = { info: () => undefined, outage: () => undefined, fault: () => undefined };
  const pages = { languages: [], error: never, confirmLogout: never, signedOut: never };
  const { Client } = createProvider({ ...deps, pages, log: silent }, signingKeys);
  const ClientPayload = Client as unknown as new (metadata: Readonly<Record<string, unknown>>) => object;
  return (metadata) => {
    new ClientPayload(metadata);
  };
}
