/** Scopes of the organisation's own release what people got to see, and nothing else. */
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { decodeJwt } from 'jose';
import { createScope, removeScope } from '../../src/domain/scopes/scopes.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';
import {
  type Fixture,
  LOGIN,
  newVisitor,
  obtainCode,
  ownProvider,
  redeem,
  sharedProvider,
  textOf,
  toldApp,
} from '../support/provider-fixture.ts';
import { type App, codeOf, PASSWORD, signIn } from '../support/relying-party.ts';
import type { User } from '../support/user.ts';

const SCOPE = 'openid teams';
const claims = { groups: ['staff'], team: 'blue', salary: 100 };

const described = { description: 'See which team you are in' };
const shared = await sharedProvider({
  user: { claims },
  scopes: [
    { name: 'one', claims: ['team'], ...described },
    { name: 'several', claims: ['groups', 'email', 'team'], ...described },
    { name: 'absent', claims: ['badge'], ...described },
    { name: 'pay', claims: ['salary'], ...described },
    { name: 'teams', claims: ['groups', 'team'], ...described },
  ],
});

const start = (t: ExecutionContext, options = {}) => ownProvider(t, { user: { claims }, ...options });

async function declare({ installation, follow }: TestInstallation, released = ['team']) {
  await createScope({ name: 'teams', claims: released, ...described }, installation);
  await follow();
}

async function withdraw({ installation, follow }: TestInstallation): Promise<void> {
  await removeScope('teams', installation);
  await follow();
}

function userinfo({ issuer }: { readonly issuer: string }, token: string): Promise<Record<string, unknown>> {
  return got(`${issuer}/me`, { headers: { authorization: `Bearer ${token}` } }).json();
}

/** Whatever the provider knows of its scopes. */
async function registerFor({ installation }: TestInstallation, { client: { client_id: id } }: App, scope: string) {
  await installation.clients.update(id, (client) => ({ ...client, metadata: { ...client.metadata, scope } }));
  await installation.providerDeps.caches.clients.reload(id);
}

/** Signed in and allowed, as far as tokens. */
async function allow(app: App, user: User, scope = SCOPE) {
  return (await redeem(app, await obtainCode(app, { user, scope }))).body;
}

async function refreshed({ latchkey }: Fixture, app: App, token: string | undefined) {
  const { body } = await app.token({ grant_type: 'refresh_token', refresh_token: token ?? '' });
  return { body, seen: await userinfo(latchkey, body.access_token) };
}

for (const [language, said] of Object.entries({
  en: ['See which team you are in', 'It gets your groups and “team”, where they are stored', 'See your groups'],
  de: ['See which team you are in', 'Die App erhält, soweit gespeichert: Gruppen und „team“', 'Ihre Gruppen sehen'],
})) {
  test(`the consent page says in ${language} what the organisation wrote, and what the scope releases`, async (t) => {
    const user = newVisitor();
    const page = await user.open(
      (await shared.newApp()).request({ scope: 'openid teams groups', ui_locales: language }).url,
    );
    const text = textOf(await user.submit(page, 'login-submit', { login: LOGIN, password: PASSWORD }));
    for (const sentence of said) t.true(text.includes(sentence), text);
  });
}

interface Case {
  readonly scope: string;
  readonly seen: object;
}

const released: Readonly<Record<string, Case>> = {
  'a claim of the organisation': { scope: 'openid one', seen: { team: 'blue' } },
  'several, two of them standard': {
    scope: 'openid several',
    seen: { groups: ['staff'], email: LOGIN, team: 'blue' },
  },
  'nothing that the account does not have': { scope: 'openid absent', seen: {} },
  'its claims beside those of a built-in scope': {
    scope: 'openid groups one',
    seen: { groups: ['staff'], team: 'blue' },
  },
  'the claims of each that was asked for': { scope: 'openid one pay', seen: { team: 'blue', salary: 100 } },
  'nothing where it was not asked for': { scope: 'openid groups', seen: { groups: ['staff'] } },
  'nothing where a claim is asked for as if it were one': { scope: 'openid team', seen: {} },
};

for (const [what, { scope, seen }] of Object.entries(released)) {
  for (const metadata of [{}, { first_party: true }]) {
    test(`a scope releases ${what}${'first_party' in metadata ? ', to a first-party app too' : ''}`, async (t) => {
      const app = await shared.newApp(metadata);
      const tokens = await allow(app, newVisitor(), scope);
      const { sub: _sub, ...told } = await userinfo(shared.latchkey, tokens.access_token);
      t.deepEqual(told, seen);
      const { sub: _again, ...later } = (await refreshed(shared, app, tokens.refresh_token)).seen;
      t.deepEqual(later, seen);
    });
  }
}

test('a scope that was made again with another claim releases nothing that no page showed', async (t) => {
  const fixture = await start(t);
  const { latchkey } = fixture;
  await declare(latchkey, ['team']);
  const app = await fixture.newApp();
  const user = newVisitor();
  const tokens = await allow(app, user);
  await withdraw(latchkey);
  await declare(latchkey, ['team', 'salary']);

  const blue = { team: 'blue' };
  t.like(await userinfo(latchkey, tokens.access_token), { ...blue, salary: undefined });
  const { body, seen } = await refreshed(fixture, app, tokens.refresh_token);
  t.like(seen, { ...blue, salary: undefined });
  t.is(toldApp(await user.open(app.request({ scope: SCOPE, prompt: 'none' }).url)).error, 'consent_required');
  const { url, verifier } = app.request({ scope: SCOPE });
  const page = await user.open(url);
  t.true(textOf(page).includes('“salary”'));
  const allowed = await redeem(app, { code: codeOf(await user.submit(page, 'consent-submit')), verifier });
  t.like(await userinfo(latchkey, allowed.body.access_token), { ...blue, salary: 100 });
  t.truthy(body.refresh_token);
  // In a new session too: what is remembered has it now.
  t.like(await userinfo(latchkey, (await allow(app, newVisitor())).access_token), { ...blue, salary: 100 });
});

