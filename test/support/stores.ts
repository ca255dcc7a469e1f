/** The encrypted stores over one database, under keys made for one test. */
import { randomBytes } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { openSqliteDriver } from '../../adapters/sqlite/driver.ts';
import { MailQuotas } from '../../src/domain/mail/mail-quotas.ts';
import { Outbox } from '../../src/domain/mail/outbox.ts';
import type { Records } from '../../src/storage/driver.ts';
import { createKeyRing } from '../../src/storage/encryption/key-ring.ts';
import { type KeyedCollectionDeps, KeyedHash } from '../../src/storage/encryption/keyed-hash.ts';
import { FactorStore } from '../../src/storage/factors/factors.ts';
import { PendingSignIns } from '../../src/storage/factors/pending-sign-ins.ts';
import { RememberedDevices } from '../../src/storage/factors/remembered-devices.ts';
import { SentCodeStore } from '../../src/storage/factors/sent-codes.ts';
import { GrantStore } from '../../src/storage/issued/grants.ts';
import { RefreshTokenFamilies } from '../../src/storage/issued/refresh-token-families.ts';
import { SessionStore } from '../../src/storage/issued/sessions.ts';
import { IssuedStore } from '../../src/storage/issued/tokens.ts';
import { LinkStore } from '../../src/storage/mail/links.ts';
import { MailTimes } from '../../src/storage/mail/mail-times.ts';
import { MailStore } from '../../src/storage/mail/mails.ts';
import { AccountStore } from '../../src/storage/records/accounts.ts';
import { ClientStore } from '../../src/storage/records/clients.ts';
import { ConsentStore } from '../../src/storage/records/consents.ts';
import { Counters } from '../../src/storage/records/counters.ts';
import { EventStore } from '../../src/storage/records/events.ts';
import { HashCosts } from '../../src/storage/records/hash-costs.ts';
import { ResourceStore } from '../../src/storage/records/resources.ts';
import { ScopeStore } from '../../src/storage/records/scopes.ts';
import { BudgetLevels } from '../../src/storage/throttle/budget-levels.ts';
import { KnownNetworks } from '../../src/storage/throttle/known-networks.ts';
import type { TestedDriver } from '../contract/records.ts';
import { ManualClock } from './clock.ts';

/** Every store there is. */
export function storesWith<D extends KeyedCollectionDeps>(deps: D) {
  const mails = new MailStore(deps);
  const mailTimes = new MailTimes(deps);
  return {
    ...deps,
    accounts: new AccountStore(deps),
    clients: new ClientStore(deps),
    resources: new ResourceStore(deps),
    consents: new ConsentStore(deps),
    counters: new Counters(deps),
    events: new EventStore(deps),
    budgetLevels: new BudgetLevels(deps),
    knownNetworks: new KnownNetworks(deps),
    factors: new FactorStore(deps),
    pendingSignIns: new PendingSignIns(deps),
    rememberedDevices: new RememberedDevices(deps),
    sentCodes: new SentCodeStore(deps),
    hashCosts: new HashCosts(deps),
    scopes: new ScopeStore(deps),
    mailTimes,
    issued: new IssuedStore(deps),
    grants: new GrantStore(deps),
    refreshTokens: new RefreshTokenFamilies(deps),
    sessions: new SessionStore(deps),
    links: new LinkStore(deps),
    mails,
    outbox: new Outbox({
      ...deps,
      mails,
      quotas: new MailQuotas({ times: mailTimes, clock: deps.clock, factor: 1 }),
      isOn: true,
    }),
  };
}

function storesUnder(records: Records, clock: ManualClock, secret: Buffer, indexKey: Buffer) {
  return storesWith({ records, clock, ring: createKeyRing([secret]), keyedHash: new KeyedHash(indexKey) });
}

function storesOver(records: Records, clock: ManualClock) {
  const [secret, indexKey] = [randomBytes(32), randomBytes(32)];
  return {
    ...storesUnder(records, clock, secret, indexKey),
    /** The same stores under the same keys, reached another way. */
    reopen: (others: Records) => storesUnder(others, clock, secret, indexKey),
  };
}

export type Stores = ReturnType<typeof storesOver>;

/** Over the driver that a contract test is about. */
export async function openStores(t: ExecutionContext, driver: TestedDriver): Promise<Stores> {
  const clock = new ManualClock();
  return storesOver(await driver.open(t, clock), clock);
}

/** Over SQLite in memory, for rules that hold on every driver. */
export async function openStoresInMemory(t: ExecutionContext): Promise<Stores> {
  const clock = new ManualClock();
  const records = await openSqliteDriver({ location: ':memory:', clock });
  t.teardown(() => records.close());
  return storesOver(records, clock);
}
