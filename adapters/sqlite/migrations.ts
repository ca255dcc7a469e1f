/** The numbered steps that made the schema what it is; `PRAGMA user_version` says how many a database has seen. */
import type { CollectionShape } from '../../src/ports/collections.ts';
import type { Migrations } from './migrate.ts';

/**
 * The table of one collection, a column for each lookup of one value, a side table for each of many. Its rows lie in the
 * order in which they came: sealed payloads are too long to lie in the order of their random ids, where each would
 * touch a page of its own and spill over from 1 KB on.
 */
function createCollection(name: string, lookups: CollectionShape['lookups'] = {}): string[] {
  const one = Object.keys(lookups).filter((lookup) => lookups[lookup] === 'one');
  const many = Object.keys(lookups).filter((lookup) => lookups[lookup] === 'many');
  return [
    `CREATE TABLE "${name}" (
      id TEXT NOT NULL PRIMARY KEY,
      payload BLOB NOT NULL,
      version INTEGER NOT NULL,
      ${one.map((lookup) => `"${lookup}" TEXT,`).join('')}
      consumed_at INTEGER,
      expires_at INTEGER
    ) STRICT`,
    `CREATE INDEX "${name}_by_expiry" ON "${name}" (expires_at) WHERE expires_at IS NOT NULL`,
    ...one.map(
      (lookup) => `CREATE INDEX "${name}_by_${lookup}" ON "${name}" ("${lookup}", id) WHERE "${lookup}" IS NOT NULL`,
    ),
    ...many.flatMap((lookup) => [
      `CREATE TABLE "${name}_${lookup}" (
        value TEXT NOT NULL,
        id TEXT NOT NULL REFERENCES "${name}" (id) ON DELETE CASCADE,
        PRIMARY KEY (value, id)
      ) STRICT, WITHOUT ROWID`,
      `CREATE INDEX "${name}_${lookup}_by_id" ON "${name}_${lookup}" (id)`,
    ]),
  ];
}

/**
 * A step that was released never changes. A new collection, or a new lookup (its column and index), is a new step at
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
    ...createCollection('sessions', { alias: 'many', accountId: 'one' }),
    ...createCollection('grants', { accountId: 'one', clientId: 'one' }),
    ...createCollection('grant_claims', { grantId: 'one' }),
    ...createCollection('interactions'),
    ...createCollection('authorization_codes', { grantId: 'one' }),
    ...createCollection('access_tokens', { grantId: 'one' }),
    ...createCollection('refresh_tokens', { grantId: 'one' }),
    ...createCollection('refresh_answers', { grantId: 'one' }),
    ...createCollection('client_credentials', { clientId: 'one' }),
    ...createCollection('device_codes', { grantId: 'one', userCode: 'one' }),
    ...createCollection('pushed_authorization_requests'),
    ...createCollection('replay_detections'),
    ...createCollection('revoked_tokens'),
    ...createCollection('initial_access_tokens'),
    ...createCollection('registration_access_tokens', { clientId: 'one' }),
  ],
];
