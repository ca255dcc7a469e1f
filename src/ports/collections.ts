/** Names every collection that the storage engines keep, and the lookups each is indexed by. */

/** A lookup holds one value a record, or many (a session has many cookie aliases). */
export type LookupKind = 'one' | 'many';

export interface CollectionShape {
  readonly lookups: Readonly<Record<string, LookupKind>>;
}

export const collections = {
  accounts: { lookups: {} },
  account_identifiers: { lookups: { accountId: 'one' } },
  clients: { lookups: {} },
  resources: { lookups: {} },
  consents: { lookups: { accountId: 'one', clientId: 'one' } },
  keys: { lookups: {} },
  counters: { lookups: {} },

  sessions: { lookups: { alias: 'many', accountId: 'one' } },
  grants: { lookups: { accountId: 'one', clientId: 'one' } },
  grant_claims: { lookups: { grantId: 'one' } },
  interactions: { lookups: {} },
  authorization_codes: { lookups: { grantId: 'one' } },
  access_tokens: { lookups: { grantId: 'one' } },
  refresh_tokens: { lookups: { grantId: 'one' } },
  refresh_answers: { lookups: { grantId: 'one' } },
  client_credentials: { lookups: { clientId: 'one' } },
  device_codes: { lookups: { grantId: 'one', userCode: 'one' } },
  pushed_authorization_requests: { lookups: {} },
  replay_detections: { lookups: {} },
  revoked_tokens: { lookups: {} },
  initial_access_tokens: { lookups: {} },
  registration_access_tokens: { lookups: { clientId: 'one' } },
} as const satisfies Record<string, CollectionShape>;

export type Collection = keyof typeof collections;

/** The lookups that are declared for one collection. */
export type LookupOf<C extends Collection> = keyof (typeof collections)[C]['lookups'] & string;

export const collectionNames = Object.keys(collections) as readonly Collection[];
