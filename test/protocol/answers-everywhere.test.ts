/** What somebody answers on the consent page holds in every browser, whichever of two answers or requests is under way. */
import test from 'ava';
import { revokeGrants } from '../../src/domain/grants/revoke.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { API, newVisitor, obtainCode, ownProvider, redeem, toldApp } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';
import { type Asked, askingProvider, toConsent, userinfoOf } from './consenting.ts';

const fixture = await askingProvider();
const { newApp, newAccount } = fixture;
type At = Pick<Asked, 'app' | 'account' | 'user'>;
type Parameters = Readonly<Record<string, string>>;

async function ask({ app, account, user }: At, parameters: Parameters, browser: User = user) {
  const { url, verifier } = app.request(parameters);
  const page = await browser.open(url);
  if (!page.body.includes('id="login-submit"')) return { page, verifier };
  return { page: await browser.submit(page, 'login-submit', { login: account.email, password: PASSWORD }), verifier };
}

const tokensOf = async (
  { app }: Pick<At, 'app'>,
  { page, verifier }: { readonly page: Page; readonly verifier: string },
) => (await redeem(app, { code: toldApp(page).code ?? '', verifier })).body;

const silently = async (at: At, parameters: Parameters, browser?: User) =>
  tokensOf(at, await ask(at, { ...parameters, prompt: 'none' }, browser));

const refresh = async ({ app }: Pick<At, 'app'>, token = '', parameters: Parameters = {}) =>
  app.token({ grant_type: 'refresh_token', refresh_token: token, ...parameters });

const EMAIL = { scope: 'openid email' };

test('what was allowed in another browser while the page was open ends there when it is refused', async (t) => {
  const asked = await toConsent(fixture, EMAIL);
  const other = newVisitor();
  const there = await ask(asked, EMAIL, other);
  const page = await other.submit(there.page, 'consent-submit');
  const tokens = await tokensOf(asked, { ...there, page });
  await asked.user.submit(asked.page, 'consent-submit', { scope: [] });
  t.deepEqual(Object.keys(await userinfoOf(fixture, tokens.access_token)), ['sub']);
  t.is((await refresh(asked, tokens.refresh_token)).body.scope, 'openid');
  t.is((await silently(asked, EMAIL, other)).scope, 'openid');
});

test('what a first-party app was granted unasked ends everywhere when it is refused', async (t) => {
  const at = { app: await newApp({ first_party: true }), account: await newAccount(), user: newVisitor() };
  const other = newVisitor();
  const tokens = await tokensOf(at, await ask(at, EMAIL, other));
  const { page } = await ask(at, { ...EMAIL, prompt: 'consent' });
  await at.user.submit(page, 'consent-submit', { scope: [] });
  t.deepEqual(Object.keys(await userinfoOf(fixture, tokens.access_token)), ['sub']);
  t.is((await silently(at, EMAIL, other)).scope, 'openid');
});

test('what is allowed in one browser after all is there in the one that refused it', async (t) => {
  const asked = await toConsent(fixture, EMAIL);
  await asked.user.submit(asked.page, 'consent-submit', { scope: [] });
  const other = newVisitor();
  const { page } = await ask(asked, { ...EMAIL, prompt: 'consent' }, other);
  await other.submit(page, 'consent-submit', { scope: ['email'] });
  t.is((await silently(asked, EMAIL)).scope, 'openid email');
});

test('the claims of an organisation scope go with it', async (t) => {
  const asked = await toConsent(fixture, { scope: 'openid teams' });
  await asked.user.submit(asked.page, 'consent-submit');
  const { page } = await ask(asked, { scope: 'openid teams', prompt: 'consent' });
  await asked.user.submit(page, 'consent-submit', { scope: [] });
  const claims = JSON.stringify({ userinfo: { teams: null, desk: null } });
  const tokens = await silently(asked, { scope: 'openid', claims });
  t.deepEqual(await userinfoOf(fixture, tokens.access_token), { sub: asked.account.id });
});

