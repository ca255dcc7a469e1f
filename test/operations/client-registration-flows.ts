/** What it costs that an app registers itself and manages what it registered, and that the first user signs in to it. */
import { ask, manage, newInitialAccessToken } from '../support/registrations.ts';
import { appOf, CALLBACK } from '../support/relying-party.ts';
import { type ExpectedOperations, event } from './expected-operations.ts';
import { answered, type Fixture, LOGIN, newStepper } from './fixture.ts';

const plain = { client_name: 'Self-made', redirect_uris: [CALLBACK] };

export async function clientRegistrationFlows({ latchkey, measure }: Fixture): Promise<void> {
  const { issuer, installation } = latchkey;
  const register = (json: object, bearer?: string) => ask(`${issuer}/reg`, { method: 'POST', json, bearer });
  const [once, often] = [
    await newInitialAccessToken(installation),
    await newInitialAccessToken(installation, { uses: 2 }),
  ];
  await measure('registration without a token', () => register(plain));
  await measure('registration that is refused', () => register({ ...plain, first_party: true }, once));
  const client = await measure('registration', () => answered(register(plain, once)));
  await measure('registration by a token of several uses', () => answered(register(plain, often)));
  await measure('registration that is read', () => manage(client, 'GET'));
  const updated = await measure('registration that is updated', () =>
    answered(manage(client, 'PUT', { client_id: client.client_id, ...plain })),
  );
  await measure('registration that is updated by an old token', () =>
    manage(client, 'PUT', { client_id: client.client_id, ...plain }),
  );
  await measure('registration that is removed', () => manage(updated, 'DELETE'));

  const unused = await answered(register(plain, often));
  await installation.clients.update(unused.client_id, (stored) => ({
    ...stored,
    unusedUntil: installation.clock.now() + 60_000,
  }));
  const user = newStepper();
  const app = appOf(latchkey, unused);
  let page = await user.open(app.request().url);
  page = await user.open(page.url);
  page = await user.submit(page, 'login-submit', { login: LOGIN, password: 'correct horse battery staple' });
  page = await user.open(page.url);
  page = await user.open(page.url);
  page = await user.submit(page, 'consent-submit');
  await measure('first code of a client that nobody had signed in to', () => user.open(page.url));
  const { url } = app.request();
  await measure('second code of it', () => user.open(url));
}

const use = ['get initial_access_tokens', 'get initial_access_tokens'] as const;

export const clientRegistrationOperations: ExpectedOperations = {
  'registration without a token': [],
  'registration that is refused': ['get initial_access_tokens'],
  registration: [...use, 'removeVersion initial_access_tokens', 'insert clients', ...event],
  'registration by a token of several uses': [...use, 'replace initial_access_tokens', 'insert clients', ...event],
  'registration that is read': ['get clients'],
  // The token, the metadata and the next token are one record.
  'registration that is updated': ['get clients', 'replace clients', ...event],
  'registration that is updated by an old token': ['get clients'],
  'registration that is removed': [
    ...['get clients', 'removeVersion clients', 'findBy grants', 'removeBy client_credentials'],
    ...['removeBy consents', 'removeBy events', 'remove counters', 'remove counters'],
    ...event,
  ],
  // It stays from now on: read and replaced, once.
  'first code of a client that nobody had signed in to': [
    ...['findBy sessions', 'get interactions', 'consume interactions', 'get clients', 'get accounts', 'get grants'],
    ...['get clients', 'replace clients', 'put authorization_codes', 'replace sessions'],
  ],
  'second code of it': ['findBy sessions', 'get clients', 'get accounts', 'get grants', 'put authorization_codes'],
};
