/** Brings the database to the schema of this version: each migration once, however many instances start together. */
import { randomUUID } from 'node:crypto';
import type { Db, Collection as DriverCollection, IndexDescription } from 'mongodb';
import type { Clock } from '../../src/ports/clock.ts';
import { StorageTooNew, StorageUnavailable } from '../../src/storage/driver.ts';
import { isDuplicateKey } from './errors.ts';

interface Ledger {
  readonly _id: 'schema';
  /** The last migration that was finished. */
  readonly version: number;
  readonly lockedBy?: string;
  readonly lockedUntil?: Date;
}

// An instance that dies while it migrates holds up the others for this long. They then run the same migration again, which is harmless.
const LEASE_MS = 30_000;
const PAUSE_MS = 100;
const LONGEST_WAIT_MS = 2 * LEASE_MS;

const SCHEMA = { _id: 'schema' } as const;

const ledgerOf = (database: Db): DriverCollection<Ledger> => database.collection('latchkey_migrations');

/** The schema version of the database; 0 when it is empty. */
export async function schemaVersionOf(database: Db): Promise<number> {
  return (await ledgerOf(database).findOne(SCHEMA))?.version ?? 0;
}

/** The version as it is under the lock; undefined while another instance holds it. */
async function lock(ledger: DriverCollection<Ledger>, owner: string, now: number): Promise<number | undefined> {
  try {
    const held = await ledger.findOneAndUpdate(
      { ...SCHEMA, lockedUntil: { $not: { $gt: new Date(now) } } },
      { $set: { lockedBy: owner, lockedUntil: new Date(now + LEASE_MS) }, $setOnInsert: { version: 0 } },
      { upsert: true, returnDocument: 'after' },
    );
    return held?.version;
  } catch (error) {
    if (isDuplicateKey(error)) return undefined;
    throw error;
  }
}

async function runPending(database: Db, owner: string, from: number): Promise<void> {
  for (const { version, run } of migrations.filter((each) => each.version > from)) {
    await run(database);
    await ledgerOf(database).updateOne({ ...SCHEMA, lockedBy: owner }, { $set: { version } });
  }
}

/** Throws on what a newer version wrote, unless `acceptNewer`. */
export function checkVersion(found: number, acceptNewer: boolean): void {
  if (found > knownVersion && !acceptNewer) throw new StorageTooNew(found, knownVersion);
}

export async function migrate(database: Db, clock: Clock, acceptNewer: boolean): Promise<void> {
  const owner = randomUUID();
  const ledger = ledgerOf(database);
  for (let waitedMs = 0; waitedMs < LONGEST_WAIT_MS; waitedMs += PAUSE_MS) {
    const version = await lock(ledger, owner, clock.now());
    if (version === undefined) {
      await clock.sleep(PAUSE_MS);
      continue;
    }
    try {
      checkVersion(version, acceptNewer);
      return await runPending(database, owner, version);
    } finally {
      await ledger.updateOne({ ...SCHEMA, lockedBy: owner }, { $unset: { lockedBy: '', lockedUntil: '' } });
    }
  }
  throw new StorageUnavailable(new Error('another instance has been changing the shape of the database for too long'));
}

export interface Migration {
  readonly version: number;
  /** May run again after a crash. */
  run(database: Db): Promise<void>;
}

/** What a collection is indexed by. `_id` follows each index, so that pages come in order without a sort. */
export function indexDescriptions(indexes: readonly string[]): (IndexDescription & { readonly name: string })[] {
  return [
    // Deletes what has expired, on servers that run a TTL monitor.
    { name: 'expiry', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
    ...indexes.map((index) => ({ name: `by_${index}`, key: { [index]: 1, _id: 1 } })),
  ];
}

/** The server sees at once which indexes are there, and builds the others without blocking writes. */
const indexed = (indexesOf: Readonly<Record<string, readonly string[]>>) => async (database: Db) => {
  for (const [collection, indexes] of Object.entries(indexesOf)) {
    await database.collection(collection).createIndexes(indexDescriptions(indexes));
  }
};

/**
 * A step that was released never changes. A new collection or index is a new step at the end that only adds, so that
 * instances of the version before go on working beside it.
 */
const migrations: readonly Migration[] = [
  {
    version: 1,
    run: indexed({
      accounts: [],
      account_identifiers: ['accountId'],
      clients: [],
      resources: [],
      consents: ['accountId', 'clientId'],
      keys: [],
      counters: [],
      events: ['owner'],
      budget_levels: [],
      known_networks: ['accountId'],
      hash_costs: [],
      sessions: ['sessionId', 'accountId'],
      grants: ['accountId', 'clientId'],
      grant_reservations: ['grantId'],
      interactions: [],
      authorization_codes: ['grantId'],
      access_tokens: ['grantId'],
      refresh_tokens: ['grantId'],
      cached_token_responses: ['grantId'],
      client_credentials: ['clientId'],
      device_codes: ['grantId', 'userCode'],
      pushed_authorization_requests: [],
      replay_detections: [],
      revoked_tokens: [],
      initial_access_tokens: [],
    }),
  },
  { version: 2, run: indexed({ scopes: [] }) },
  {
    version: 3,
    run: indexed({ links: ['accountId', 'purpose'], registrations: [], mails: [], mail_quotas: [] }),
  },
  {
    version: 4,
    run: indexed({ factors: [], pending_sign_ins: [], remembered_devices: ['accountId'], sent_codes: [] }),
  },
  { version: 5, run: indexed({ clients: ['owner'], unreadable_documents: [] }) },
];

export const knownVersion: number = migrations.at(-1)?.version ?? 0;