test('what the page showed is granted, and nothing that its scope came to release while it was open', async (t) => {
  const { latchkey, newApp } = await start(t);
  await declare(latchkey, ['team']);
  const app = await newApp();
  const user = newVisitor();
  const { url, verifier } = app.request({ scope: SCOPE });
  const page = await user.submit(await user.open(url), 'login-submit', { login: LOGIN, password: PASSWORD });
  await withdraw(latchkey);
  await declare(latchkey, ['salary']);
  const again = await user.submit(page, 'consent-submit');
  t.true(textOf(again).includes('“salary”'));
  const { body } = await redeem(app, { code: codeOf(await user.submit(again, 'consent-submit')), verifier });
  t.like(await userinfo(latchkey, body.access_token), { salary: 100, team: undefined });
});

test('a scope that was removed releases nothing, and breaks nothing that was issued with it', async (t) => {
  const fixture = await start(t);
  await declare(fixture.latchkey);
  const app = await fixture.newApp();
  const user = newVisitor();
  const tokens = await allow(app, user);
  await withdraw(fixture.latchkey);
  t.false('team' in (await userinfo(fixture.latchkey, tokens.access_token)));
  t.false('team' in (await refreshed(fixture, app, tokens.refresh_token)).seen);
  t.true('code' in toldApp(await signIn(user, app.request({ scope: SCOPE }).url, LOGIN)));
});

test('a sign-in under way is finished by the provider that knows the new scope', async (t) => {
  const { latchkey, newApp } = await start(t);
  const app = await newApp();
  const user = newVisitor();
  const { url, verifier } = app.request({ scope: SCOPE });
  const login = await user.open(url);
  await declare(latchkey);
  const page = await user.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD });
  t.true(textOf(page).includes('See which team you are in'));
  const { body } = await redeem(app, { code: codeOf(await user.submit(page, 'consent-submit')), verifier });
  t.like(await userinfo(latchkey, body.access_token), { team: 'blue' });
});

test('a single claim of such a scope can be asked for by name', async (t) => {
  const { latchkey, newApp } = shared;
  const app = await newApp();
  const asking = { scope: 'openid', claims: JSON.stringify({ userinfo: { team: null } }) };
  const { body } = await redeem(app, await obtainCode(app, asking));
  t.like(await userinfo(latchkey, body.access_token), { team: 'blue', salary: undefined });
});

for (const [registered, names] of [
  ['openid', []],
  ['openid one', ['team']],
  ['openid email', ['email']],
  ['openid several', ['groups', 'email', 'team']],
  ['openid pay profile', ['salary']],
  [undefined, ['team', 'salary', 'groups', 'email']],
] as const) {
  for (const isFirstParty of [true, false])
    test(`registered for ${registered ?? 'nothing in particular'}${isFirstParty ? ', first party' : ''}, a client gets no other claims by name`, async (t) => {
      const { latchkey, newApp } = shared;
      const app = await newApp({ first_party: isFirstParty });
      if (registered !== undefined) await registerFor(latchkey, app, registered);
      const asked = { team: null, salary: { essential: true }, groups: null, email: null };
      const asking = { scope: 'openid', claims: JSON.stringify({ userinfo: asked, id_token: asked }) };
      const { body } = await redeem(app, await obtainCode(app, asking));
      const released = Object.keys(await userinfo(latchkey, body.access_token));
      const inIdToken = Object.keys(decodeJwt(body.id_token ?? ''));
      for (const seen of [released, inIdToken])
        t.deepEqual(
          Object.keys(asked)
            .filter((name) => seen.includes(name))
            .toSorted(),
          [...names].toSorted(),
        );
    });
}

test('a client that is registered for a scope which its provider does not know yet goes on with its others', async (t) => {
  const { latchkey, newApp } = await start(t);
  const app = await newApp({ scope: 'openid email' });
  await createScope({ name: 'teams', claims: ['team'], ...described }, latchkey.installation);
  for (const [scope, granted] of [
    ['openid email teams', 'openid email'],
    ['openid teams', 'openid'],
    ['teams openid', 'openid'],
  ] as const) {
    await registerFor(latchkey, app, scope);
    const { body } = await redeem(app, await obtainCode(app, { scope: granted }));
    t.is(body.scope, granted);
    t.is((await app.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' })).statusCode, 200);
  }
  await latchkey.follow();
  const { body } = await redeem(app, await obtainCode(app, { scope: 'openid teams' }));
  t.is(body.scope, 'openid teams');
});

test('a client may be registered for such a scope once it exists', async (t) => {
  const { latchkey, newApp } = await start(t);
  await t.throwsAsync(newApp({ scope: SCOPE }), { code: 'client_metadata_invalid' });
  await declare(latchkey);
  const reopened = await startInstallation({
    storageUrl: latchkey.config.storageUrl,
    environment: { DATA_FOLDER: latchkey.config.dataFolder },
  });
  t.teardown(reopened.stop);
  const { client_id: id } = await reopened.createClient({
    redirect_uris: ['https://app.example.com/callback'],
    scope: SCOPE,
  });
  t.truthy(id);
});
