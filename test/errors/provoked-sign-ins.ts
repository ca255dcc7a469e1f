/** How each cause is brought about for which a sign-in ends without a code, and each at sign-out and on our own pages. */
import { updateClient } from '../../src/domain/clients/change.ts';
import { createScope, removeScope } from '../../src/domain/scopes/scopes.ts';
import { advance } from '../protocol/time.ts';
import { sendRaw } from '../security/raw-request.ts';
import { startInstallation } from '../support/installation.ts';
import { API, type Fixture, LOGIN, newVisitor, obtainCode, redeem } from '../support/provider-fixture.ts';
import { type App, appOf, PASSWORD, WEB_APP } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';
import type { Provocations, Provoke } from './provoked-requests.ts';
import { browse, call, toldBy, toldOnPage } from './told.ts';

/** Silently, by a user who has allowed this app `openid`. */
const silently =
  (changes: Readonly<Record<string, string>>, metadata = {}): Provoke =>
  async ({ newApp }) => {
    const app = await newApp(metadata);
    const { user } = await obtainCode(app, { scope: 'openid' });
    return browse(app.request({ scope: 'openid', prompt: 'none', ...changes }).url, user);
  };

/** Somebody signs in and unticks every box. */
export async function leavingAllOut(app: App, parameters: Readonly<Record<string, string>>) {
  const user = newVisitor();
  const { url, verifier } = app.request(parameters);
  const login = await user.open(url);
  const consent = await user.submit(login, 'login-submit', { login: LOGIN, password: PASSWORD });
  return { user, verifier, page: await user.submit(consent, 'consent-submit', { scope: [] }) };
}

const LIMITED = { allowed_groups: ['staff'] };

async function atLogin({ newApp }: Fixture, metadata = {}): Promise<{ readonly user: User; readonly page: Page }> {
  const user = newVisitor();
  return { user, page: await user.open((await newApp(metadata)).request().url) };
}

export const provokedSignIns: Provocations = {
  'login_required#session-too-old': async ({ newApp }) => {
    const app = await newApp();
    const { user } = await obtainCode(app);
    advance(2);
    return browse(app.request({ prompt: 'none', max_age: '1' }).url, user);
  },
  'login_required#max-age-zero': silently({ max_age: '0' }),
  'login_required#other-account': silently({ claims: '{"id_token":{"sub":{"value":"somebody-else"}}}' }),
  'login_required#other-account-kept': async ({ newApp }) => {
    const user = newVisitor();
    const claims = '{"id_token":{"sub":{"value":"somebody-else"}}}';
    return toldOnPage(await user.submit(await user.open((await newApp()).request({ claims }).url), 'abort'));
  },
  'login_required#account-gone': async ({ newApp, newAccount, latchkey: { installation } }) => {
    const { email, id } = await newAccount();
    const app = await newApp();
    const { user } = await obtainCode(app, { login: email });
    await installation.accounts.update(id, (account) => ({ ...account, isDisabled: true }));
    return browse(app.request({ prompt: 'none' }).url, user);
  },
  'login_required#level-not-reached': silently({ acr_values: 'urn:latchkey:acr:mfa' }),
  'login_required#second-factor-missing': async ({ newApp, newAccount, latchkey: { installation } }) => {
    const { email, id } = await newAccount();
    const app = await newApp();
    const { user } = await obtainCode(app, { login: email });
    await installation.accounts.update(id, (account) => ({ ...account, claims: { groups: ['guarded'] } }));
    return browse(app.request({ prompt: 'none' }).url, user);
  },
  'consent_required#scopes-not-granted': silently({ scope: 'openid phone' }),
  'consent_required#claims-not-granted': silently({ claims: '{"userinfo":{"birthdate":null}}' }),
  'consent_required#required-scopes-refused': async ({ newApp, latchkey: { installation } }) => {
    const app = await newApp();
    const request = { scope: 'openid notes:read', resource: API };
    const { user } = await leavingAllOut(app, request);
    await updateClient(app.client.client_id, { required_scopes: ['notes:read'] }, installation.registration);
    await installation.providerDeps.caches.clients.reload(app.client.client_id);
    return browse(app.request({ ...request, prompt: 'none' }).url, user);
  },
  'consent_required#scope-grew': async ({ newApp, latchkey: { installation, follow } }) => {
    const declare = async (...claims: readonly string[]) => {
      await createScope({ name: 'teams', claims, description: 'See your team' }, installation);
      await follow();
    };
    await declare('team');
    const app = await newApp();
    const { user } = await obtainCode(app, { scope: 'openid teams' });
    await removeScope('teams', installation);
    await declare('team', 'badge');
    return browse(app.request({ scope: 'openid teams', prompt: 'none' }).url, user);
  },
  'interaction_required#native-client': silently(
    {},
    { application_type: 'native', token_endpoint_auth_method: 'none' },
  ),
  'interaction_required#terms-not-accepted': async ({ newApp, newAccount, latchkey: { installation } }) => {
    const { email, id } = await newAccount();
    const app = await newApp();
    const { user } = await obtainCode(app, { login: email });
    await installation.accounts.update(id, (account) => ({ ...account, acceptedTerms: { version: 'older', at: 0 } }));
    return browse(app.request({ prompt: 'none' }).url, user);
  },
  'access_denied#everything-refused': async ({ newApp }) => {
    const app = await newApp();
    const { user } = await leavingAllOut(app, { scope: 'notes:read', resource: API });
    return browse(app.request({ scope: 'notes:read', resource: API, prompt: 'none' }).url, user);
  },
  'access_denied#user-denied': async (fixture) => {
    const { user, page } = await atLogin(fixture);
    return toldOnPage(await user.submit(page, 'abort'));
  },
  'access_denied#not-in-group': async (fixture) => {
    const { user, page } = await atLogin(fixture, LIMITED);
    const refused = await user.submit(page, 'login-submit', { login: LOGIN, password: PASSWORD });
    return toldOnPage(await user.submit(refused, 'abort'));
  },
  'access_denied#not-in-group-silent': async ({ newApp }) => {
    const { user } = await obtainCode(await newApp());
    return browse((await newApp(LIMITED)).request({ prompt: 'none' }).url, user);
  },
  'registration_closed#registration-off': async ({ latchkey: { issuer } }) => {
    const closed = await startInstallation({ environment: { ACCOUNT_REGISTRATION: 'off' } });
    const app = appOf(closed, await closed.createClient(WEB_APP));
    const user = newVisitor();
    const login = await user.open(app.request().url);
    const told = await browse(login.url.replace('?', '/register?'), user);
    await closed.stop();
    return { ...told, uri: told.uri?.replace(closed.issuer, issuer) };
  },
  'sign_in_expired#left-open': async (fixture) => {
    const { user, page } = await atLogin(fixture);
    advance(21 * 60);
    return browse(page.url, user);
  },
  'cookies_blocked#no-cookies': async (fixture) => browse((await atLogin(fixture)).page.url),
  'sign_in_expired#bookmarked': async (fixture) => {
    const { user } = await atLogin(fixture);
    return browse(`${fixture.latchkey.issuer}/auth/opened-again`, user);
  },
};

