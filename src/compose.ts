/** The composition root: joins configuration, storage, domain, engine and pages into one installation. */
import type { Configuration } from 'oidc-provider';
import type { Config } from './config/config.ts';
import { createHashingQueue, hashesAtOnce } from './domain/accounts/hashing-queue.ts';
import { createPasswordHasher } from './domain/accounts/password-hasher.ts';
import { createLoginThrottle } from './domain/throttle/login-throttle.ts';
import { refuseHalfACopy } from './domain/upkeep/copy-mark.ts';
import { openStorage } from './open-storage.ts';
import { type Clock, systemClock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import type { Records } from './ports/records.ts';
import { type ClientValidator, createClientValidator } from './provider/client-validator.ts';
import { createCookieKeys } from './provider/cookie-keys.ts';
import { engineClientOf } from './provider/engine-adapter/client-adapter.ts';
import { createLookupCache } from './provider/lookup-cache.ts';
import { createReplaceableProvider } from './provider/replaceable-provider.ts';
import { createSessionGrants } from './provider/session-grants.ts';
import { loadSigningKeys } from './provider/signing-keys.ts';
import { createAccountStore } from './sealing/accounts.ts';
import { createArtifactStore } from './sealing/artifacts.ts';
import { createClientStore } from './sealing/clients.ts';
import { createConsentStore } from './sealing/consents.ts';
import { createCounters } from './sealing/counters.ts';
import { createGrantClaims } from './sealing/grant-claims.ts';
import { openIndexKey } from './sealing/index-key.ts';
import { createKeyRing } from './sealing/key-ring.ts';
import { createKeyStore } from './sealing/keys.ts';
import { createRefreshAnswers } from './sealing/refresh-answers.ts';
import { createResourceStore } from './sealing/resources.ts';
import { createSessionStore } from './sealing/sessions.ts';
import { secretKeysOf } from './secret-keys-of.ts';
import { createApp, createOpsApp } from './web/app.ts';
import { createEnginePages } from './web/engine-pages.ts';
import { createFormGuard } from './web/interactions/cross-site.ts';
import { createAssets } from './web/pages/assets.ts';
import { createPages } from './web/pages/render.ts';

/** How long a change made by the command line or another instance may stay unseen. */
const STALE_AFTER_SECONDS = 5;

export interface Parts {
  readonly clock?: Clock;
  /** Wraps the storage engine: tests count and break what passes. */
  readonly wrapRecords?: (records: Records) => Records;
  /** Features of the engine that are plugged in; an option that is set already cannot be set again. */
  readonly extraOptions?: Configuration;
}

/** Everything that is stored, ready to be worked on: what the admin command and the provider share. */
export async function openInstallation(config: Config, parts: Parts = {}) {
  const { clock = systemClock, wrapRecords, extraOptions } = parts;
  const ring = createKeyRing(secretKeysOf(config));
  const opened = await openStorage({ url: config.storageUrl, clock, acceptNewer: config.acceptNewerStorage });
  try {
    await refuseHalfACopy(opened);
    const records = wrapRecords === undefined ? opened : wrapRecords(opened);
    const keys = createKeyStore(records, ring);
    const keyedHash = await openIndexKey(keys);
    const clients = createClientStore(records, ring);
    const resources = createResourceStore(records, ring);
    const caching = { clock, staleAfterSeconds: STALE_AFTER_SECONDS };
    const stores = {
      config,
      clock,
      ring,
      keys,
      keyedHash,
      clients,
      resources,
      records,
      accounts: createAccountStore(records, { ring, keyedHash, clock }),
      artifacts: createArtifactStore(records, ring, keyedHash),
      consents: createConsentStore(records, ring),
      counters: createCounters(records, keyedHash, clock),
      refreshAnswers: createRefreshAnswers(records, ring, keyedHash),
      sessions: createSessionStore(records, ring, keyedHash),
      hasher: createPasswordHasher({
        queue: createHashingQueue({ atOnce: hashesAtOnce(config.threadPoolSize) }),
        cost: config.bcryptCost,
      }),
    };
    const engine = {
      ...stores,
      clients: createLookupCache(async (id) => {
        const client = await clients.get(id);
        return client && engineClientOf(client);
      }, caching),
      resources: createLookupCache((identifier) => resources.get(identifier), caching),
      registeredClients: clients,
      sessionGrants: createSessionGrants(createGrantClaims(records, ring, keyedHash), stores.artifacts),
      cookieKeys: createCookieKeys(ring.derive('cookies')),
      dpopNonceSecret: dpopNonceSecret(ring.derive('dpop nonces')),
      ...(extraOptions !== undefined && { extraOptions }),
    };
    const signingKeys = await loadSigningKeys(keys);
    let validator: ClientValidator | undefined;
    return {
      ...stores,
      engine,
      /** Takes an engine of its own, made when it is first asked: the provider itself never asks. */
      validateClientMetadata: ((metadata) => {
        validator ??= createClientValidator(engine, signingKeys);
        validator(metadata);
      }) satisfies ClientValidator,
      close: () => records.close(),
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

export type Installation = Awaited<ReturnType<typeof openInstallation>>;

function dpopNonceSecret([active]: readonly Buffer[]): Buffer {
  if (active === undefined) throw new TypeError('the key ring is empty');
  return active;
}

/** The provider that serves HTTP, over an open installation. */
export async function createHost(installation: Installation, log: Log) {
  const { config, engine, keys, ring, records } = installation;
  const assets = createAssets();
  const pages = createPages({ brand: { name: config.brandName }, assets });
  const provider = await createReplaceableProvider(
    {
      ...engine,
      pages: createEnginePages({ issuer: config.issuer, pages, clients: engine.clients }),
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
    throttle: createLoginThrottle({ counters: installation.counters }),
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
