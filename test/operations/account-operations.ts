/** What the page /account costs, and what its forms do. */
import { type ExpectedOperations, endOfGrant, event, notice } from './expected-operations.ts';

const whoIsSignedIn = ['get sessions', 'get accounts'] as const;

const shown = [
  ...['findBy sessions', 'findBy consents', 'findBy grants', 'findBy events'],
  ...['get factors', 'findBy remembered_devices'],
] as const;

/** The account once more, for what ended it meanwhile; the notice with its link; and the browsers that were remembered. */
const factorsChanged = [
  ...['get accounts', 'put links', 'get accounts', 'insert mails'],
  ...['removeBy remembered_devices', ...event],
] as const;

export const accountOperations: ExpectedOperations = {
  // Two cookies and a redirect.
  'account page, signed out': [],
  // Of a client of our own there is nothing to read, and nobody is asked.
  'resume to the account page': [
    'get interactions',
    'consume interactions',
    'get accounts',
    'insert grant_reservations',
    'put grants',
    'put authorization_codes',
    'insert sessions',
  ],
  // The code counts while its session lives.
  'return to the account page': ['get authorization_codes', 'get sessions', 'consume authorization_codes'],
  // Who is signed in; then everything that is shown, at the same time and each by one call.
  'account page': [...whoIsSignedIn, ...shown],
  // One more for each app: when it got its latest refresh token.
  'account page, with an app': [...whoIsSignedIn, ...shown, 'findBy refresh_tokens'],
  // What an app got in it ends first, then the session does.
  'session ended': [...whoIsSignedIn, 'get sessions', ...endOfGrant, 'get sessions', 'replace sessions', ...event],
  'other sessions ended': [
    ...whoIsSignedIn,
    'findBy sessions',
    ...endOfGrant,
    'get sessions',
    'replace sessions',
    ...event,
  ],
  'app revoked': [
    ...whoIsSignedIn,
    'remove consents',
    'findBy grants',
    ...endOfGrant,
    'findBy grants',
    'remove consents',
    ...event,
    'put events',
  ],
  // What the account has decides how strong a proof it takes.
  'key of a new app': [...whoIsSignedIn, 'get factors'],
  'new app, wrong code': whoIsSignedIn,
  'new app': [...whoIsSignedIn, 'get factors', 'insert factors', ...factorsChanged, 'put events'],
  'recovery codes renewed': [...whoIsSignedIn, 'get factors', 'replace factors', ...factorsChanged],
  'factor removed': [...whoIsSignedIn, 'get factors', 'replace factors', ...factorsChanged],
  'name changed': [
    'get sessions',
    'get accounts',
    'get accounts',
    'findBy account_identifiers',
    'replace accounts',
    ...event,
  ],
  // The same whether or not another account has the address.
  'new address asked for': [
    'get sessions',
    'get accounts',
    'insert budget_levels',
    'insert budget_levels',
    // How many the account has asked for lately.
    'get mail_quotas',
    'insert mail_quotas',
    'get account_identifiers',
    'get accounts',
    'get mail_quotas',
    'get mail_quotas',
    'insert mail_quotas',
    'insert mail_quotas',
    'put links',
    'get accounts',
    'replace accounts',
    // To the address before, then the link.
    ...notice,
    'insert mails',
    ...event,
  ],
};
