/** One value a record, or many (a session has many session ids). */
export type IndexKind = 'one' | 'many';

export interface CollectionShape {
  readonly indexes: Readonly<Record<string, IndexKind>>;
}

export const collections = {
  accounts: { indexes: {} },
  account_identifiers: { indexes: { accountId: 'one' } },
  clients: { indexes: { owner: 'one' } },
  resources: { indexes: {} },
  consents: { indexes: { accountId: 'one', clientId: 'one' } },
  factors: { indexes: {} },
  keys: { indexes: {} },
  counters: { indexes: {} },
  events: { indexes: { owner: 'one' } },
  budget_levels: { indexes: {} },
  known_networks: { indexes: { accountId: 'one' } },
  hash_costs: { indexes: {} },
  scopes: { indexes: {} },
  links: { indexes: { accountId: 'one', purpose: 'one' } },
  registrations: { indexes: {} },
  mails: { indexes: {} },
  mail_quotas: { indexes: {} },

  sessions: { indexes: { sessionId: 'many', accountId: 'one' } },
  grants: { indexes: { accountId: 'one', clientId: 'one' } },
  grant_reservations: { indexes: { grantId: 'one' } },
  interactions: { indexes: {} },
  pending_sign_ins: { indexes: {} },
  remembered_devices: { indexes: { accountId: 'one' } },
  sent_codes: { indexes: {} },
  authorization_codes: { indexes: { grantId: 'one' } },
  access_tokens: { indexes: { grantId: 'one' } },
  refresh_tokens: { indexes: { grantId: 'one' } },
  cached_token_responses: { indexes: { grantId: 'one' } },
  client_credentials: { indexes: { clientId: 'one' } },
  device_codes: { indexes: { grantId: 'one', userCode: 'one' } },
  pushed_authorization_requests: { indexes: {} },
  replay_detections: { indexes: {} },
  revoked_tokens: { indexes: {} },
  initial_access_tokens: { indexes: {} },
  unreadable_documents: { indexes: {} },
} as const satisfies Record<string, CollectionShape>;

export type Collection = keyof typeof collections;

export type IndexOf<C extends Collection> = keyof (typeof collections)[C]['indexes'] & string;

export const collectionNames = Object.keys(collections) as readonly Collection[];