test('a claim that is left out by its name goes everywhere, although a scope would release it', async (t) => {
  const account = await newAccount({ claims: { birthdate: '1815-12-10' } });
  const asked = await toConsent(fixture, { scope: 'openid profile' }, {}, account);
  await asked.user.submit(asked.page, 'consent-submit');
  const other = newVisitor();
  const tokens = await tokensOf(asked, await ask(asked, { scope: 'openid profile' }, other));
  const claims = JSON.stringify({ userinfo: { birthdate: null } });
  const { page } = await ask(asked, { scope: 'openid profile', claims, prompt: 'consent' });
  await asked.user.submit(page, 'consent-submit', { scope: ['profile'], claim: [] });
  const later = await silently(asked, { scope: 'openid profile' }, other);
  for (const token of [tokens.access_token, later.access_token])
    t.false('birthdate' in (await userinfoOf(fixture, token)));
});

test('a page that asks for something else takes back no refusal of a claim', async (t) => {
  const account = await newAccount({ claims: { birthdate: '1815-12-10', phone_number: '+44 1632 960000' } });
  const claims = JSON.stringify({ userinfo: { birthdate: null } });
  const asked = await toConsent(fixture, { scope: 'openid profile', claims }, {}, account);
  await asked.user.submit(asked.page, 'consent-submit', { scope: ['profile'], claim: [] });
  const more = await ask(asked, { scope: 'openid profile phone' });
  const page = await asked.user.submit(more.page, 'consent-submit');
  t.false('birthdate' in (await userinfoOf(fixture, (await tokensOf(asked, { ...more, page })).access_token)));
});

for (const [what, parameters, left] of [
  ['the account', EMAIL, 'email'],
  ['an API', { scope: 'openid notes:read notes:write', resource: API }, 'notes:write'],
] as const) {
  test(`a refresh for nothing but what was refused since is invalid_scope: of ${what}`, async (t) => {
    const asked = await toConsent(fixture, parameters);
    const page = await asked.user.submit(asked.page, 'consent-submit');
    const tokens = await tokensOf(asked, { page, verifier: asked.verifier });
    const again = await ask(asked, { ...parameters, prompt: 'consent' });
    await asked.user.submit(again.page, 'consent-submit', { scope: left === 'email' ? [] : ['notes:read'] });
    t.is((await refresh(asked, tokens.refresh_token, { scope: left })).body.error, 'invalid_scope');
    t.is((await refresh(asked, tokens.refresh_token)).statusCode, 200, 'the token is still good for the rest');
  });
}

test('allowing more leaves the refresh of an app that repeats its whole scope as it was', async (t) => {
  const scope = 'openid email profile';
  const asked = await toConsent(fixture, { scope });
  const page = await asked.user.submit(asked.page, 'consent-submit', { scope: ['email'] });
  const tokens = await tokensOf(asked, { page, verifier: asked.verifier });
  const again = await ask(asked, { scope, prompt: 'consent' });
  await asked.user.submit(again.page, 'consent-submit', { scope: ['email', 'profile'] });
  const { statusCode, body } = await refresh(asked, tokens.refresh_token, { scope });
  t.is(statusCode, 200, JSON.stringify(body));
  t.is(body.scope, 'openid email');
});

test('an administrator who requires what was refused of an app of their own has it asked for, not granted', async (t) => {
  const asked = await toConsent(fixture, EMAIL);
  await asked.user.submit(asked.page, 'consent-submit', { scope: [] });
  await fixture.change(asked.app, { required_scopes: ['email'], first_party: true });
  t.is(toldApp((await ask(asked, { ...EMAIL, prompt: 'none' })).page).error, 'consent_required');
});

