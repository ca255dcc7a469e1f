/** Puts the provider that serves HTTP together, over an open installation. */
import type { Installation } from './compose.ts';
import { SignInBudgets } from './domain/throttle/sign-in-budgets.ts';
import type { Log } from './ports/log.ts';
import { createReplaceableProvider } from './provider/current-provider.ts';
import { createApp, createOpsApp } from './web/app.ts';
import { createAssets } from './web/middleware/assets.ts';
import { createFormGuard } from './web/middleware/forms.ts';
import { createPages } from './web/pages/render.ts';
import { createProviderPages } from './web/provider-pages.ts';

export async function createHost(installation: Installation, log: Log) {
  const { config, engine, keys, ring, records } = installation;
  const assets = createAssets();
  const pages = createPages({ brand: { name: config.brandName }, assets });
  const provider = await createReplaceableProvider(
    {
      ...engine,
      pages: createProviderPages({ issuer: config.issuer, pages, clients: engine.clients }),
      log: {
        info: (event) => log.info({ ...event }, 'engine'),
        outage: (event) => log.warn({ ...event }, 'engine'),
        fault: (event, error) => log.error({ ...event, error }, 'engine'),
      },
    },
    keys,
  );
  let isStopping = false;
  const health = { ping: () => records.ping(), isStopping: () => isStopping };
  const app = createApp({
    ...engine,
    config,
    issuer: config.issuer,
    provider: provider.current,
    engine: provider.middleware,
    throttle: new SignInBudgets(installation.counters),
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
