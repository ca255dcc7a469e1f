/** A token request whose resource is refused costs no code and no refresh token: the right request works afterwards. */
import { randomUUID } from 'node:crypto';
import test from 'ava';
import got from 'got';
import { updateClient } from '../../src/domain/clients/change.ts';
import { removeResource } from '../../src/domain/resources/resources.ts';
import { API, LOGIN, newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { type App, CALLBACK, codeOf, signIn, type TokenAnswer } from '../support/relying-party.ts';

const OTHER = 'https://other.example.com/';
const { latchkey, newApp } = await sharedProvider({
  resources: [{ identifier: OTHER, scopes: { 'other:do': 'Do it' } }],
});
const { issuer, installation, logged } = latchkey;
const { caches } = installation.providerDeps;

type Form = Readonly<Record<string, string | readonly string[]>>;

interface Refusal {
  /** What the user is asked for. */
  readonly scope: string;
  readonly resources: readonly string[];
  readonly before?: (app: App, own: string) => Promise<void>;
  readonly refused: Form;
  /** Undoes what was done before. */
  readonly after?: (app: App, own: string) => Promise<void>;
  readonly right: Form;
}

const ONE = { scope: 'openid notes:read', resources: [API] };
const declare = (identifier: string) => latchkey.createResource({ identifier, scopes: { 'own:do': 'Do it' } });

async function change(app: App, patch: object): Promise<void> {
  await updateClient(app.client.client_id, { ...patch }, installation.registration);
  await caches.clients.reload(app.client.client_id);
}

async function take(identifier: string): Promise<void> {
  await removeResource(identifier, installation);
  await caches.resources.reload(identifier);
}

/** `own` stands for a resource that this test alone has. */
const refusals: Readonly<Record<string, Refusal>> = {
  'that nobody knows': { ...ONE, refused: { resource: 'https://unknown.example/' }, right: {} },
  'that was not granted': { ...ONE, refused: { resource: OTHER }, right: { resource: API } },
  'that is no URI': { ...ONE, refused: { resource: 'notes' }, right: { resource: API } },
  'with a fragment': { ...ONE, refused: { resource: `${API}#x` }, right: { resource: API } },
  'spelled without its slash': { ...ONE, refused: { resource: API.slice(0, -1) }, right: { resource: API } },
  'spelled in upper case': { ...ONE, refused: { resource: API.toUpperCase() }, right: {} },
  'named beside another': {
    ...{ scope: 'openid notes:read other:do', resources: [API, OTHER] },
    ...{ refused: { resource: [API, OTHER] }, right: { resource: OTHER } },
  },
  'named twice': { ...ONE, refused: { resource: [API, API] }, right: { resource: API } },
  'that is one of several, and not named': {
    ...{ scope: 'notes:read other:do', resources: [API, OTHER] },
    ...{ refused: {}, right: { resource: API } },
  },
  'that was removed, and is not named': {
    ...{ scope: 'openid own:do', resources: ['own'], refused: {}, right: {} },
    before: (_app, own) => take(own),
    after: async (_app, own) => void (await declare(own)),
  },
  'that was removed, and is named': {
    ...{ scope: 'own:do', resources: ['own'], refused: { resource: 'own' }, right: { resource: 'own' } },
    before: (_app, own) => take(own),
    after: async (_app, own) => void (await declare(own)),
  },
  'that the client is registered for no more': {
    ...{ ...ONE, refused: {}, right: {} },
    before: (app) => change(app, { resources: [OTHER] }),
    after: (app) => change(app, { resources: [API] }),
  },
};

interface Answer {
  readonly statusCode: number;
  readonly body: TokenAnswer & { readonly error?: string };
}

function send({ client }: App, form: Form): Promise<Answer> {
  const fields = Object.entries(form).flatMap(([name, values]) => [values].flat().map((value) => [name, value]));
  return got.post<Answer['body']>(`${issuer}/token`, {
    body: new URLSearchParams(fields as [string, string][]).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    ...{ username: client.client_id, password: client.client_secret },
    ...{ throwHttpErrors: false, retry: { limit: 0 }, responseType: 'json' },
  });
}

const replays: readonly unknown[] = ['code.replayed', 'refresh.replayed', 'grant.revoked'];

for (const [what, refusal] of Object.entries(refusals)) {
  for (const metadata of [{}, { refresh_grace_seconds: 0 }]) {
    const who = JSON.stringify(metadata);
    test(`a resource ${what} costs neither the code nor the refresh token (${who})`, async (t) => {
      const own = `https://own.example/${randomUUID()}`;
      await declare(own);
      const meant = (name: string): string => (name === 'own' ? own : name);
      const named = ({ resource, ...rest }: Form): Form =>
        resource === undefined ? rest : { ...rest, resource: [resource].flat().map(meant) };
      const app = await newApp(metadata);
      const { url, verifier } = app.request({ scope: refusal.scope });
      const asked = refusal.resources.map((resource) => new URLSearchParams({ resource: meant(resource) }));
      const code = codeOf(await signIn(newVisitor(), [url, ...asked].join('&'), LOGIN));

      async function refusedThenRight(form: Form): Promise<string> {
        await refusal.before?.(app, own);
        for (let tries = 0; tries < 2; tries += 1)
          t.is((await send(app, { ...form, ...named(refusal.refused) })).body.error, 'invalid_target');
        await refusal.after?.(app, own);
        const { statusCode, body } = await send(app, { ...form, ...named(refusal.right) });
        t.is(statusCode, 200, JSON.stringify(body));
        return String(body.refresh_token);
      }

      const exchange = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK };
      const first = await refusedThenRight(exchange);
      const second = await refusedThenRight({ grant_type: 'refresh_token', refresh_token: first });
      const last = { grant_type: 'refresh_token', refresh_token: second, ...named(refusal.right) };
      t.is((await send(app, last)).statusCode, 200);
      const ofApp = logged.filter(({ client_id: id, clientId = id }) => clientId === app.client.client_id);
      t.deepEqual(
        ofApp.filter(({ event }) => replays.includes(event)),
        [],
      );
    });
  }
}
