/** The encrypted stores over one engine, under keys made for one test. */
import { randomBytes } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { openSqliteDriver } from '../../adapters/sqlite/driver.ts';
import type { Records } from '../../src/storage/driver.ts';
import { createKeyRing } from '../../src/storage/encryption/key-ring.ts';
import { createKeyedHash } from '../../src/storage/encryption/keyed-hash.ts';
import { createAccountStore } from '../../src/storage/records/accounts.ts';
import { createClientStore } from '../../src/storage/records/clients.ts';
import { createConsentStore } from '../../src/storage/records/consents.ts';
import { createCounters } from '../../src/storage/records/counters.ts';
import { createResourceStore } from '../../src/storage/records/resources.ts';
import type { TestedDriver } from '../contract/records.ts';
import { ManualClock } from './clock.ts';

function storesUnder(records: Records, clock: ManualClock, secret: Buffer, indexKey: Buffer) {
  const ring = createKeyRing([secret]);
  const keyedHash = createKeyedHash(indexKey);
  return {
    records,
    clock,
    ring,
    keyedHash,
    accounts: createAccountStore(records, { ring, keyedHash, clock }),
    clients: createClientStore(records, ring),
    resources: createResourceStore(records, ring),
    consents: createConsentStore(records, ring),
    counters: createCounters(records, keyedHash, clock),
  };
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

/** Over oidc-provider that a contract test is about. */
export async function openStores(t: ExecutionContext, engine: TestedDriver): Promise<Stores> {
  const clock = new ManualClock();
  return storesOver(await engine.open(t, clock), clock);
}

/** Over the embedded engine in memory, for rules that any engine would do for. */
export async function openStoresInMemory(t: ExecutionContext): Promise<Stores> {
  const clock = new ManualClock();
  const records = await openSqliteDriver({ location: ':memory:', clock });
  t.teardown(() => records.close());
  return storesOver(records, clock);
}
