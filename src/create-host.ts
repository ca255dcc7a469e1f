/** Puts the provider that serves HTTP together, over an open installation. */
import type { Installation } from './compose.ts';
import { SignInBudgets } from './domain/throttle/sign-in-budgets.ts';
import type { Log } from './ports/log.ts';
import { createCurrentProvider } from './provider/current-provider.ts';
import { createApp, createOpsApp } from './web/app.ts';
import { createConsent } from './web/interactions/consent.ts';
import { createLogin } from './web/interactions/login.ts';
import { Steps } from './web/interactions/step.ts';
import { FormGuard } from './web/middleware/forms.ts';
import { Pages } from './web/pages/render.ts';
import { createProviderPages } from './web/provider-pages.ts';

export async function createHost(installation: Installation, log: Log) {
  const { config, providerDeps, keys, ring, records, hasher } = installation;
  const { stores, caches, sessionGrants, clock } = providerDeps;
  const { accounts, consents } = stores;
  const { clients, resources } = caches;
  const pages = new Pages(config.brandName);
  const provider = await createCurrentProvider(
    providerDeps,
    {
      pages: createProviderPages({ issuer: config.issuer, pages, clients }),
      log: {
        info: (event) => log.info({ ...event }, 'oidc-provider'),
        outage: (event) => log.warn({ ...event }, 'oidc-provider'),
        fault: (event, error) => log.error({ ...event, error }, 'oidc-provider'),
      },
    },
    keys,
  );
  let isStopping = false;
  const health = { ping: () => records.ping(), isStopping: () => isStopping, clock };
  const throttle = new SignInBudgets(installation.counters);
  const formGuard = new FormGuard(config.issuer, ring.derive('interaction forms'));
  const app = createApp({
    config,
    log,
    health,
    pages,
    signIn: {
      steps: new Steps({ issuer: config.issuer, provider, clients, formGuard, pages }),
      login: createLogin({ accounts, hasher, throttle, clock, pages }),
      consent: createConsent({ provider, accounts, consents, sessionGrants, resources, pages }),
    },
    provider,
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
