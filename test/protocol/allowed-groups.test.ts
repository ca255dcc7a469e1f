/** `allowed_groups` of a client: nobody else gets in, by any door. */
import test from 'ava';
import got from 'got';
import type { Account } from '../../src/storage/records/accounts.ts';
import { pluggedFeatures } from '../support/plugged-features.ts';
import { newVisitor, obtainCode, redeem, sharedProvider, textOf, toldApp } from '../support/provider-fixture.ts';
import { type App, PASSWORD, signIn } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';

const { latchkey, newAccount, newApp } = await sharedProvider({ extraOptions: pluggedFeatures });
const { installation, issuer } = latchkey;
const LIMITED = { allowed_groups: ['staff', 'Board members'] };
const SCOPE = 'openid email';

const accountIn = (...groups: readonly string[]): Promise<Account> => newAccount({ claims: { groups } });

const putInto = ({ id }: Account, groups: unknown): Promise<unknown> =>
  installation.accounts.update(id, (account) => ({ ...account, claims: { groups } }));

async function toLogin(user: User, url: string, { email }: Account): Promise<Page> {
  return user.submit(await user.open(url), 'login-submit', { login: email, password: PASSWORD });
}

const isNotAllowed = ({ status, url, body }: Page): boolean =>
  status === 403 && url.startsWith(`${issuer}/interaction/`) && body.includes('id="abort"');

async function grantsOf({ id }: Account): Promise<number> {
  return (await installation.grants.list({ accountId: id }, { limit: 9 })).items.length;
}

/** Signed in to another app, in no group that counts. */
async function signedInGuest(): Promise<{ user: User; account: Account }> {
  const [user, account] = [newVisitor(), await accountIn('guests')];
  await signIn(user, (await newApp()).request().url, account.email);
  return { user, account };
}

for (const [groups, isIn] of [
  [['staff'], true],
  [['guests', 'Board members'], true],
  [[], false],
  [['guests'], false],
  [['Staff'], false],
  [['staff '], false],
  [['staffing'], false],
  [['board'], false],
] as const) {
  test(`an account in the groups ${JSON.stringify(groups)} is ${isIn ? 'let in' : 'not allowed'}`, async (t) => {
    const app = await newApp(LIMITED);
    const account = await accountIn(...groups);
    const user = newVisitor();
    const page = await toLogin(user, app.request({ scope: SCOPE }).url, account);
    t.is(page.body.includes('id="consent-submit"'), isIn);
    t.is(isNotAllowed(page), !isIn);
  });
}

for (const stored of [undefined, 'staff', { staff: true }, ['staff', 7], [['staff']], null]) {
  test(`groups stored as ${JSON.stringify(stored)} are none`, async (t) => {
    const account = await accountIn();
    await putInto(account, stored);
    t.true(isNotAllowed(await toLogin(newVisitor(), (await newApp(LIMITED)).request().url, account)));
  });
}

for (const language of ['en', 'de']) {
  test(`the page names the account in ${language}, and its way back gives the app access_denied`, async (t) => {
    const app = await newApp(LIMITED);
    const account = await accountIn('guests');
    const user = newVisitor();
    const page = await toLogin(user, app.request({ ui_locales: language, state: 'of the app' }).url, account);
    t.true(isNotAllowed(page));
    t.true(page.body.includes(`<html lang="${language}"`));
    t.regex(page.body, /<a id="other-account" [^>]*href="\/interaction\/[^/"]+\/account\?/);
    t.true(textOf(page).includes(account.email), textOf(page));
    const told = toldApp(await user.submit(page, 'abort'));
    t.like(told, { error: 'access_denied', state: 'of the app', iss: issuer });
    t.false('code' in told);
  });
}

/** Ways of asking, each by somebody who has signed in before. */
const asking: Readonly<Record<string, (app: App) => Promise<string>>> = {
  plainly: async (app) => app.request().url,
  'for offline access': async (app) => app.request({ scope: 'openid offline_access', prompt: 'consent' }).url,
  'with max_age': async (app) => app.request({ max_age: '3600' }).url,
  'by a pushed request': async (app) => {
    const { body } = await app.post('/request', Object.fromEntries(new URL(app.request().url).searchParams));
    return app.request({ request_uri: String(body.request_uri) }).url;
  },
};

for (const [how, ask] of Object.entries(asking)) {
  for (const metadata of [{}, { first_party: true }]) {
    test(`who asks ${how} gets no consent page, no code and no grant${'first_party' in metadata ? ' of a first-party app' : ''}`, async (t) => {
      const { user, account } = await signedInGuest();
      const before = await grantsOf(account);
      t.true(isNotAllowed(await user.open(await ask(await newApp({ ...LIMITED, ...metadata })))));
      t.is(await grantsOf(account), before);
    });
  }
}

test('a silent sign-in is access_denied, whatever was allowed before', async (t) => {
  const app = await newApp(LIMITED);
  const account = await accountIn('staff');
  const user = newVisitor();
  t.true('code' in toldApp(await signIn(user, app.request().url, account.email)));
  const silent = () => user.open(app.request({ prompt: 'none' }).url);
  t.true('code' in toldApp(await silent()));
  await putInto(account, ['guests']);
  t.is(toldApp(await silent()).error, 'access_denied');
  const { user: stranger } = await signedInGuest();
  t.is(toldApp(await stranger.open((await newApp(LIMITED)).request({ prompt: 'none' }).url)).error, 'access_denied');
  t.is(toldApp(await newVisitor().open(app.request({ prompt: 'none' }).url)).error, 'login_required');
});

