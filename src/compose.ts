/** What an installation is made from: the stores, and what works on them. */
import type { Configuration } from 'oidc-provider';
import { type Config, metadataRulesOf, sentCodesOf } from './config/config.ts';
import { loadSecretKeys } from './config/secrets.ts';
import { createPasswordHasher, type PasswordHasher } from './domain/accounts/password-hashing.ts';
import { ACCOUNT_CLIENT_ID, type ClientDeps } from './domain/clients/register.ts';
import { EventRecorder } from './domain/events/recorder.ts';
import { DeviceMemory } from './domain/factors/remembered-devices.ts';
import { MailQuotas } from './domain/mail/mail-quotas.ts';
import { Outbox } from './domain/mail/outbox.ts';
import { HashingQueue, hashesAtOnce } from './domain/passwords/hashing-queue.ts';
import { identifiersBySpelling } from './domain/resources/similar-identifiers.ts';
import { Budgets } from './domain/throttle/budgets.ts';
import { openStorage } from './open-storage.ts';
import { type Clock, systemClock } from './ports/clock.ts';
import { type EventSink, eventLines } from './ports/events.ts';
import type { Log } from './ports/log.ts';
import { type StoredClient, storedClientOf } from './provider/adapter/clients.ts';
import { Cache } from './provider/cache.ts';
import { createClientValidator, type ProviderDeps } from './provider/create-provider.ts';
import { loadChangeable } from './provider/current-provider.ts';
import { createCookieKeys } from './provider/options/cookies.ts';
import { ownClient } from './provider/own-client/own-client.ts';
import { FailedClients } from './provider/protection/failed-clients.ts';
import { RememberedDeviceCookie } from './provider/protection/remembered-device-cookie.ts';
import { SessionGrants } from './provider/session-grants.ts';
import type { Records } from './storage/driver.ts';
import { createKeyRing, type KeyRing, textCipher } from './storage/encryption/key-ring.ts';
import { type KeyedHash, openKeyedHash } from './storage/encryption/keyed-hash.ts';
import { FactorStore } from './storage/factors/factors.ts';
import { PendingSignIns } from './storage/factors/pending-sign-ins.ts';
import { RememberedDevices } from './storage/factors/remembered-devices.ts';
import { SentCodeStore } from './storage/factors/sent-codes.ts';
import { GrantStore } from './storage/issued/grants.ts';
import { RefreshTokenFamilies } from './storage/issued/refresh-token-families.ts';
import { SessionStore } from './storage/issued/sessions.ts';
import { IssuedStore } from './storage/issued/tokens.ts';
import { LinkStore } from './storage/mail/links.ts';
import { MailTimes } from './storage/mail/mail-times.ts';
import { MailStore } from './storage/mail/mails.ts';
import { RegistrationStore } from './storage/mail/registrations.ts';
import { throwOnUnfinishedCopy } from './storage/maintenance/copy.ts';
import { AccountStore } from './storage/records/accounts.ts';
import { ClientStore } from './storage/records/clients.ts';
import { ConsentStore } from './storage/records/consents.ts';
import { Counters } from './storage/records/counters.ts';
import { EventStore } from './storage/records/events.ts';
import { HashCosts } from './storage/records/hash-costs.ts';
import { KeyStore } from './storage/records/keys.ts';
import { ResourceStore } from './storage/records/resources.ts';
import { ScopeStore } from './storage/records/scopes.ts';
import { BudgetLevels } from './storage/throttle/budget-levels.ts';
import { KnownNetworks } from './storage/throttle/known-networks.ts';
import { UnreadableDocuments } from './storage/throttle/unreadable-documents.ts';

/** How long a change made by the command line or another instance may stay unseen. */
const STALE_AFTER_SECONDS = 5;

/** What tests and benches put in place of a part. */
export interface TestSeams {
  readonly clock?: Clock;
  /** Wraps the driver: tests count its calls and make them fail. */
  readonly wrapRecords?: (records: Records) => Records;
  /** Features of oidc-provider that are plugged in; an option that is set already cannot be set again. */
  readonly extraOptions?: Configuration;
}

/** What is stored, ready to be worked on: what the admin command and the provider share. */
export interface Installation {
  readonly config: Config;
  readonly clock: Clock;
  readonly ring: KeyRing;
  readonly records: Records;
  readonly keys: KeyStore;
  readonly accounts: AccountStore;
  readonly clients: ClientStore;
  readonly resources: ResourceStore;
  readonly scopes: ScopeStore;
  readonly consents: ConsentStore;
  readonly counters: Counters;
  readonly events: EventStore;
  readonly keyedHash: KeyedHash;
  readonly budgets: Budgets;
  readonly knownNetworks: KnownNetworks;
  readonly factors: FactorStore;
  readonly pendingSignIns: PendingSignIns;
  readonly rememberedDevices: RememberedDevices;
  readonly deviceMemory: DeviceMemory;
  readonly rememberedDeviceCookie: RememberedDeviceCookie;
  readonly sentCodes: SentCodeStore;
  readonly grants: GrantStore;
  readonly issued: IssuedStore;
  readonly links: LinkStore;
  readonly mails: MailStore;
  readonly registrations: RegistrationStore;
  readonly outbox: Outbox;
  readonly sessions: SessionStore;
  readonly hasher: PasswordHasher;
  /** What registering and changing clients takes. */
  readonly registration: ClientDeps;
  readonly providerDeps: ProviderDeps;
  close(): Promise<void>;
}

