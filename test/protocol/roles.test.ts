/** Roles: granted by administrators alone, whatever claims an account has, and told to clients that they chose alone. */
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { decodeJwt } from 'jose';
import { createAccount } from '../../src/domain/accounts/create.ts';
import { updateAccount } from '../../src/domain/accounts/update.ts';
import { updateClient } from '../../src/domain/clients/change.ts';
import { grantRole, revokeRole } from '../../src/domain/roles/roles.ts';
import { createScope } from '../../src/domain/scopes/scopes.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { pluggedFeatures } from '../support/plugged-features.ts';
import { API, newVisitor, obtainCode, redeem, sharedProvider, textOf, toldApp } from '../support/provider-fixture.ts';
import { type App, PASSWORD, signIn } from '../support/relying-party.ts';
import { comeIn, doors, newSigningApp } from '../support/request-doors.ts';

/** Stored before the scope `roles` came with the installation: today nobody could make it. */
const WITH_ROLES = 'https://staff.example';
const fixture = await sharedProvider({
  extraOptions: pluggedFeatures,
  environment: { REGISTRATION: 'open' },
  resources: [{ identifier: WITH_ROLES, scopes: { roles: 'Assign roles' } }],
});
const { latchkey, newAccount, newApp } = fixture;
const { installation, issuer } = latchkey;

/** An administrator has named `roles` for it. */
const CHOSEN = { scope: 'openid email roles offline_access' };
const OTHERS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'without scope': {},
  'with other scopes': { scope: 'openid email profile groups' },
  'that is first-party': { first_party: true },
  'that reads ID tokens': { id_token_claims: ['roles', 'groups'] },
};
const EVERY_WAY = '{"userinfo":{"roles":null},"id_token":{"roles":{"essential":true,"values":[["admin"]]}}}';

async function admin(): Promise<Account> {
  const { id } = await newAccount();
  return (await grantRole(id, 'admin', installation)).account;
}

const userinfo = async (token = ''): Promise<Record<string, unknown>> =>
  got(`${issuer}/me`, { headers: { authorization: `Bearer ${token}` } }).json();

/** Every answer that is about the user, as text. */
async function everythingAbout(app: App, asked: Readonly<Record<string, string>>, login: string): Promise<string> {
  const grant = await obtainCode(app, { ...asked, login });
  const first = await redeem(app, grant);
  const refreshed = await app.token({ grant_type: 'refresh_token', refresh_token: first.body.refresh_token ?? '' });
  const answers: unknown[] = [];
  for (const { body } of [first, refreshed]) {
    answers.push(decodeJwt(body.id_token ?? ''), await userinfo(body.access_token));
    answers.push((await app.post('/token/introspection', { token: body.access_token ?? '' })).body);
  }
  return JSON.stringify(answers);
}

test('a chosen client gets the roles of the scope, at userinfo', async (t) => {
  const account = await admin();
  const app = await newApp(CHOSEN);
  const { body } = await redeem(app, await obtainCode(app, { scope: 'openid roles', login: account.email }));
  t.deepEqual((await userinfo(body.access_token)).roles, ['admin']);
  t.false('roles' in decodeJwt(body.id_token ?? ''));
});

test('a chosen client whose ID tokens hold roles gets them there, at every refresh as they are by then', async (t) => {
  const account = await admin();
  const app = await newApp({ ...CHOSEN, id_token_claims: ['roles'], refresh_grace_seconds: 0 });
  const { body } = await redeem(app, await obtainCode(app, { scope: 'openid roles', login: account.email }));
  t.deepEqual(decodeJwt(body.id_token ?? '').roles, ['admin']);
  await grantRole(account.id, 'developer', installation);
  await revokeRole(account.id, 'admin', installation);
  const refreshed = await app.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' });
  t.is(refreshed.statusCode, 200);
  t.deepEqual(decodeJwt(refreshed.body.id_token ?? '').roles, ['developer']);
  t.deepEqual((await userinfo(refreshed.body.access_token)).roles, ['developer']);
});

test('the list of somebody without roles is empty', async (t) => {
  const { email } = await newAccount();
  const app = await newApp(CHOSEN);
  const { body } = await redeem(app, await obtainCode(app, { scope: 'openid roles', login: email }));
  t.deepEqual((await userinfo(body.access_token)).roles, []);
});

