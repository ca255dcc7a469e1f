/** Every page and API, as everybody who could call it: nobody sees a client that is not theirs, and nobody a secret or its hash. */
import { randomUUID } from 'node:crypto';
import test from 'ava';
import got from 'got';
import type { Role } from '../../src/domain/roles/roles.ts';
import { signInAt } from '../account/fixture.ts';
import { newDeveloper, withClient } from '../developer/fixture.ts';
import { type Issued, issue, kinds, newApi } from '../protocol/introspecting.ts';
import { LOGIN, newVisitor, obtainCode, sharedProvider } from '../support/provider-fixture.ts';
import { ask } from '../support/registrations.ts';
import type { App } from '../support/relying-party.ts';
import { routesOf } from './fuzz/targets.ts';

const fixture = await sharedProvider({ environment: { REGISTRATION: 'open', BUDGET_FACTOR: '1000' } });
const { latchkey, newApp } = fixture;
const { issuer, installation } = latchkey;

interface Planted {
  readonly id: string;
  /** Of no use to anybody but the client. */
  readonly secrets: readonly string[];
  /** For its owner and administrators, who have the admin command. */
  readonly names: readonly string[];
  /** What people read who sign in to it. */
  readonly shown: readonly string[];
}

async function plantedOf(id: string, secret: string): Promise<Planted> {
  const client = await installation.clients.get(id);
  const { client_name: name, contacts = [], software_id: software, redirect_uris: uris } = client?.metadata ?? {};
  const own = [contacts, software, uris].flat().filter((text) => text !== undefined);
  return { id, secrets: [secret, ...(client?.secretHashes ?? [])], names: own.map(String), shown: [String(name)] };
}

const marked = (kind: string) => ({
  client_name: `Planted ${kind} ${randomUUID()}`,
  contacts: [`${randomUUID()}@planted.example`],
  redirect_uris: [`https://${randomUUID()}.planted.example/cb`],
});

async function plant(): Promise<readonly Planted[]> {
  const ofAdministrators = await latchkey.createClient({ ...marked('web'), software_id: randomUUID() });
  const lines = Object.fromEntries(
    Object.entries(marked('portal')).map(([name, value]) => [name, [value].flat().join('\n')]),
  );
  const ofDeveloper = await withClient(fixture, lines);
  const { body: ofItself } = await ask(`${issuer}/reg`, { method: 'POST', json: marked('self-made') });
  const self = await plantedOf(ofItself.client_id, ofItself.client_secret);
  return [
    { ...self, secrets: [...self.secrets, ofItself.registration_access_token] },
    await plantedOf(ofAdministrators.client_id, ofAdministrators.client_secret),
    await plantedOf(ofDeveloper.clientId, ofDeveloper.secret),
  ];
}

type Headers = Readonly<Record<string, string>>;

/** Of a request to this address: cookies have paths. */
type Caller = (address: string) => Headers | Promise<Headers>;

async function signedIn(role: Role | 'none'): Promise<Caller> {
  const user = newVisitor();
  await signInAt(fixture, await newDeveloper(fixture, role), user);
  return async (address) => ({ cookie: await user.jar.getCookieString(address) });
}

const basic = ({ client: { client_id: id, client_secret: secret } }: App): Headers => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});

/** Who comes; none of them has anything to do with what is planted. */
const callers: Readonly<Record<string, () => Promise<Caller>>> = {
  'a stranger': async () => () => ({}),
  'somebody who is signed in': () => signedIn('none'),
  'another developer': () => signedIn('developer'),
  'an administrator': () => signedIn('admin'),
  'another client': async () => {
    const app = await newApp();
    return () => basic(app);
  },
  'the client of an API': async () => {
    const { client } = await newApi(fixture, 'jwt');
    return () => basic(client);
  },
  'another client that registered itself': async () => {
    const json = { redirect_uris: ['https://app.example.com/callback'] };
    const { body } = await ask(`${issuer}/reg`, { method: 'POST', json });
    return () => ({ authorization: `Bearer ${body.registration_access_token}` });
  },
  'somebody with a token of another client': async () => {
    const { token } = await issue(fixture, 'userinfo token');
    return () => ({ authorization: `Bearer ${token}` });
  },
};

const options = { throwHttpErrors: false, followRedirect: false, retry: { limit: 0 } } as const;

async function answerTo(path: string, method: string, caller: Caller, form: Headers): Promise<string> {
  const isRead = method === 'GET';
  const query = isRead ? `?${new URLSearchParams(form)}` : '';
  const sent = isRead ? {} : { form };
  const more = { accept: 'text/html, application/json;q=0.9', ...(await caller(`${issuer}${path}`)) };
  const answer = await got(`${issuer}${path}${query}`, { ...options, method: method as 'GET', headers: more, ...sent });
  return `${JSON.stringify(answer.headers)}\n${answer.body}`;
}

