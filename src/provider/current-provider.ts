import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type Provider from 'oidc-provider';
import type { KeyStore } from '../storage/records/keys.ts';
import { createProvider, type ProviderDeps, type ProviderHost } from './create-provider.ts';
import { loadSigningKeys, storedKeysVersion } from './signing-keys.ts';

export interface CurrentProvider {
  /** The one that serves now. */
  current(): Provider;
  /** A request is served to its end by the provider that was current when it arrived. */
  readonly middleware: Middleware;
  /** Builds a new provider if another instance, or the command line, changed the signing keys. */
  refresh(): Promise<void>;
}

export async function createCurrentProvider(
  deps: ProviderDeps,
  host: ProviderHost,
  keys: KeyStore,
): Promise<CurrentProvider> {
  async function build() {
    const signingKeys = await loadSigningKeys(keys);
    const provider = createProvider(deps, host, signingKeys);
    return { provider, version: signingKeys.version, middleware: compose(provider.middleware) };
  }
  let serving = await build();
  return {
    current: () => serving.provider,
    middleware: (ctx, next) => serving.middleware(ctx as never, next),
    async refresh() {
      if ((await storedKeysVersion(keys)) !== serving.version) serving = await build();
    },
  };
}
