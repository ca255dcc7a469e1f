/** What becomes of sessions, codes and refresh tokens when more is demanded than they were issued for. */
import test from 'ava';
import { decodeJwt } from 'jose';
import { updateClient } from '../../../src/domain/clients/change.ts';
import { mfaLevel, passwordLevel } from '../../../src/domain/factors/levels.ts';
import { updateResource } from '../../../src/domain/resources/resources.ts';
import type { Account } from '../../../src/storage/records/accounts.ts';
import { API, newVisitor, obtainCode, redeem, sharedProvider, toldApp } from '../../support/provider-fixture.ts';
import { type App, codeOf, PASSWORD } from '../../support/relying-party.ts';
import type { User } from '../../support/user.ts';
import { type Method, methods } from './rows.ts';
import { signInBy } from './sign-in.ts';

const OTHER_API = 'https://other.example.com/';
const { latchkey, newAccount, newApp } = await sharedProvider({
  environment: { REQUIRE_SECOND_FACTOR: 'group:guarded' },
  resources: [{ identifier: OTHER_API, scopes: { 'other:read': 'Read the others' } }],
});
const { installation } = latchkey;
const { secondFactors, caches } = installation.providerDeps;

const remembered = new Set<string>();
Object.assign(secondFactors, { isRememberedDevice: async (_ctx: unknown, id: string) => remembered.has(id) });

const { password, passkey, 'password, authenticator app': twoFactors } = methods;
const GUARDED = { claims: { groups: ['guarded'] } };

const firstParty = (metadata = {}) => newApp({ first_party: true, refresh_grace_seconds: 0, ...metadata });

const demand = (app: App, minimumAcr: string) =>
  updateClient(app.client.client_id, { minimum_acr: minimumAcr }, installation.registration);

async function demandAtApi(identifier: string, minimumAcr: string): Promise<void> {
  await updateResource(identifier, { minimumAcr }, installation);
  await caches.resources.reload(identifier);
}

const guard = ({ id }: Account) => installation.accounts.update(id, (account) => ({ ...account, ...GUARDED }));

interface Asking {
  readonly account?: Account;
  readonly user?: User;
  readonly parameters?: Readonly<Record<string, string>>;
}

async function codeBy(app: App, method: Method, { account, user = newVisitor(), parameters = {} }: Asking = {}) {
  const owner = account ?? (await newAccount());
  const { url, verifier } = app.request(parameters);
  const page = await signInBy(latchkey, { user, account: owner, url }, method);
  return { user, account: owner, code: codeOf(page), verifier };
}

async function tokensBy(app: App, method: Method, asking: Asking = {}) {
  const { code, verifier, ...rest } = await codeBy(app, method, asking);
  return { ...rest, body: (await redeem(app, { code, verifier })).body };
}

const refresh = (app: App, token = '', more = {}) =>
  app.token({ grant_type: 'refresh_token', refresh_token: token, ...more });

test('a refresh token of a sign-in that is too weak by now says what is needed, and works again when the policy is taken back', async (t) => {
  const app = await firstParty();
  const { body } = await tokensBy(app, password);
  await demand(app, mfaLevel);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const { statusCode, body: refused } = await refresh(app, body.refresh_token);
    t.deepEqual([statusCode, refused.error], [400, 'invalid_grant']);
    t.is(refused.error_description, `a stronger sign-in is needed: acr_values=${mfaLevel}`);
  }
  await demand(app, passwordLevel);
  t.is((await refresh(app, body.refresh_token)).statusCode, 200);
});

test('an app whose user steps up goes on with the tokens of that, and its session has the level for all apps', async (t) => {
  const [app, other] = [await firstParty(), await firstParty({ minimum_acr: mfaLevel })];
  const { user, account } = await tokensBy(app, password);
  await demand(app, mfaLevel);
  const { body } = await tokensBy(app, twoFactors, { user, account, parameters: { acr_values: mfaLevel } });
  t.is((await refresh(app, body.refresh_token)).statusCode, 200);
  t.true('code' in toldApp(await user.open(other.request({ prompt: 'none' }).url)));
});

test('a replay ends the family, also while its tokens are too weak', async (t) => {
  const app = await firstParty();
  const { body } = await tokensBy(app, password);
  const next = await refresh(app, body.refresh_token);
  await demand(app, mfaLevel);
  t.is((await refresh(app, body.refresh_token)).body.error, 'invalid_grant');
  await demand(app, passwordLevel);
  t.is((await refresh(app, next.body.refresh_token)).body.error, 'invalid_grant');
});

test('a code that was issued before the policy is invalid_grant', async (t) => {
  const app = await firstParty();
  const grant = await codeBy(app, password);
  await demand(app, mfaLevel);
  t.is((await redeem(app, grant)).body.error, 'invalid_grant');
});

test('a policy that comes while the consent page is open holds for its answer', async (t) => {
  const app = await newApp();
  const user = newVisitor();
  const { email } = await newAccount();
  const login = { login: email, password: PASSWORD };
  const consent = await user.submit(await user.open(app.request().url), 'login-submit', login);
  t.true(consent.body.includes('id="consent-submit"'));
  await demand(app, mfaLevel);
  const page = await user.submit(consent, 'consent-submit');
  t.true(page.url.startsWith(`${latchkey.issuer}/interaction/`), page.url);
});

