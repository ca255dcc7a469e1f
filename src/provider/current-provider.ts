/** Holds oidc-provider that serves now, and replaces it when the stored signing keys have changed. */
import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type Provider from 'oidc-provider';
import type { KeyStore } from '../storage/records/keys.ts';
import { createProvider, type ProviderDeps } from './create-provider.ts';
import { loadSigningKeys, storedKeysVersion } from './signing-keys.ts';

export interface ReplaceableProvider {
  current(): Provider;
  /** Runs oidc-provider that is current when a request arrives; it keeps that one to its end. */
  readonly middleware: Middleware;
  /** Builds oidc-provider anew if another instance, or the command line, changed the keys. */
  refresh(): Promise<void>;
}

export async function createReplaceableProvider(deps: ProviderDeps, keys: KeyStore): Promise<ReplaceableProvider> {
  async function build() {
    const signingKeys = await loadSigningKeys(keys);
    const provider = createProvider(deps, signingKeys);
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