for (const [which, metadata] of Object.entries(OTHERS)) {
  for (const door of Object.keys(doors)) {
    test.serial(`a client ${which} that asks for the scope roles goes on without it, ${door}`, async (t) => {
      const app = await newSigningApp(fixture, metadata);
      const { email } = await admin();
      const user = newVisitor();
      const { page, verifier } = await comeIn(fixture, { door, app, user }, { scope: 'openid roles email' });
      const { body } = await redeem(app, { code: toldApp(await signIn(user, page.url, email)).code ?? '', verifier });
      t.is(body.scope, 'openid email');
      t.false('roles' in (await userinfo(body.access_token)));
    });

    test(`a client ${which} that asks for nothing but roles is refused, ${door}`, async (t) => {
      const app = await newSigningApp(fixture, metadata);
      const come = () => comeIn(fixture, { door, app, user: newVisitor() }, { scope: 'roles' });
      if (!door.includes('pushed')) return void t.is(toldApp((await come()).page).error, 'invalid_scope');
      await t.throwsAsync(come, { message: /invalid_scope/ });
    });

    test.serial(`a client ${which} keeps a resource's own scope roles, ${door}`, async (t) => {
      const app = await newSigningApp(fixture, metadata);
      const { email } = await admin();
      const user = newVisitor();
      const asked = { scope: 'openid roles', resource: WITH_ROLES };
      const { page, verifier } = await comeIn(fixture, { door, app, user }, asked);
      const code = toldApp(await signIn(user, page.url, email)).code ?? '';
      const { body } = await redeem(app, { code, verifier }, { resource: WITH_ROLES });
      t.is(body.scope, 'roles');
      const ofAccount = await app.token({
        grant_type: 'refresh_token',
        refresh_token: body.refresh_token ?? '',
        scope: 'openid',
      });
      t.notRegex(JSON.stringify([decodeJwt(body.id_token ?? ''), ofAccount.body]), /"roles"|admin/);
    });
  }

  for (const scope of ['openid email', 'openid profile email']) {
    test(`a client ${which} that asks for the claim roles beside ${scope} gets it nowhere`, async (t) => {
      const { email } = await admin();
      const app = await newApp({ ...metadata, refresh_grace_seconds: 0 });
      t.notRegex(await everythingAbout(app, { scope, claims: EVERY_WAY }, email), /roles|\badmin\b/);
    });
  }

  test(`a client ${which} that asks for the claim roles has no consent page say so`, async (t) => {
    const app = await newApp(metadata);
    const user = newVisitor();
    const page = await user.open(app.request({ scope: 'openid email', claims: EVERY_WAY }).url);
    const next = await user.submit(page, 'login-submit', { login: (await admin()).email, password: PASSWORD });
    t.notRegex(textOf(next), /roles/i);
  });
}

test('a device of a client that was not chosen goes on without the scope', async (t) => {
  const grants = {
    grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
    response_types: [],
    redirect_uris: [],
  };
  const ask = async (metadata: Readonly<Record<string, unknown>>, scope = 'openid roles') =>
    (await (await newApp({ ...grants, ...metadata })).post('/device/auth', { scope })).body.error;
  for (const metadata of [{}, { scope: 'openid email' }, CHOSEN]) t.is(await ask(metadata), undefined);
  for (const metadata of [{}, { scope: 'openid email' }]) t.is(await ask(metadata, 'roles'), 'invalid_scope');
});

test('roles are in no JWT access token and no introspection, of a chosen client either', async (t) => {
  const { email } = await admin();
  const app = await newApp(CHOSEN);
  const asked = { scope: 'openid roles notes:read', resource: API, login: email };
  const { body } = await redeem(app, await obtainCode(app, asked), { resource: API });
  t.false('roles' in decodeJwt(body.access_token ?? ''));
  const told = (await app.post('/token/introspection', { token: body.access_token ?? '' })).body;
  t.true(told.active);
  t.false('roles' in told);
});

test('the consent page names what a chosen client gets, in both languages', async (t) => {
  for (const [language, words] of [
    ['en', /See your roles here/],
    ['de', /Ihre Rollen hier sehen/],
  ] as const) {
    const user = newVisitor();
    const page = await user.open((await newApp(CHOSEN)).request({ scope: 'openid roles', ui_locales: language }).url);
    const consent = await user.submit(page, 'login-submit', { login: (await admin()).email, password: PASSWORD });
    t.regex(textOf(consent), words);
  }
});

test('a client that is chosen no more gets roles by no token it has, no refresh and no sign-in', async (t) => {
  const { email } = await admin();
  const app = await newApp({ ...CHOSEN, refresh_grace_seconds: 0 });
  const { user, ...grant } = await obtainCode(app, { scope: 'openid roles', login: email, claims: EVERY_WAY });
  const { body } = await redeem(app, grant);
  const waiting = newVisitor();
  const { url, verifier } = app.request({ scope: 'openid roles' });
  const page = await waiting.open(url);
  await updateClient(app.client.client_id, { scope: 'openid email offline_access' }, installation.registration);
  await installation.providerDeps.caches.clients.reload(app.client.client_id);
  t.false('roles' in (await userinfo(body.access_token)));
  const refreshed = await app.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' });
  t.notRegex(JSON.stringify(decodeJwt(refreshed.body.id_token ?? '{}')), /roles/);
  t.is(refreshed.body.scope, 'openid');
  for (const token of [body.access_token, refreshed.body.access_token, refreshed.body.refresh_token]) {
    const told = (await app.post('/token/introspection', { token: token ?? '' })).body;
    t.deepEqual([told.active, told.scope], [true, 'openid']);
  }
  t.is(toldApp(await user.open(app.request({ scope: 'openid roles' }).url)).error, undefined);
  const late = await redeem(app, { code: toldApp(await signIn(waiting, page.url, email)).code ?? '', verifier });
  t.is(late.body.scope, 'openid');
  t.false('roles' in (await userinfo(late.body.access_token)));
});

