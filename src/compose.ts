/** The composition root: joins configuration, storage, encryption, domain and what oidc-provider needs into one installation. */
import type { Configuration } from 'oidc-provider';
import type { Config } from './config/config.ts';
import { createHashingQueue, createPasswordHasher, hashesAtOnce } from './domain/accounts/password-hashing.ts';
import { openStorage } from './open-storage.ts';
import { type Clock, systemClock } from './ports/clock.ts';
import { clientPayloadOf } from './provider/adapter/clients.ts';
import { Cache } from './provider/cache.ts';
import { type ClientValidator, createClientValidator, type ProviderDeps } from './provider/create-provider.ts';
import { createCookieKeys } from './provider/options/cookies.ts';
import { SessionGrants } from './provider/session-grants.ts';
import { loadSigningKeys } from './provider/signing-keys.ts';
import { secretKeysOf } from './secret-keys-of.ts';
import type { Records } from './storage/driver.ts';
import { createKeyRing } from './storage/encryption/key-ring.ts';
import { openIndexKey } from './storage/encryption/keyed-hash.ts';
import { rememberingKeyRing } from './storage/encryption/remembering-key-ring.ts';
import { GrantStore } from './storage/issued/grants.ts';
import { RefreshTokenFamilies } from './storage/issued/refresh-token-families.ts';
import { SessionStore } from './storage/issued/sessions.ts';
import { IssuedStore } from './storage/issued/tokens.ts';
import { refuseHalfACopy } from './storage/maintenance/copy.ts';
import { AccountStore } from './storage/records/accounts.ts';
import { ClientStore } from './storage/records/clients.ts';
import { ConsentStore } from './storage/records/consents.ts';
import { Counters } from './storage/records/counters.ts';
import { KeyStore } from './storage/records/keys.ts';
import { ResourceStore } from './storage/records/resources.ts';

/** How long a change made by the command line or another instance may stay unseen. */
const STALE_AFTER_SECONDS = 5;
/** Some thousand sessions, grants, tokens and accounts: those that were used last. */
const REMEMBERED_BYTES = 4 * 1024 * 1024;

export interface Parts {
  readonly clock?: Clock;
  /** Wraps the driver: tests count and break what passes. */
  readonly wrapRecords?: (records: Records) => Records;
  /** Features of oidc-provider that are plugged in; an option that is set already cannot be set again. */
  readonly extraOptions?: Configuration;
}

/** Everything that is stored, ready to be worked on: what the admin command and the provider share. */
export async function openInstallation(config: Config, parts: Parts = {}) {
  const { clock = systemClock, wrapRecords, extraOptions } = parts;
  const ring = createKeyRing(secretKeysOf(config));
  // Signing keys, clients' secrets and kept answers are not among what is remembered.
  const remembering = rememberingKeyRing(ring, { atMost: REMEMBERED_BYTES });
  const opened = await openStorage({ url: config.storageUrl, clock, acceptNewer: config.acceptNewerStorage });
  try {
    await refuseHalfACopy(opened);
    const records = wrapRecords === undefined ? opened : wrapRecords(opened);
    const keys = new KeyStore({ records, ring, clock });
    const keyedHash = await openIndexKey(keys);
    const storage = { records, ring, keyedHash, clock };
    const rememberingStorage = { ...storage, ring: remembering };
    const clients = new ClientStore(storage);
    const resources = new ResourceStore(storage);
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
      accounts: new AccountStore(rememberingStorage),
      issued: new IssuedStore(rememberingStorage),
      grants: new GrantStore(rememberingStorage),
      consents: new ConsentStore(storage),
      counters: new Counters(storage),
      refreshTokens: new RefreshTokenFamilies(storage),
      sessions: new SessionStore(rememberingStorage),
      hasher: createPasswordHasher({
        queue: createHashingQueue({ atOnce: hashesAtOnce(config.threadPoolSize) }),
        cost: config.bcryptCost,
      }),
    };
    const { accounts, issued, grants, consents, refreshTokens, sessions } = stores;
    const providerDeps: ProviderDeps = {
      settings: config,
      stores: { accounts, clients, consents, grants, issued, refreshTokens, sessions },
      caches: {
        clients: new Cache(async (id) => {
          const client = await clients.get(id);
          return client && clientPayloadOf(client);
        }, caching),
        resources: new Cache((identifier) => resources.get(identifier), caching),
      },
      secrets: {
        keyedHash,
        cookieKeys: createCookieKeys(ring.derive('cookies')),
        dpopNonceSecret: dpopNonceSecret(ring.derive('dpop nonces')),
      },
      sessionGrants: new SessionGrants({ grants, issued, clock }),
      clock,
      extraOptions,
    };
    const signingKeys = await loadSigningKeys(keys);
    let validator: ClientValidator | undefined;
    return {
      ...stores,
      providerDeps,
      /** Takes a provider of its own, made at the first call: only commands validate clients. */
      validateClientMetadata: ((metadata) => {
        validator ??= createClientValidator(providerDeps, signingKeys);
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
