/** Brings a database to the schema of this version; throws `StorageTooNew` on one that is newer. */
import type { DatabaseSync } from 'node:sqlite';
import type { CollectionShape } from '../../src/storage/collections.ts';
import { type SchemaVersions, StorageAddressInvalid, StorageTooNew } from '../../src/storage/driver.ts';

export type Migrations = readonly (readonly string[])[];

export function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}

const createdIn = (step: readonly string[]): readonly string[] =>
  step.flatMap((statement) => /^CREATE TABLE "(\w+)"/.exec(statement)?.[1] ?? []);

/** Throws on a database that another program made, whatever its tables are called: before anything is written into it. */
export function throwOnOtherProgram(database: DatabaseSync): void {
  // One transaction: meanwhile another process may bring the database to its schema.
  database.exec('BEGIN');
  try {
    const found = schemaVersion(database);
    const tables = new Set(
      database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
        .all()
        .map(({ name }) => String(name)),
    );
    const expected = migrations.slice(0, found).flatMap(createdIn);
    const isOurs = found === 0 ? tables.size === 0 : expected.every((name) => tables.has(name));
    if (!isOurs) throw new StorageAddressInvalid('the SQLite file is a database of another program');
  } finally {
    if (database.isTransaction) database.exec('COMMIT');
  }
}

function applyMissing(database: DatabaseSync, migrations: Migrations): void {
  const applied = schemaVersion(database);
  if (applied >= migrations.length) return;
  for (const statement of migrations.slice(applied).flat()) database.exec(statement);
  database.exec(`PRAGMA user_version = ${migrations.length}`);
}

/** `acceptNewer`: open a newer schema as it is. Steps only add, so that works while an upgrade is being taken back. */
export function migrate(database: DatabaseSync, acceptNewer: boolean, migrations: Migrations): SchemaVersions {
  const found = schemaVersion(database);
  const known = migrations.length;
  if (found > known && !acceptNewer) throw new StorageTooNew(found, known);
  if (found >= known) return { found, current: found, known };
  // Under the lock the version is read again: of processes that start together one migrates, the others find it done.
  database.exec('BEGIN EXCLUSIVE');
  try {
    applyMissing(database, migrations);
    database.exec('COMMIT');
    return { found, current: known, known };
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * The table of one collection, a column for each index of one value, a side table for each of many. Not WITHOUT ROWID:
 * its rows would be stored in the order of their random ids, so that each insert touched another page, and payloads of
 * more than 1 KB would go to overflow pages.
 */
function createCollection(name: string, indexes: CollectionShape['indexes'] = {}): string[] {
  const one = Object.keys(indexes).filter((index) => indexes[index] === 'one');
  const many = Object.keys(indexes).filter((index) => indexes[index] === 'many');
  return [
    `CREATE TABLE "${name}" (
      id TEXT NOT NULL PRIMARY KEY,
      payload BLOB NOT NULL,
      version INTEGER NOT NULL,
      ${one.map((index) => `"${index}" TEXT,`).join('')}
      consumed_at INTEGER,
      expires_at INTEGER
    ) STRICT`,
    `CREATE INDEX "${name}_by_expiry" ON "${name}" (expires_at) WHERE expires_at IS NOT NULL`,
    ...one.map(
      (index) => `CREATE INDEX "${name}_by_${index}" ON "${name}" ("${index}", id) WHERE "${index}" IS NOT NULL`,
    ),
    ...many.flatMap((index) => [
      `CREATE TABLE "${name}_${index}" (
        value TEXT NOT NULL,
        id TEXT NOT NULL REFERENCES "${name}" (id) ON DELETE CASCADE,
        PRIMARY KEY (value, id)
      ) STRICT, WITHOUT ROWID`,
      `CREATE INDEX "${name}_${index}_by_id" ON "${name}_${index}" (id)`,
    ]),
  ];
}

/**
 * A step that was released never changes. A new collection, or a new index (its column and index), is a new step at
 * the end that only adds: instances of the version before go on working beside it.
 */
export const migrations: Migrations = [
  [
    ...createCollection('accounts'),
    ...createCollection('account_identifiers', { accountId: 'one' }),
    ...createCollection('clients'),
    ...createCollection('resources'),
    ...createCollection('consents', { accountId: 'one', clientId: 'one' }),
    ...createCollection('keys'),
    ...createCollection('counters'),
    'ALTER TABLE counters ADD COLUMN count INTEGER NOT NULL DEFAULT 0',
    ...createCollection('events', { owner: 'one' }),
    ...createCollection('budget_levels'),
    ...createCollection('known_networks', { accountId: 'one' }),
    ...createCollection('hash_costs'),
    ...createCollection('sessions', { sessionId: 'many', accountId: 'one' }),
    ...createCollection('grants', { accountId: 'one', clientId: 'one' }),
    ...createCollection('grant_reservations', { grantId: 'one' }),
    ...createCollection('interactions'),
    ...createCollection('authorization_codes', { grantId: 'one' }),
    ...createCollection('access_tokens', { grantId: 'one' }),
    ...createCollection('refresh_tokens', { grantId: 'one' }),
    ...createCollection('cached_token_responses', { grantId: 'one' }),
    ...createCollection('client_credentials', { clientId: 'one' }),
    ...createCollection('device_codes', { grantId: 'one', userCode: 'one' }),
    ...createCollection('pushed_authorization_requests'),
    ...createCollection('replay_detections'),
    ...createCollection('revoked_tokens'),
    ...createCollection('initial_access_tokens'),
  ],
  createCollection('scopes'),
  [
    ...createCollection('links', { accountId: 'one', purpose: 'one' }),
    ...createCollection('registrations'),
    ...createCollection('mails'),
    ...createCollection('mail_quotas'),
  ],
  [
    ...createCollection('factors'),
    ...createCollection('pending_sign_ins'),
    ...createCollection('remembered_devices', { accountId: 'one' }),
    ...createCollection('sent_codes'),
  ],
  [
    'ALTER TABLE "clients" ADD COLUMN "owner" TEXT',
    'CREATE INDEX "clients_by_owner" ON "clients" ("owner", id) WHERE "owner" IS NOT NULL',
    ...createCollection('unreadable_documents'),
  ],
];