for (const [who, come] of Object.entries(callers)) {
  test(`${who} is shown nobody else's client by any page or endpoint`, async (t) => {
    const planted = await plant();
    const caller = await come();
    const routes = routesOf(fixture).filter(({ method }) => method !== 'OPTIONS');
    t.true(routes.length > 60);
    for (const { id, secrets, names, shown } of planted) {
      for (const { path, method } of routes) {
        const named = path.replace(/:(?:id|clientId)\b/g, encodeURIComponent(id)).replace(/:\w+/g, 'x');
        for (const form of [{}, { client_id: id, id, app: id, token: id }]) {
          const answer = await answerTo(named, method, caller, form);
          const found = [...secrets, ...names, ...('id' in form ? [] : shown)].filter((text) => answer.includes(text));
          t.deepEqual(found, [], `${method} ${path} ${JSON.stringify(form)}`);
        }
      }
    }
  });
}

test('whose client it is sees its name at /developer, and its secret once', async (t) => {
  const { user, clientId, secret, page } = await withClient(fixture, { client_name: 'Planted and seen' });
  t.true(page.body.includes(secret));
  for (const path of ['/developer', `/developer/clients/${clientId}`]) {
    const { body } = await user.open(`${issuer}${path}`);
    t.true(body.includes('Planted and seen'));
    const { secrets } = await plantedOf(clientId, secret);
    t.false(secrets.some((text) => body.includes(text)));
  }
});

test('the callers of this table are who they say: signed in, and let in at /developer with the role', async (t) => {
  for (const [who, path, hook] of [
    ['somebody who is signed in', '/account', 'id="profile"'],
    ['another developer', '/developer', 'id="client-new"'],
    ['an administrator', '/developer', 'id="client-new"'],
  ] as const) {
    const caller = await callers[who]?.();
    t.true((await answerTo(path, 'GET', caller ?? (() => ({})), {})).includes(hook), who);
  }
  const withoutRole = await signedIn('none');
  t.false((await answerTo('/developer', 'GET', withoutRole, {})).includes('id="client-new"'));
});

test('the page of a sign-in tells people the name of the app, and nothing else that is registered', async (t) => {
  const {
    client_id: id,
    client_secret: secret,
    redirect_uris: uris,
  } = await latchkey.createClient({
    ...marked('shown'),
    software_id: randomUUID(),
  });
  const planted = await plantedOf(id, secret);
  const app = await newApp();
  const { searchParams } = new URL(app.request().url);
  searchParams.set('client_id', id);
  searchParams.set('redirect_uri', String((uris as readonly string[])[0]));
  const user = newVisitor();
  const login = await user.open(`${issuer}/auth?${searchParams}`);
  const consent = await user.submit(login, 'login-submit', { login: LOGIN, password: 'correct horse battery staple' });
  for (const page of [login, consent]) {
    t.true(page.body.includes(planted.shown[0] ?? '-'));
    const hidden = [...planted.secrets, ...planted.names.filter((name) => !name.startsWith('https:'))];
    t.deepEqual(
      hidden.filter((text) => page.body.includes(text)),
      [],
    );
  }
});

/** What is asked of the token of somebody else's client. */
const asked: Readonly<Record<string, (app: App, issued: Issued) => Promise<{ readonly body: unknown }>>> = {
  introspection: (app, { token }) => app.post('/token/introspection', { token }),
  'introspection with a hint': (app, { token }) =>
    app.post('/token/introspection', { token, token_type_hint: 'refresh_token' }),
  revocation: (app, { token }) => app.post('/token/revocation', { token }),
  'a refresh': (app, { token }) => app.token({ grant_type: 'refresh_token', refresh_token: token }),
  'a code': (app, { code, verifier }) =>
    app.token({
      ...{ grant_type: 'authorization_code', code, code_verifier: verifier },
      redirect_uri: 'https://app.example.com/callback',
    }),
};

for (const kind of kinds) {
  test(`another client, and the client of another API, learn nothing by a ${kind} of somebody else's client`, async (t) => {
    const issued = await issue(fixture, kind, {
      app: await newApp({ ...marked('token'), redirect_uris: ['https://app.example.com/callback'] }),
    });
    const { client } = issued.app;
    const planted = await plantedOf(client.client_id, client.client_secret);
    for (const app of [await newApp(), (await newApi(fixture, 'jwt')).client]) {
      for (const [what, ask] of Object.entries(asked)) {
        const answer = JSON.stringify((await ask(app, issued)).body);
        const told = [client.client_id, ...planted.secrets, ...planted.shown].filter((text) => answer.includes(text));
        t.deepEqual(told, [], what);
      }
    }
  });
}

test('the client of an API learns the id of the client that a token is from, and nothing else of it', async (t) => {
  const app = await newApp({ ...marked('token'), redirect_uris: ['https://app.example.com/callback'] });
  const issued = await issue(fixture, 'opaque access token', { app });
  const { body } = (await issued.api?.client.post('/token/introspection', { token: issued.token })) ?? {};
  t.like(body, { active: true, client_id: app.client.client_id });
  const planted = await plantedOf(app.client.client_id, app.client.client_secret);
  const answer = JSON.stringify(body);
  t.deepEqual(
    [...planted.secrets, ...planted.shown, ...planted.names].filter((text) => answer.includes(text)),
    [],
  );
  t.truthy(await obtainCode(app));
});
