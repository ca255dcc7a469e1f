/** Puts the provider that serves HTTP together, over an open installation. */
import type { Installation } from './compose.ts';
import { createSignInBudgets } from './domain/throttle/sign-in-budgets.ts';
import type { Log } from './ports/log.ts';
import { createCurrentProvider } from './provider/current-provider.ts';
import { createApp, createOpsApp } from './web/app.ts';
import { createAssets } from './web/middleware/assets.ts';
import { createFormGuard } from './web/middleware/forms.ts';
import { createPages } from './web/pages/render.ts';
import { createProviderPages } from './web/provider-pages.ts';

export async function createHost(installation: Installation, log: Log) {
  const { config, providerDeps, keys, ring, records } = installation;
  const { stores, caches, secrets, sessionGrants } = providerDeps;
  const assets = createAssets();
  const pages = createPages({ brand: { name: config.brandName }, assets });
  const provider = await createCurrentProvider(
    providerDeps,
    {
      pages: createProviderPages({ issuer: config.issuer, pages, clients: caches.clients }),
      log,
    },
    keys,
  );
  let isStopping = false;
  const health = { ping: () => records.ping(), isStopping: () => isStopping };
  const app = createApp({
    ...caches,
    accounts: stores.accounts,
    consents: stores.consents,
    hasher: installation.hasher,
    sessionGrants,
    cookieKeys: secrets.cookieKeys,
    config,
    issuer: config.issuer,
    provider: provider.current,
    engine: provider.middleware,
    throttle: createSignInBudgets({ counters: installation.counters }),
    formGuard: createFormGuard(config.issuer, ring.derive('interaction forms')),
    pages,
    assets,
    health,
    log,
  });
  return {
    app,
    opsApp: createOpsApp({ health, log }),
    /** Follows changes of the signing keys; called every few seconds. */
    refresh: provider.refresh,
    /** From here on readiness is red and connections are not kept alive. */
    beginStop: () => {
      isStopping = true;
    },
  };
}
