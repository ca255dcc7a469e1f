/** Signing in by a mailed code: for an account that there is, for one that there is not, and what the code costs. */
import { type ExpectedOperations, event } from './expected-operations.ts';
import { type Fixture, LOGIN, newStepper } from './fixture.ts';

export async function mailedCodeFlows({ app, measure, mailedCode }: Fixture): Promise<void> {
  const user = newStepper();
  const login = await user.open((await user.open(app.request().url)).url);
  const address = login.url.replace('?', '/mailed-code?');
  const page = await measure('mailed code, page', () => user.open(address));
  const ask = (email: string) => user.submit(page, 'mailed-code-submit', { email });
  await measure('mailed code, unknown account', () => ask('nobody@example.com'));
  const { url } = await measure('mailed code', () => ask(LOGIN));
  await measure('mailed code, asked for again at once', () => ask(LOGIN));
  const entering = await measure('entering a mailed code, page', () => user.open(url));
  await measure('mailed code, wrong', () => user.submit(entering, 'code-submit', { code: 'wrong' }));
  const code = await mailedCode(LOGIN);
  await measure('mailed code, right', () => user.submit(entering, 'code-submit', { code }));
}

/** Whose network pays, and what is counted of mails, before anything is stored; the same for an account that there is and one that is not. */
const asking = (budget: 'insert' | 'replace', quotas: readonly string[], code: 'insert' | 'replace') => [
  'get interactions',
  `${budget} budget_levels`,
  `${budget} budget_levels`,
  'get sent_codes',
  'get account_identifiers',
  'get accounts',
  'get mail_quotas',
  'get mail_quotas',
  ...quotas,
  'get sent_codes',
  `${code} sent_codes`,
  'insert mails',
];

const three = (operation: string): readonly string[] => [operation, operation, operation];

/** What was asked for says whose guess is paid for; it is read again where it is used up. */
const guessing = (budget: 'insert' | 'replace') => [
  'get interactions',
  'get sent_codes',
  'get account_identifiers',
  'get accounts',
  'get known_networks',
  ...three(`${budget} budget_levels`),
  'get sent_codes',
  'replace sent_codes',
];

export const mailedCodeOperations: ExpectedOperations = {
  'mailed code, page': ['get interactions', 'get sent_codes'],
  'mailed code, unknown account': asking('insert', ['insert mail_quotas', 'insert mail_quotas'], 'insert'),
  'mailed code': asking('replace', ['replace mail_quotas', 'insert mail_quotas'], 'replace'),
  'mailed code, asked for again at once': [
    ...['get interactions', 'replace budget_levels', 'replace budget_levels', 'get sent_codes'],
  ],
  'entering a mailed code, page': ['get interactions', 'get sent_codes'],
  'mailed code, wrong': [...guessing('insert'), 'get sent_codes', ...event, 'increment counters'],
  'mailed code, right': [
    ...guessing('replace'),
    ...three('replace budget_levels'),
    // The address is verified from now on.
    ...['get accounts', 'replace accounts'],
    'get factors',
    ...['put known_networks', 'findBy known_networks'],
    // Its first device is nobody to be told of, and noted.
    ...['get accounts', 'replace accounts'],
    'put interactions',
    ...event,
  ],
};