test.serial('of a refresh token for several APIs those go on that demand no more', async (t) => {
  const app = await firstParty();
  const { url, verifier } = app.request({ scope: 'openid notes:read other:read' });
  const account = await newAccount();
  const address = `${url}&resource=${encodeURIComponent(API)}&resource=${encodeURIComponent(OTHER_API)}`;
  const page = await signInBy(latchkey, { user: newVisitor(), account, url: address }, password);
  const { body } = await redeem(app, { code: codeOf(page), verifier }, { resource: API });
  await demandAtApi(OTHER_API, mfaLevel);
  t.is((await refresh(app, body.refresh_token, { resource: OTHER_API })).body.error, 'invalid_grant');
  t.is((await refresh(app, body.refresh_token, { resource: API })).statusCode, 200);
  await demandAtApi(OTHER_API, passwordLevel);
});

test('a client gets tokens for itself whatever the level of the API: nobody signs in', async (t) => {
  const identifier = 'https://machines.example.com/';
  await latchkey.createResource({ identifier, scopes: { run: 'Run' }, minimumAcr: mfaLevel });
  const service = {
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    resources: [identifier],
  };
  const app = await newApp(service);
  const { body } = await app.token({ grant_type: 'client_credentials', resource: identifier, scope: 'run' });
  const claims = decodeJwt(body.access_token);
  t.false('acr' in claims || 'auth_time' in claims);
});

test('a session from before somebody came into a group of the setting is asked for the rest at the next request', async (t) => {
  const app = await firstParty();
  const { user, account, body } = await tokensBy(app, password);
  await guard(account);
  t.is(toldApp(await user.open(app.request({ prompt: 'none' }).url)).error, 'login_required');
  t.is((await refresh(app, body.refresh_token)).body.error, 'invalid_grant');
});

test('a sent code in place of the password is one factor, and does not meet the setting', async (t) => {
  const account = await newAccount(GUARDED);
  const app = await firstParty();
  const { url } = app.request();
  const user = newVisitor();
  const page = await signInBy(latchkey, { user, account, url }, { acr: passwordLevel, amr: ['mca'] });
  t.true(page.url.startsWith(`${latchkey.issuer}/interaction/`), page.url);
});

test.serial('where sent codes are no factors, one beside the password does not meet the setting', async (t) => {
  const account = await newAccount(GUARDED);
  const app = await firstParty();
  const mailed = methods['password, mailed code'];
  const { user, body } = await tokensBy(app, mailed, { account });
  Object.assign(secondFactors, { areSentCodesFactors: false });
  t.teardown(() => Object.assign(secondFactors, { areSentCodesFactors: true }));
  t.is(toldApp(await user.open(app.request({ prompt: 'none' }).url)).error, 'login_required');
  t.is((await refresh(app, body.refresh_token)).body.error, 'invalid_grant');
});

test('tokens of a remembered device go on under the setting, and never under the policy of a client', async (t) => {
  const account = await newAccount(GUARDED);
  remembered.add(account.id);
  const app = await firstParty();
  const { user, body } = await tokensBy(app, password, { account });
  const second = await refresh(app, body.refresh_token);
  const third = await refresh(app, second.body.refresh_token);
  t.is(third.statusCode, 200);
  remembered.delete(account.id);
  t.is(toldApp(await user.open(app.request({ prompt: 'none' }).url)).error, 'login_required');
  await demand(app, mfaLevel);
  t.is((await refresh(app, third.body.refresh_token)).body.error, 'invalid_grant');
});

const essential = (...values: readonly string[]): string =>
  JSON.stringify({ id_token: { acr: { essential: true, values } } });

test('acr_values beside an essential acr: both hold, and the ID token states a value of the essential one', async (t) => {
  const app = await firstParty();
  const parameters = { claims: essential(passwordLevel), acr_values: mfaLevel };
  const { user, account } = await tokensBy(app, password);
  t.is(toldApp(await user.open(app.request({ ...parameters, prompt: 'none' }).url)).error, 'login_required');
  const { body } = await tokensBy(app, passkey, { user, account, parameters });
  t.is(decodeJwt(body.id_token ?? '').acr, passwordLevel);
});

test('an API reads in token and introspection the level that was stated, and when it was; a refresh keeps both', async (t) => {
  const app = await firstParty();
  const parameters = { scope: 'openid notes:read', resource: API, acr_values: mfaLevel };
  const { body } = await tokensBy(app, passkey, { parameters });
  const { acr, auth_time: at } = decodeJwt(body.access_token);
  t.deepEqual([acr, typeof at], [mfaLevel, 'number']);
  const { body: introspected } = await app.post('/token/introspection', { token: body.access_token });
  t.like(introspected, { acr, auth_time: at });
  const { body: refreshed } = await refresh(app, body.refresh_token);
  t.like(decodeJwt(refreshed.access_token), { acr, auth_time: at });
  t.deepEqual(decodeJwt(refreshed.id_token ?? '').amr, passkey.amr);
});

test('all levels that discovery lists, and values of others, are asked for without a page more than a password needs', async (t) => {
  const app = await firstParty();
  for (const acrValues of [`${passwordLevel} ${mfaLevel} phr`, '1 2']) {
    const { code, verifier } = await obtainCode(app, { acr_values: acrValues });
    t.is(decodeJwt((await redeem(app, { code, verifier })).body.id_token ?? '').acr, passwordLevel);
  }
});

test.serial('a level that only a later version knows demands the strongest that there is', async (t) => {
  const app = await firstParty();
  const { body } = await tokensBy(app, twoFactors, { parameters: { scope: 'openid other:read', resource: OTHER_API } });
  await installation.resources.update(OTHER_API, (resource) => ({ ...resource, minimumAcr: 'urn:later' }));
  await caches.resources.reload(OTHER_API);
  t.teardown(() => demandAtApi(OTHER_API, passwordLevel));
  t.is((await refresh(app, body.refresh_token)).body.error, 'invalid_grant');
});
