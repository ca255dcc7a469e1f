import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type Provider from 'oidc-provider';
import { organisationScopes } from '../domain/scopes/scopes.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyStore } from '../storage/records/keys.ts';
import type { ScopeStore } from '../storage/records/scopes.ts';
import {
  type Changeable,
  type ClientValidator,
  createClientValidator,
  createProvider,
  type ProviderDeps,
  type ProviderHost,
} from './create-provider.ts';
import { loadSigningKeys } from './signing-keys.ts';

export interface CurrentProvider {
  /** The one that serves now. */
  current(): Provider;
  /** A request is served to its end by the provider that was current when it arrived. */
  readonly middleware: Middleware;
  /** With the scopes that it has now. */
  readonly validateMetadata: ClientValidator;
  /**
   * Builds a new provider if the signing keys or the organisation's scopes were changed, here or elsewhere, or it is time for
   * another key to sign.
   */
  refresh(): Promise<void>;
}

export interface ChangeableDeps {
  readonly keys: KeyStore;
  readonly scopes: Pick<ScopeStore, 'list'>;
  readonly clock: Clock;
}

export async function loadChangeable({ keys, scopes, clock }: ChangeableDeps): Promise<Changeable> {
  const [signingKeys, own] = await Promise.all([loadSigningKeys(keys, clock), organisationScopes(scopes)]);
  return { signingKeys, scopes: own };
}

const stateOf = ({ signingKeys, scopes }: Changeable): string =>
  JSON.stringify([signingKeys.keys.map(({ kid }) => kid), scopes]);

export async function createCurrentProvider(
  deps: ProviderDeps,
  host: ProviderHost,
  stores: ChangeableDeps,
): Promise<CurrentProvider> {
  function build(changeable: Changeable) {
    const validateMetadata = createClientValidator(deps, changeable);
    const provider = createProvider(deps, host, changeable, validateMetadata);
    return { provider, validateMetadata, state: stateOf(changeable), middleware: compose(provider.middleware) };
  }
  let serving = build(await loadChangeable(stores));
  return {
    current: () => serving.provider,
    middleware: (ctx, next) => serving.middleware(ctx as never, next),
    validateMetadata: (metadata) => serving.validateMetadata(metadata),
    async refresh() {
      const changeable = await loadChangeable(stores);
      if (stateOf(changeable) !== serving.state) serving = build(changeable);
    },
  };
}