export async function openInstallation(config: Config, seams: TestSeams = {}): Promise<Installation> {
  const { clock = systemClock, wrapRecords = (records: Records) => records, extraOptions } = seams;
  const opened = await openStorage({ url: config.storageUrl, clock, acceptNewer: config.acceptNewerStorage });
  try {
    await throwOnUnfinishedCopy(opened);
    return await composeInstallation({ config, clock, records: wrapRecords(opened), extraOptions });
  } catch (error) {
    await opened.close();
    throw error;
  }
}

interface InstallationDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly records: Records;
  readonly extraOptions: Configuration | undefined;
}

async function composeInstallation({ config, clock, records, extraOptions }: InstallationDeps): Promise<Installation> {
  const ring = createKeyRing(loadSecretKeys(config));
  const keys = new KeyStore({ records, ring, clock });
  const keyedHash = await openKeyedHash(keys);
  const storage = { records, ring, keyedHash, clock };

  const accounts = new AccountStore(storage);
  const clients = new ClientStore(storage);
  const resources = new ResourceStore(storage);
  const scopes = new ScopeStore(storage);
  const consents = new ConsentStore(storage);
  const counters = new Counters(storage);
  const events = new EventStore(storage);
  const budgets = new Budgets(new BudgetLevels(storage), config.budgetFactor);
  const knownNetworks = new KnownNetworks(storage);
  const factors = new FactorStore(storage);
  const pendingSignIns = new PendingSignIns(storage);
  const rememberedDevices = new RememberedDevices(storage);
  const deviceMemory = new DeviceMemory({ devices: rememberedDevices, clock });
  const rememberedDeviceCookie = new RememberedDeviceCookie(config.issuer, textCipher(ring, 'remembered devices'));
  const sentCodes = new SentCodeStore(storage);
  const grants = new GrantStore(storage);
  const issued = new IssuedStore(storage);
  const links = new LinkStore(storage);
  const mails = new MailStore(storage);
  const quotas = new MailQuotas({ times: new MailTimes(storage), clock, factor: config.budgetFactor });
  const outbox = new Outbox({ mails, quotas, clock, isOn: config.mail.way !== 'none' });
  const registrations = new RegistrationStore(storage);
  const sessions = new SessionStore(storage);
  const refreshTokens = new RefreshTokenFamilies(storage);
  const hasher = createPasswordHasher({
    queue: new HashingQueue({ atOnce: hashesAtOnce(config.threadPoolSize) }),
    cost: config.bcryptCost,
    costs: new HashCosts(storage),
  });

  const caching = { clock, staleAfterSeconds: STALE_AFTER_SECONDS };
  const builtIn = ownClient(config);
  const findClient = async (id: string): Promise<StoredClient | undefined> => {
    if (id === ACCOUNT_CLIENT_ID)
      return { kind: 'registered', payload: builtIn, isUnused: false, isUnvouched: false, mayActForItself: false };
    return storedClientOf(id, await clients.get(id), clock.now());
  };
  const codes = sentCodesOf(config);
  const providerDeps: ProviderDeps = {
    settings: config,
    stores: {
      ...{ accounts, clients, consents, counters, events, grants, issued, refreshTokens, resources, sessions },
      unreadableDocuments: new UnreadableDocuments(storage),
    },
    caches: {
      clients: new Cache(findClient, caching),
      resources: new Cache((identifier) => resources.get(identifier), caching),
      identifiers: new Cache(() => identifiersBySpelling(resources), caching),
    },
    secrets: {
      keyedHash,
      cookieKeys: createCookieKeys(ring.derive('cookies')),
      dpopNonceSecrets: ring.derive('dpop nonces'),
    },
    sessionGrants: new SessionGrants({ grants, consents, issued, clock }),
    secondFactors: {
      areSentCodesFactors: codes.mail !== 'off' || codes.phone !== 'off',
      async isRememberedDevice(ctx, accountId) {
        const token = rememberedDeviceCookie.read(ctx, accountId);
        if (token === undefined) return false;
        const [account, has] = await Promise.all([accounts.get(accountId), factors.get(accountId)]);
        return account !== undefined && deviceMemory.isRemembered(token, account, has);
      },
    },
    clock,
    budgets,
    failedClients: new FailedClients({ budgets, clock }),
    extraOptions,
  };
  const validateMetadata = createClientValidator(providerDeps, await loadChangeable({ keys, scopes, clock }));
  const registering = { clients, resources, accounts, keyedHash, clock, validateMetadata };
  const registration: ClientDeps = { ...registering, rules: metadataRulesOf(config) };

  return {
    config,
    clock,
    ring,
    records,
    keys,
    accounts,
    clients,
    resources,
    scopes,
    consents,
    counters,
    events,
    keyedHash,
    budgets,
    knownNetworks,
    factors,
    pendingSignIns,
    rememberedDevices,
    deviceMemory,
    rememberedDeviceCookie,
    sentCodes,
    grants,
    issued,
    links,
    mails,
    outbox,
    registrations,
    sessions,
    hasher,
    registration,
    providerDeps,
    async close() {
      await outbox.stop();
      await records.close();
    },
  };
}

/** Writes security events to the log, and keeps them; `others` see them after that. */
export function createRecorder(
  { events, keyedHash, clock }: Installation,
  log: Log,
  others: readonly EventSink[] = [],
): EventRecorder {
  return new EventRecorder({ sinks: [eventLines(log), events, ...others], keyedHash, clock, log });
}
