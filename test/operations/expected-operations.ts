/**
 * What every flow costs: its calls on the storage port, in their order. Clients and resources are remembered by then; where
 * tokens are issued or judged, and where a sign-in goes on, a client is read all the same: it may have been removed.
 */

export type ExpectedOperations = Readonly<Record<string, readonly string[]>>;

/** All that was issued under a grant ends with it: its reservation first, then the grant itself. */
export const endOfGrant = [
  'removeBy grant_reservations',
  'remove grants',
  'removeBy authorization_codes',
  'removeBy access_tokens',
  'removeBy refresh_tokens',
  'removeBy cached_token_responses',
  'removeBy device_codes',
] as const;

/** What a security event costs: its number, and its slot. Others of the same owner and request cost a slot each. */
export const event = ['increment counters', 'put events'] as const;

/** What tells the owner of an act: its link, a look whether that was ended meanwhile, and the mail. */
export const notice = ['put links', 'get accounts', 'insert mails'] as const;

/** The replay and the end of its grant are the account's, the refusal is the client's. */
const replayEvents = ['increment counters', 'increment counters', 'put events', 'put events', 'put events'] as const;

// oidc-provider alone: code 4 for a JWT and 5 for an opaque token, refresh 4 and 5, client credentials 0 and 1. We add the
// account, the session where the tokens end with it, and the cached response of a refresh.
export const tokenOperations: ExpectedOperations = {
  'code for a JWT': [
    'get clients',
    'get authorization_codes',
    'get sessions',
    'get grants',
    'consume authorization_codes',
    'get accounts',
    'put refresh_tokens',
  ],
  'refresh for a JWT': [
    'get clients',
    'get refresh_tokens',
    'get sessions',
    'get grants',
    'get accounts',
    'consume refresh_tokens',
    'put refresh_tokens',
    'insert cached_token_responses',
  ],
  'retried refresh for a JWT': [
    'get clients',
    'get refresh_tokens',
    'get sessions',
    'get grants',
    'get accounts',
    'get cached_token_responses',
    'increment counters',
    // Of an account and address one is kept a minute.
    'increment counters',
    ...event,
  ],
  'code for an opaque token': [
    'get clients',
    'get authorization_codes',
    'get sessions',
    'get grants',
    'consume authorization_codes',
    'get accounts',
    'put access_tokens',
    'put refresh_tokens',
  ],
  'refresh for an opaque token': [
    'get clients',
    'get refresh_tokens',
    'get sessions',
    'get grants',
    'get accounts',
    'consume refresh_tokens',
    'put refresh_tokens',
    'put access_tokens',
    'insert cached_token_responses',
  ],
  'retried refresh for an opaque token': [
    'get clients',
    'get refresh_tokens',
    'get sessions',
    'get grants',
    'get accounts',
    'get cached_token_responses',
    'increment counters',
    'increment counters',
  ],
  'code for a JWT that outlives the session': [
    'get clients',
    'get authorization_codes',
    // Only the code ends with it.
    'get sessions',
    'get grants',
    'consume authorization_codes',
    'get accounts',
    'put refresh_tokens',
  ],
  'refresh for a JWT that outlives the session': [
    'get clients',
    'get refresh_tokens',
    'get grants',
    'get accounts',
    'consume refresh_tokens',
    'put refresh_tokens',
    'insert cached_token_responses',
  ],
  'retried refresh for a JWT that outlives the session': [
    'get clients',
    'get refresh_tokens',
    'get grants',
    'get accounts',
    'get cached_token_responses',
    'increment counters',
    'increment counters',
  ],
  'replayed code': [
    'get clients',
    'get authorization_codes',
    'get sessions',
    'get grants',
    ...endOfGrant,
    ...replayEvents,
  ],
  'client_credentials for a JWT': ['get clients'],
  'client_credentials for an opaque token': ['get clients', 'put client_credentials'],
};

// oidc-provider alone: introspection 4, and 3 with a hint; userinfo 2. Here the length of a token says where to look for it, and the
// account is read: it may have expired, of which nobody is told.
export const otherOperations: ExpectedOperations = {
  'pushed request': ['insert budget_levels', 'put pushed_authorization_requests'],
  '/auth with a pushed request': [
    'findBy sessions',
    'get pushed_authorization_requests',
    'get accounts',
    'get grants',
    'consume pushed_authorization_requests',
    'put authorization_codes',
  ],
  'invitation page': ['get links'],
  'accepting an invitation': [
    'get links',
    'get account_identifiers',
    'get accounts',
    'get links',
    'replace links',
    'insert account_identifiers',
    'insert accounts',
    'replace account_identifiers',
    ...event,
  ],
  // Whoever posts here stores nothing.
  'POST /auth': [],
  'POST /session/end': [],
  '/': [],
  '/.well-known/openid-configuration': [],
  '/jwks': [],
  '/livez': [],
  '/readyz': ['ping', 'increment counters'],
};

/** The quotas of an address and of a network: both are read before either is counted. */
const firstMail = [...['get mail_quotas', 'get mail_quotas', 'insert mail_quotas', 'insert mail_quotas']] as const;
const laterMailOfNetwork = [
  ...['get mail_quotas', 'get mail_quotas', 'replace mail_quotas', 'insert mail_quotas'],
] as const;

/** Who may have a mail is decided first: what is held back replaces no link. */
const forLink = (budget: 'insert' | 'replace', quotas: readonly string[]) => [
  `${budget} budget_levels`,
  `${budget} budget_levels`,
  'get account_identifiers',
  'get accounts',
  ...quotas,
  'put links',
  'insert mails',
];

export const recoveryOperations: ExpectedOperations = {
  'recovery page': [],
  // An account that there is, and one that there is not, cost the same.
  'recovery, unknown account': forLink('insert', firstMail),
  recovery: forLink('replace', laterMailOfNetwork),
  'reset page': ['get links', 'get accounts'],
  'reset, password too short': ['get links', 'get accounts'],
  reset: [
    'get links',
    'get accounts',
    'get links',
    'replace links',
    'get accounts',
    'replace accounts',
    // What the account is told counts for nobody.
    ...notice,
    'removeBy links',
    'findBy sessions',
    'findBy grants',
    'removeBy known_networks',
    'removeBy remembered_devices',
    ...event,
    'put events',
  ],
  'page of a notice': ['get links', 'get accounts'],
  'a notice answered': [
    'get links',
    'replace links',
    // With the address that the notice went to.
    'get accounts',
    'findBy account_identifiers',
    'replace accounts',
    // Of other notices, and all others.
    'findBy links',
    'removeBy links',
    'findBy sessions',
    'findBy grants',
    'removeBy known_networks',
    'removeBy remembered_devices',
    'put links',
    // Finished: until then, a press after a failure would repeat it.
    'get links',
    'replace links',
    ...event,
  ],
  'reset page after a notice': ['get links', 'get accounts', 'get factors'],
  'page of an answered notice': ['get links'],
  'reset page of a used link': ['get links'],
  'reset page of no link': ['get links'],
};