test('who leaves the groups while the consent page is open gets no code', async (t) => {
  const account = await accountIn('staff');
  const user = newVisitor();
  const consent = await toLogin(user, (await newApp(LIMITED)).request().url, account);
  await putInto(account, ['guests']);
  t.true(isNotAllowed(await user.submit(consent, 'consent-submit')));
});

test('who is not allowed can go on with another account', async (t) => {
  const app = await newApp(LIMITED);
  const { user } = await signedInGuest();
  t.true(isNotAllowed(await user.open(app.request().url)));
  await user.submit(await user.open(`${issuer}/session/end`), 'logout-confirm');
  t.true('code' in toldApp(await signIn(user, app.request().url, (await accountIn('staff')).email)));
});

async function tokensOf(account: Account) {
  const app = await newApp({ ...LIMITED, refresh_grace_seconds: 0 });
  const { body } = await redeem(app, await obtainCode(app, { login: account.email, scope: SCOPE }));
  const refresh = () => app.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' });
  return { app, body, refresh };
}

test('a refresh is invalid_grant, and the token goes on when the account is back in the group', async (t) => {
  const account = await accountIn('staff');
  const { refresh } = await tokensOf(account);
  await putInto(account, ['guests']);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const { statusCode, body } = await refresh();
    t.deepEqual([statusCode, body.error], [400, 'invalid_grant']);
  }
  await putInto(account, ['staff']);
  t.is((await refresh()).statusCode, 200);
});

test('a replay of a refresh token ends the family, also while the account is in none of the groups', async (t) => {
  const account = await accountIn('staff');
  const app = await newApp({ ...LIMITED, refresh_grace_seconds: 0 });
  const { body } = await redeem(app, await obtainCode(app, { login: account.email }));
  const refresh = (token = '') => app.token({ grant_type: 'refresh_token', refresh_token: token });
  const next = await refresh(body.refresh_token);
  await putInto(account, ['guests']);
  t.is((await refresh(body.refresh_token)).body.error, 'invalid_grant');
  await putInto(account, ['staff']);
  t.is((await refresh(next.body.refresh_token)).body.error, 'invalid_grant');
});

test('a code that was issued before is invalid_grant', async (t) => {
  const account = await accountIn('staff');
  const app = await newApp(LIMITED);
  const code = await obtainCode(app, { login: account.email });
  await putInto(account, ['guests']);
  t.is((await redeem(app, code)).body.error, 'invalid_grant');
});

test('userinfo and introspection take no token of it any more', async (t) => {
  const account = await accountIn('staff');
  const { app, body } = await tokensOf(account);
  const headers = { authorization: `Bearer ${body.access_token}` };
  const userinfo = async () => (await got(`${issuer}/me`, { headers, throwHttpErrors: false })).statusCode;
  const isActive = async (token = '') => (await app.post('/token/introspection', { token })).body.active;
  t.deepEqual(
    [await userinfo(), await isActive(body.access_token), await isActive(body.refresh_token)],
    [200, true, true],
  );
  await putInto(account, ['guests']);
  t.deepEqual(
    [await userinfo(), await isActive(body.access_token), await isActive(body.refresh_token)],
    [401, false, false],
  );
});

test('a client that is limited later lets those go that are outside', async (t) => {
  const account = await accountIn('guests');
  const app = await newApp();
  const { body } = await redeem(app, await obtainCode(app, { login: account.email }));
  await installation.clients.update(app.client.client_id, (client) => ({
    ...client,
    metadata: { ...client.metadata, ...LIMITED },
  }));
  const { statusCode } = await app.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' });
  t.is(statusCode, 400);
});

test('a device is told access_denied, and the user why', async (t) => {
  const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
  const app = await newApp({ ...LIMITED, grant_types: [grantType], response_types: [], redirect_uris: [] });
  const { body } = await app.post('/device/auth', { scope: SCOPE });
  const { user } = await signedInGuest();
  const code = { user_code: String(body.user_code) };
  const asked = await user.submit(await user.open(`${issuer}/device`), 'code-submit', code);
  const page = await user.submit(asked, 'confirm-submit');
  t.true(isNotAllowed(page));
  await user.submit(page, 'abort');
  const answer = await app.token({ grant_type: grantType, device_code: String(body.device_code) });
  t.is(answer.body.error, 'access_denied');
});

test('a service, which has no user, gets its own tokens', async (t) => {
  const service = { grant_types: ['client_credentials'], response_types: [], redirect_uris: [] };
  const identifier = 'https://limited.example.com/';
  await latchkey.createResource({ identifier, scopes: { 'a:b': 'Do things' } });
  const app = await newApp({ ...service, resources: [identifier] });
  // Nobody registers it so: it was once a client that users sign in to.
  const { clients } = latchkey.installation;
  await clients.update(app.client.client_id, (client) => ({ ...client, metadata: { ...client.metadata, ...LIMITED } }));
  const { statusCode } = await app.token({ grant_type: 'client_credentials', resource: identifier, scope: 'a:b' });
  t.is(statusCode, 200);
});

test('that an account is not allowed is an event of the client, with the account, once', async (t) => {
  const app = await newApp(LIMITED);
  const account = await accountIn('guests');
  await toLogin(newVisitor(), app.request().url, account);
  const noted = latchkey.logged.filter(
    ({ event, clientId }) => event === 'request.refused' && clientId === app.client.client_id,
  );
  t.is(noted.length, 1);
  t.like(noted[0], { reason: 'not_in_allowed_group', accountId: account.id });
});

test('allowed_groups names groups, and nothing else', async (t) => {
  for (const wrong of [[], 'staff', [1], [''], ['staff', ''], { staff: true }, [['staff']], null])
    await t.throwsAsync(newApp({ allowed_groups: wrong }), { code: 'client_metadata_invalid' }, JSON.stringify(wrong));
});