test('a token for a whole API is over when all of the API was refused', async (t) => {
  const asked = await toConsent(fixture, { scope: 'openid', resource: API });
  const page = await asked.user.submit(asked.page, 'consent-submit');
  const tokens = await tokensOf(asked, { page, verifier: asked.verifier });
  const again = await ask(asked, { scope: 'openid notes:read', resource: API, prompt: 'consent' });
  await asked.user.submit(again.page, 'consent-submit', { scope: [] });
  t.false((await asked.app.post('/token/introspection', { token: tokens.access_token })).body.active);
});

const heldAt = [
  ['get', 'consents', 'after'],
  ['insert', 'grant_reservations', 'before'],
  ['put', 'grants', 'before'],
] as const;

for (const [method, collection, when] of heldAt) {
  const place = `${when} ${method} ${collection}`;

  test(`a refusal reaches a silent request that is held ${place}`, async (t) => {
    const gates = gatedRecords();
    const provider = await ownProvider(t, gates);
    const account = await provider.newAccount();
    const [app, other] = [await provider.newApp(), await provider.newApp()];
    const { user } = await obtainCode(app, { login: account.email, ...EMAIL });
    const at = { app, account, user: (await obtainCode(other, { login: account.email, scope: 'openid' })).user };
    const page = await user.open(app.request({ ...EMAIL, prompt: 'consent' }).url);
    const gate = gates.holdNext(method, collection, when);
    const opening = at.user.open(app.request({ ...EMAIL, prompt: 'none' }).url);
    await gate.reached;
    await user.submit(page, 'consent-submit', { scope: [] });
    gate.release();
    await opening;
    t.is((await silently(at, EMAIL)).scope, 'openid');
  });

  test(`an app that is revoked gets nothing by a silent request that is held ${place}`, async (t) => {
    const gates = gatedRecords();
    const provider = await ownProvider(t, gates);
    const account = await provider.newAccount();
    const [app, other] = [await provider.newApp(), await provider.newApp()];
    const lasting = { scope: 'openid email offline_access' };
    await obtainCode(app, { login: account.email, ...lasting, prompt: 'consent' });
    const { user } = await obtainCode(other, { login: account.email });
    const gate = gates.holdNext(method, collection, when);
    const opening = user.open(app.request({ ...lasting, prompt: 'none' }).url);
    await gate.reached;
    await revokeGrants(
      { accountId: account.id, clientId: app.client.client_id },
      provider.latchkey.installation,
      'user',
    );
    gate.release();
    t.is(toldApp(await opening).error, 'consent_required');
  });
}

test('of two tabs that answer at once the one that remembers last is what the grant says', async (t) => {
  const gates = gatedRecords();
  const provider = await ownProvider(t, gates);
  const account = await provider.newAccount();
  const app = await provider.newApp();
  const { user } = await obtainCode(app, { login: account.email, scope: 'openid' });
  const open = () => user.open(app.request({ ...EMAIL, prompt: 'consent' }).url);
  const [one, two] = [await open(), await open()];
  const gate = gates.holdNext('replace', 'consents', 'after');
  const allowing = user.submit(one, 'consent-submit', { scope: ['email'] });
  await gate.reached;
  await user.submit(two, 'consent-submit', { scope: [] });
  gate.release();
  await allowing;
  t.is((await silently({ app, account, user }, EMAIL)).scope, 'openid');
});

test('a consent that is revoked before its grant is written is asked for again', async (t) => {
  const gates = gatedRecords();
  const provider = await ownProvider(t, gates);
  const account = await provider.newAccount();
  const app = await provider.newApp();
  const user = newVisitor();
  const login = await user.open(app.request(EMAIL).url);
  const page = await user.submit(login, 'login-submit', { login: account.email, password: PASSWORD });
  const gate = gates.holdNext('put', 'grants', 'before');
  const posting = user.submit(page, 'consent-submit');
  await gate.reached;
  await revokeGrants({ accountId: account.id, clientId: app.client.client_id }, provider.latchkey.installation, 'user');
  gate.release();
  t.true((await posting).body.includes('id="consent-submit"'));
});
