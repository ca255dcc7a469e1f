/** What registering costs: the same for an address that is known and one that is not. */
import type { ExpectedOperations } from './expected-operations.ts';

/** The number and the slot of an event; of one that is kept once a minute, another number. */
const event = ['increment counters', 'put events'] as const;
const events = ['increment counters', 'put events', 'put events'] as const;
const repetitiveEvent = ['increment counters', ...event] as const;

/** Of the address and of its network: what is held back replaces no link. */
const quotas = ['get mail_quotas', 'get mail_quotas', 'replace mail_quotas', 'insert mail_quotas'] as const;
const owner = ['get account_identifiers', 'get accounts'] as const;
const insertedAlone = (operation: string): string => operation.replace(/^replace (budget|mail)_/, 'insert $1_');

/** The network and the address pay for the hash. */
const register = [
  'get interactions',
  'replace budget_levels',
  'replace budget_levels',
  'get registrations',
  ...owner,
  ...quotas,
  'put links',
  'put registrations',
  'insert mails',
  ...repetitiveEvent,
];
/** Counted before it is compared. */
const guess = ['get registrations', 'get registrations', 'replace registrations'];
/** The network pays for each mail. */
const mailAgain = (budget: 'insert' | 'replace') => [
  'get registrations',
  `${budget} budget_levels`,
  `${budget} budget_levels`,
  ...owner,
  ...quotas.map((operation) => operation.replace('insert', 'replace')),
  'put links',
  'get registrations',
  'replace registrations',
  'insert mails',
];
const account = [
  'insert account_identifiers',
  'insert accounts',
  'replace account_identifiers',
  'get registrations',
  'replace registrations',
];
const signIn = ['get interactions', 'put interactions'];

const whose = ['the first', 'known address', 'new address', 'another new address'] as const;
const pagesOf = (page: string, operations: readonly string[]): ExpectedOperations =>
  Object.fromEntries(whose.map((address) => [`${page}, ${address}`, operations]));
const both = (page: string, operations: readonly string[]): ExpectedOperations =>
  Object.fromEntries(['known address', 'new address'].map((address) => [`${page}, ${address}`, operations]));

export const registrationOperations: ExpectedOperations = {
  ...pagesOf('register page', ['get interactions']),
  ...pagesOf('register', register),
  'register, the first': register.map(insertedAlone),
  ...pagesOf('waiting page', ['get registrations']),
  ...both('wrong code', [...guess, ...event]),
  'send again, known address': mailAgain('insert'),
  'send again, new address': mailAgain('replace'),
  'page of the link': ['get links', 'get registrations'],
  'button of the link, elsewhere': ['get links', 'replace links', ...guess],
  'right code': [...guess, ...account, ...signIn, ...events],
  'button of the link, here': ['get links', 'replace links', 'get registrations', ...account, ...signIn, ...events],
};