for (const scope of ['roles', 'openid roles', 'email  roles openid']) {
  test(`a client that registers itself cannot take the scope "${scope}"`, async (t) => {
    const { statusCode, body } = await got.post<{ error: string }>(`${issuer}/reg`, {
      json: { redirect_uris: ['https://app.example.com/callback'], scope },
      throwHttpErrors: false,
      responseType: 'json',
    });
    t.deepEqual([statusCode, body.error], [400, 'invalid_client_metadata']);
  });
}

const GIVEN = ['admin'];
/** Names by which a program might read roles, and values by which they might come along. */
const doorsOfClaims: Readonly<Record<string, { readonly claims: object; readonly isRefused: boolean }>> = {
  roles: { claims: { roles: GIVEN }, isRefused: true },
  'roles as text': { claims: { roles: 'admin' }, isRefused: true },
  'no roles': { claims: { roles: [] }, isRefused: true },
  Roles: { claims: { Roles: GIVEN }, isRefused: true },
  ROLES: { claims: { ROLES: GIVEN }, isRefused: true },
  'full-width roles': { claims: { ｒｏｌｅｓ: GIVEN }, isRefused: true },
  'roles with a blank': { claims: { 'roles ': GIVEN }, isRefused: true },
  'roles with something unseen': { claims: { 'ro\u200bles': GIVEN }, isRefused: true },
  'an inherited name': { claims: { ['__proto__']: { roles: GIVEN } }, isRefused: true },
  'a constructor': { claims: { constructor: { roles: GIVEN } }, isRefused: true },
  'within another claim': { claims: { address: { roles: GIVEN }, team: { roles: GIVEN } }, isRefused: false },
  'as groups': { claims: { groups: GIVEN }, isRefused: false },
  'under another name': { claims: { role: 'admin', team: 'admin' }, isRefused: false },
};

const enteredBy: Readonly<Record<string, (claims: object) => Promise<Account>>> = {
  'a new account': (claims) =>
    createAccount({ email: `${crypto.randomUUID()}@example.com`, password: PASSWORD, claims }, installation),
  'an imported account': (claims) =>
    createAccount(
      {
        email: `${crypto.randomUUID()}@example.com`,
        password: PASSWORD,
        claims,
        imported: { sub: crypto.randomUUID(), updated_at: 1_311_280_970 },
      },
      installation,
    ),
  'a changed account': async (claims) => {
    const { id } = await newAccount();
    const given = claims as Readonly<Record<string, unknown>>;
    return (await updateAccount(id, { claims: given }, installation)).account;
  },
};

async function hasNoRole(t: ExecutionContext, { email }: Account): Promise<void> {
  const app = await newApp({ scope: 'openid email address groups roles' });
  const asked = { scope: 'openid address groups roles', login: email };
  const { body } = await redeem(app, await obtainCode(app, asked));
  t.deepEqual((await userinfo(body.access_token)).roles, []);
}

for (const [door, enter] of Object.entries(enteredBy)) {
  for (const [name, { claims, isRefused }] of Object.entries(doorsOfClaims)) {
    test(`the claims of ${door} give no role: ${name}`, async (t) => {
      if (isRefused)
        return void (await t.throwsAsync(enter(Object.assign(Object.create(null), claims)), {
          code: 'claims_invalid',
        }));
      const account = await enter(claims);
      t.is(account.roles, undefined);
      return hasNoRole(t, account);
    });
  }
}

test('roles that were stored among the claims, before they were refused there, are none', async (t) => {
  const account = await newAccount();
  await installation.accounts.update(account.id, (one) => ({ ...one, claims: { roles: GIVEN, Roles: GIVEN } }));
  await hasNoRole(t, account);
  const { claims } = (await updateAccount(account.id, { claims: { team: 'red' } }, installation)).account;
  t.deepEqual(claims, { roles: GIVEN, Roles: GIVEN, team: 'red' });
  const removed = await updateAccount(account.id, { claims: { roles: null, Roles: null } }, installation);
  t.deepEqual(removed.account.claims, { team: 'red' });
});

for (const claim of ['roles', 'Roles', 'ROLES', 'ｒｏｌｅｓ']) {
  test(`no scope of the organisation releases ${claim}`, async (t) => {
    const scope = { name: `of-${claim.codePointAt(0)}`, claims: ['team', claim], description: 'See everything' };
    await t.throwsAsync(createScope(scope, installation), { code: 'scope_invalid' });
  });
}
