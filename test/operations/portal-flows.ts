/** The pages at /developer: what each costs, and what its forms do. */
import { signInAt } from '../account/fixture.ts';
import { clientIdOn, newDeveloper, REDIRECT } from '../developer/fixture.ts';
import { TERMS } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { newUser } from '../support/user.ts';
import { type ExpectedOperations, event } from './expected-operations.ts';
import { type Fixture, newStepper } from './fixture.ts';

export async function portalFlows({ latchkey, measure }: Fixture): Promise<void> {
  const acceptedTerms = { version: TERMS.TERMS_VERSION, at: 0 };
  const newAccount = () =>
    latchkey.createAccount({ email: 'developer@example.com', password: PASSWORD, acceptedTerms });
  const browser = newUser();
  await signInAt({ latchkey }, await newDeveloper({ latchkey, newAccount }), browser, '/developer');
  const user = newStepper(browser.jar);
  const address = `${latchkey.issuer}/developer`;
  await measure('list of clients', () => user.open(address));
  const form = await measure('form of a new client', () => user.open(`${address}/new`));
  const fields = { client_name: 'Notes', redirect_uris: REDIRECT, type: 'web' };
  const made = await measure('new client', () => user.submit(form, 'client-create', fields));
  const page = await measure('client', () => user.open(`${address}/clients/${clientIdOn(made)}`));
  await measure('client changed', () => user.submit(page, 'client-save', { client_name: 'Logs' }));
  await measure('client, nothing changed', () => user.submit(page, 'client-save', { client_name: 'Logs' }));
  await measure('secret rotated', () => user.submit(page, 'secret-rotate', { overlap: '1' }));
  await measure('client of somebody else', () => user.open(`${address}/clients/nobody-s`));
  await measure('client removed', () => user.submit(page, 'client-remove', { understood: 'yes' }));
}

const whoIsSignedIn = ['get sessions', 'get accounts'] as const;

/** Whose it is, and what was refused to it. */
const shown = ['get clients', 'findBy events'] as const;

export const portalOperations: ExpectedOperations = {
  'list of clients': [...whoIsSignedIn, 'findBy clients'],
  'form of a new client': whoIsSignedIn,
  // Counted before it is stored, and after: of several at once no more than the limit stay. The form is used up.
  'new client': [
    ...whoIsSignedIn,
    'findBy clients',
    'insert replay_detections',
    'insert clients',
    'findBy clients',
    ...shown,
    ...event,
  ],
  client: [...whoIsSignedIn, ...shown],
  // Whose it is; then the change, and once more for what is remembered of it.
  'client changed': [...whoIsSignedIn, 'get clients', 'get clients', 'replace clients', 'get clients', ...event],
  'client, nothing changed': [...whoIsSignedIn, 'get clients'],
  'secret rotated': [...whoIsSignedIn, 'get clients', 'replace clients', 'get clients', ...shown, ...event],
  'client of somebody else': [...whoIsSignedIn, 'get clients'],
  'client removed': [
    ...[...whoIsSignedIn, 'get clients', 'removeVersion clients', 'findBy grants'],
    ...['removeBy client_credentials', 'removeBy consents'],
    ...['removeBy events', 'remove counters', 'remove counters', 'get clients', ...event],
  ],
};
