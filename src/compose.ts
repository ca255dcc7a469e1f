/** The composition root: joins configuration, storage, sealing, domain and what the engine needs into one installation. */
import type { Configuration } from 'oidc-provider';
import type { Config } from './config/config.ts';
import { createHashingQueue, hashesAtOnce } from './domain/accounts/hashing-queue.ts';
import { createPasswordHasher } from './domain/accounts/password-hasher.ts';
import { refuseHalfACopy } from './domain/upkeep/copy-mark.ts';
import { openStorage } from './open-storage.ts';
import { type Clock, systemClock } from './ports/clock.ts';
import type { Records } from './ports/records.ts';
import { type ClientValidator, createClientValidator } from './provider/client-validator.ts';
import { createCookieKeys } from './provider/cookie-keys.ts';
import { engineClientOf } from './provider/engine-adapter/client-adapter.ts';
import { createLookupCache } from './provider/lookup-cache.ts';
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
import { rememberingKeyedHash } from './sealing/remembering-keyed-hash.ts';
import { rememberingRing } from './sealing/remembering-ring.ts';
import { createResourceStore } from './sealing/resources.ts';
import { createSessionStore } from './sealing/sessions.ts';
import { secretKeysOf } from './secret-keys-of.ts';

/** How long a change made by the command line or another instance may stay unseen. */
const STALE_AFTER_SECONDS = 5;
/** Some thousand sessions, grants, tokens and accounts: those that were used last. */
const REMEMBERED_BYTES = 4 * 1024 * 1024;
const REMEMBERED_HASHES = 10_000;

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
  // Signing keys, clients' secrets and kept answers are not among what is remembered.
  const remembering = rememberingRing(ring, { atMost: REMEMBERED_BYTES });
  const opened = await openStorage({ url: config.storageUrl, clock, acceptNewer: config.acceptNewerStorage });
  try {
    await refuseHalfACopy(opened);
    const records = wrapRecords === undefined ? opened : wrapRecords(opened);
    const keys = createKeyStore(records, ring);
    const keyedHash = rememberingKeyedHash(await openIndexKey(keys), { atMost: REMEMBERED_HASHES });
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
      accounts: createAccountStore(records, { ring: remembering, keyedHash, clock }),
      artifacts: createArtifactStore(records, remembering, keyedHash),
      consents: createConsentStore(records, ring),
      counters: createCounters(records, keyedHash, clock),
      refreshAnswers: createRefreshAnswers(records, ring, keyedHash),
      sessions: createSessionStore(records, remembering, keyedHash),
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