/** At the end of a session, by a user who has one. */
const signingOut =
  (parameters: (idToken: string) => Readonly<Record<string, string>>): Provoke =>
  async ({ newApp, latchkey: { issuer } }) => {
    const app = await newApp();
    const { user, ...grant } = await obtainCode(app);
    const { body } = await redeem(app, grant);
    const known = { client_id: app.client.client_id };
    return browse(
      `${issuer}/session/end?${new URLSearchParams({ ...known, ...parameters(body.id_token ?? '') })}`,
      user,
    );
  };

const posting =
  (path: string, body: string | Buffer, type = 'application/x-www-form-urlencoded'): Provoke =>
  ({ latchkey: { issuer } }) =>
    call(`${issuer}${path}`, { method: 'POST', body, headers: { 'content-type': type } });

const getting =
  (path: string): Provoke =>
  ({ latchkey: { issuer } }) =>
    call(`${issuer}${path}`);

const LOGIN_FORM = '/interaction/x/login';

export const provokedElsewhere: Provocations = {
  'invalid_request#sign-out-hint-malformed': signingOut(() => ({ id_token_hint: 'no token' })),
  'invalid_request#sign-out-other-client': signingOut((hint) => ({ id_token_hint: hint, client_id: 'somebody' })),
  'invalid_request#sign-out-address': signingOut(() => ({ post_logout_redirect_uri: 'https://app.example.com/bye' })),
  'invalid_request#sign-out-stale': posting('/session/end/confirm', 'logout=yes'),
  'invalid_request#sign-out-forged': async ({ newApp, latchkey: { issuer } }) => {
    const { user } = await obtainCode(await newApp());
    await user.open(`${issuer}/session/end`);
    const cookie = await user.jar.getCookieString(`${issuer}/session/end/confirm`);
    return call(`${issuer}/session/end/confirm`, { method: 'POST', form: { xsrf: 'guessed' }, headers: { cookie } });
  },
  'invalid_client#hint-of-unknown-client': async ({ newApp, latchkey: { issuer, installation } }) => {
    const app = await newApp();
    const { user, ...grant } = await obtainCode(app);
    const { body } = await redeem(app, grant);
    await installation.clients.remove(app.client.client_id);
    await installation.providerDeps.caches.clients.reload(app.client.client_id);
    return browse(`${issuer}/session/end?${new URLSearchParams({ id_token_hint: body.id_token ?? '' })}`, user);
  },
  'invalid_request#method-not-allowed': posting('/', ''),
  'invalid_request#address-malformed': async ({ latchkey: { issuer } }) => {
    const { text } = await sendRaw(issuer, { target: '*', headers: ['Accept: application/json'] });
    return toldBy({ headers: {}, body: text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1) });
  },
  'invalid_request#form-type': posting(LOGIN_FORM, '{}', 'application/json'),
  'invalid_request#form-too-large': posting(LOGIN_FORM, 'a'.repeat(70_000)),
  'invalid_request#form-field-twice': posting(LOGIN_FORM, 'login=a&login=b'),
  'invalid_request#form-encoding': posting(LOGIN_FORM, 'login=%ff'),
  'invalid_request#form-forged': posting(LOGIN_FORM, 'csrf=guessed'),
  'invalid_request#webfinger-resource': getting('/.well-known/webfinger'),
  'not_found#address-unknown': getting('/oauth2/authorize'),
};
