/** What registering costs: the same for an address that is known and one that is not. */
import type { ExpectedOperations } from './expected-operations.ts';

/** The number and the slot of an event; of one that is kept once a minute, another number. */
const event = ['increment counters', 'put events'] as const;
const events = ['increment counters', 'put events', 'put events'] as const;
const repetitiveEvent = ['increment counters', ...event] as const;

/** Of the address and of its network: what is held back replaces no link. */
const quotas = ['get mail_quotas', 'get mail_quotas', 'replace mail_quotas', 'insert mail_quotas'] as const;
const link = ['get account_identifiers', 'get accounts', 'put links', 'insert mails'] as const;
const insertedAlone = (operation: string): string => operation.replace(/^replace (budget|mail)_/, 'insert $1_');

/** The network and the address pay for the hash. */
const register = [
  'get interactions',
  'replace budget_levels',
  'replace budget_levels',
  'put registrations',
  ...quotas,
  ...link,
  ...repetitiveEvent,
];
/** Counted before it is compared. */
const guess = ['get registrations', 'get registrations', 'replace registrations'];
const mailAgain = [
  'get registrations',
  ...quotas.map((operation) => operation.replace('insert', 'replace')),
  'get registrations',
  'replace registrations',
  ...link,
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
  ...both('send again', mailAgain),
  'page of the link': ['get links', 'get registrations'],
  'button of the link, elsewhere': ['get links', 'replace links', ...guess],
  'right code': [...guess, ...account, ...signIn, ...events],
  'button of the link, here': ['get links', 'replace links', 'get registrations', ...account, ...signIn, ...events],
};
