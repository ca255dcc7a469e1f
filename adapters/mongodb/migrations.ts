/** The numbered steps that made the database what it is. */
import type { Db, IndexDescription } from 'mongodb';

export interface Migration {
  readonly version: number;
  /** May run again after a crash. */
  run(database: Db): Promise<void>;
}

/** What a collection is indexed by. `_id` follows each lookup, so that pages come in order without a sort. */
export function indexes(lookups: readonly string[]): (IndexDescription & { readonly name: string })[] {
  return [
    // Deletes what has expired, on servers that run a TTL monitor.
    { name: 'expiry', key: { expiresAt: 1 }, expireAfterSeconds: 0 },
    ...lookups.map((lookup) => ({ name: `by_${lookup}`, key: { [lookup]: 1, _id: 1 } })),
  ];
}

/** Collections and the lookups to index. The server finds at once what is there, and builds without holding up anybody. */
const indexed = (lookupsOf: Readonly<Record<string, readonly string[]>>) => async (database: Db) => {
  for (const [collection, lookups] of Object.entries(lookupsOf)) {
    await database.collection(collection).createIndexes(indexes(lookups));
  }
};

/**
 * A step that was released never changes. A new collection or lookup is a new step at the end that only adds, so that
 * instances of the version before go on working beside it.
 */
export const migrations: readonly Migration[] = [
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
      sessions: ['alias', 'accountId'],
      grants: ['accountId', 'clientId'],
      grant_claims: ['grantId'],
      interactions: [],
      authorization_codes: ['grantId'],
      access_tokens: ['grantId'],
      refresh_tokens: ['grantId'],
      refresh_answers: ['grantId'],
      client_credentials: ['clientId'],
      device_codes: ['grantId', 'userCode'],
      pushed_authorization_requests: [],
      replay_detections: [],
      revoked_tokens: [],
      initial_access_tokens: [],
      registration_access_tokens: ['clientId'],
    }),
  },
];
