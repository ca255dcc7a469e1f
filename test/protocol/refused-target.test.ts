/** A token request whose resource is refused costs no code and no refresh token: the right request works afterwards. */
import { randomUUID } from 'node:crypto';
import test from 'ava';
import got from 'got';
import { updateClient } from '../../src/domain/clients/change.ts';
import { removeResource } from '../../src/domain/resources/resources.ts';
import { pluggedFeatures } from '../support/plugged-features.ts';
import { API, LOGIN, newVisitor, obtainCode, sharedProvider } from '../support/provider-fixture.ts';
import { atOnce, tally } from '../support/records.ts';
import { type App, CALLBACK, codeOf, PASSWORD, signIn, type TokenAnswer } from '../support/relying-party.ts';

const OTHER = 'https://other.example.com/';
const { latchkey, newApp } = await sharedProvider({
  resources: [{ identifier: OTHER, scopes: { 'other:do': 'Do it' } }],
  extraOptions: pluggedFeatures,
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

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** A device, and the button that its user presses. */
async function answeredDevice(button: 'consent-submit' | 'abort') {
  const app = await newApp({ grant_types: [DEVICE_GRANT, 'refresh_token'], response_types: [], redirect_uris: [] });
  const { body } = await app.post('/device/auth', { scope: 'openid notes:read', resource: API });
  const user = newVisitor();
  const code = { user_code: String(body.user_code) };
  const asked = await user.submit(await user.open(`${issuer}/device`), 'code-submit', code);
  const login = await user.submit(asked, 'confirm-submit');
  await user.submit(await user.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD }), button);
  return { app, form: { grant_type: DEVICE_GRANT, device_code: String(body.device_code) } };
}

test('a refused resource does not cost the code of a device', async (t) => {
  const { app, form } = await answeredDevice('consent-submit');
  for (const resource of ['https://unknown.example/', OTHER, [API, API], 'notes'])
    t.is((await send(app, { ...form, resource })).body.error, 'invalid_target');
  t.is((await send(app, { ...form, resource: API })).statusCode, 200);
  t.is((await send(app, { ...form, resource: API })).body.error, 'invalid_grant');
});

test('a device whose user said no is told that, whatever resource it asks for', async (t) => {
  const { app, form } = await answeredDevice('abort');
  t.is((await send(app, { ...form, resource: OTHER })).body.error, 'access_denied');
});

test('of many at once with a refused resource none uses the code up, and of many with the right one, one does', async (t) => {
  const app = await newApp();
  const { code, verifier } = await obtainCode(app, { scope: 'openid notes:read', resource: API });
  const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK };
  const refused = await atOnce(10, () => send(app, { ...form, resource: OTHER }));
  t.is(
    tally(
      refused.map(({ body }) => body.error),
      'invalid_target',
    ),
    10,
  );
  const right = await atOnce(10, () => send(app, { ...form, resource: API }));
  t.is(
    tally(
      right.map(({ statusCode }) => statusCode),
      200,
    ),
    1,
  );
});

test('a used token is a replay, whatever resource it comes with', async (t) => {
  const app = await newApp({ refresh_grace_seconds: 0 });
  const { code, verifier } = await obtainCode(app, { scope: 'openid notes:read', resource: API });
  const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: CALLBACK };
  const first = { grant_type: 'refresh_token', refresh_token: String((await send(app, form)).body.refresh_token) };
  const second = { ...first, refresh_token: String((await send(app, first)).body.refresh_token) };
  t.is((await send(app, { ...first, resource: OTHER })).body.error, 'invalid_grant');
  t.is((await send(app, second)).body.error, 'invalid_grant');
});
