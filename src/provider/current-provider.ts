import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type Provider from 'oidc-provider';
import type { KeyStore } from '../storage/records/keys.ts';
import { createProvider, type ProviderDeps, type ProviderHost } from './create-provider.ts';
import { loadSigningKeys, type SigningKeys } from './signing-keys.ts';

export interface CurrentProvider {
  /** The one that serves now. */
  current(): Provider;
  /** A request is served to its end by the provider that was current when it arrived. */
  readonly middleware: Middleware;
  /** Builds a new provider if the signing keys were changed, here or elsewhere, or it is time for another one to sign. */
  refresh(): Promise<void>;
}

const orderOf = ({ keys }: SigningKeys): string => keys.map(({ kid }) => kid).join(' ');

export async function createCurrentProvider(
  deps: ProviderDeps,
  host: ProviderHost,
  keys: KeyStore,
): Promise<CurrentProvider> {
  function build(signingKeys: SigningKeys) {
    const provider = createProvider(deps, host, signingKeys);
    return { provider, order: orderOf(signingKeys), middleware: compose(provider.middleware) };
  }
  let serving = build(await loadSigningKeys(keys, deps.clock));
  return {
    current: () => serving.provider,
    middleware: (ctx, next) => serving.middleware(ctx as never, next),
    async refresh() {
      const signingKeys = await loadSigningKeys(keys, deps.clock);
      if (orderOf(signingKeys) !== serving.order) serving = build(signingKeys);
    },
  };
}
