/** What signing in and out costs. */
import { type ExpectedOperations, endOfGrant, event } from './expected-operations.ts';

// oidc-provider alone needs for these, clients remembered: /auth without a session 1, resume 4 and 7, /auth with session and
// grant 4. To each sign-in step we add the account, which must still be there and enabled.
export const signInOperations: ExpectedOperations = {
  // Nobody is signed in: what is stored is charged to the address and its network.
  '/auth without a session': ['insert budget_levels', 'insert budget_levels', 'put interactions'],
  // Once more with a session: charged to the account.
  '/auth with a session, prompt=login': [
    'findBy sessions',
    'get accounts',
    'get grants',
    'insert budget_levels',
    'put interactions',
  ],
  'login page': ['get interactions'],
  // The network, the address and the account pay: each for the first time, and so with an insert.
  'login, wrong password': [
    'get interactions',
    'get account_identifiers',
    'get accounts',
    'get known_networks',
    'insert budget_levels',
    'insert budget_levels',
    'insert budget_levels',
    ...event,
  ],
  // Taken and given back by the same three.
  'login, right password': [
    'get interactions',
    'get account_identifiers',
    'get accounts',
    'get known_networks',
    'replace budget_levels',
    'replace budget_levels',
    'replace budget_levels',
    'replace budget_levels',
    'replace budget_levels',
    'replace budget_levels',
    'get factors',
    // The latest three stay.
    'put known_networks',
    'findBy known_networks',
    'put interactions',
    ...event,
  ],
  'login, right password, known device': [
    'get interactions',
    'get account_identifiers',
    'get accounts',
    'get known_networks',
    // Of this device, and of all together.
    'insert budget_levels',
    'insert budget_levels',
    'replace budget_levels',
    'replace budget_levels',
    'get factors',
    'put interactions',
    ...event,
  ],
  // Where a sign-in goes on, its client is read anew: it or its redirect URI may have gone while a page was open.
  'resume after login': [
    'get interactions',
    'consume interactions',
    'get clients',
    'get accounts',
    'get consents',
    'put interactions',
    'insert sessions',
  ],
  'consent page': ['get interactions', 'get sessions', 'get accounts'],
  consent: [
    'get interactions',
    'get sessions',
    'insert consents',
    // Those of other browsers follow the answer too.
    'findBy grants',
    'insert grant_reservations',
    'put grants',
    // Whether it was answered otherwise, or revoked, meanwhile.
    'get consents',
    'put interactions',
    ...event,
  ],
  'resume after consent': [
    'findBy sessions',
    'get interactions',
    'consume interactions',
    'get clients',
    'get accounts',
    'get grants',
    'put authorization_codes',
    'replace sessions',
  ],
  // A session that was saved a moment ago is not saved again.
  '/auth with session and grant': ['findBy sessions', 'get accounts', 'get grants', 'put authorization_codes'],
  // What was answered before, for what is new and what is ticked.
  '/auth with session and grant, prompt=consent': [
    'findBy sessions',
    'get accounts',
    'get grants',
    'get consents',
    'replace budget_levels',
    'put interactions',
  ],
  'logout page': ['findBy sessions', 'replace sessions'],
  logout: ['findBy sessions', ...endOfGrant, 'replace sessions', ...event, 'put events'],
  'resume after login, consent remembered': [
    'get interactions',
    'consume interactions',
    'get clients',
    'get accounts',
    'get consents',
    'insert grant_reservations',
    'put grants',
    'get consents',
    'put authorization_codes',
    'insert sessions',
  ],
  denial: ['get interactions', 'put interactions'],
  // Nothing that was remembered is looked up for it, and nothing is granted.
  'resume after login, terms not accepted': [
    'get interactions',
    'consume interactions',
    'get clients',
    'get accounts',
    'put interactions',
    'insert sessions',
  ],
  'choosing an account, page': ['get interactions', 'get sessions', 'get accounts'],
  'choosing an account': ['get interactions', 'get sessions', 'get accounts', 'put interactions'],
  'resume after choosing an account': [
    ...['findBy sessions', 'get interactions', 'consume interactions', 'get clients', 'get accounts', 'get grants'],
    ...['put authorization_codes', 'replace sessions'],
  ],
  'login page with a session': ['get interactions', 'get sessions', 'get accounts'],
  'terms page': ['get interactions', 'get sessions', 'get accounts'],
  terms: ['get interactions', 'get sessions', 'get accounts', 'replace accounts', 'put interactions', ...event],
  'resume after terms': [
    'findBy sessions',
    'get interactions',
    'consume interactions',
    'get clients',
    'get accounts',
    'get consents',
    'put interactions',
    'replace sessions',
  ],
  'resume after denial': ['get interactions', 'consume interactions', 'get clients'],
};
