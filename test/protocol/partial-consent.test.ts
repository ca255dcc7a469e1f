/** What is left unticked on the consent page is not granted, and the app is told what is (RFC 6749 5.1). */
import test from 'ava';
import { decodeJwt } from 'jose';
import { API, newVisitor, obtainCode, redeem, textOf, toldApp } from '../support/provider-fixture.ts';
import { type App, PASSWORD } from '../support/relying-party.ts';
import { boxesOf, type Page, type User } from '../support/user.ts';
import { askingProvider, OPAQUE, toConsent, userinfoOf } from './consenting.ts';

const fixture = await askingProvider();
const { newApp, newAccount } = fixture;

const ALL = 'openid profile email teams offline_access notes:read notes:write';

/** From a consent page to what the token endpoint says. */
async function allow(
  { app, user, page, verifier }: { app: App; user: User; page: Page; verifier: string },
  ticked: readonly string[],
  extra: Readonly<Record<string, string>> = {},
) {
  const { code = '' } = toldApp(await user.submit(page, 'consent-submit', { scope: ticked }));
  return (await redeem(app, { code, verifier }, extra)).body;
}

const sorted = (scope = ''): string[] => scope.split(' ').toSorted();

test('every scope but openid has a box, ticked at first', async (t) => {
  const { page } = await toConsent(fixture, { scope: ALL, resource: API });
  const values = ['profile', 'email', 'teams', 'offline_access', 'notes:read', 'notes:write'];
  t.deepEqual(boxesOf(page, 'scope'), Object.fromEntries(values.map((value) => [value, true])));
});

for (const [what, resource] of [
  ['a JWT', API],
  ['an opaque token', OPAQUE],
] as const) {
  test(`what is ticked is in the answer, and nothing else, with the API of ${what} and at each refresh`, async (t) => {
    const asked = await toConsent(fixture, { scope: ALL, resource });
    const tokens = await allow(asked, ['email', 'notes:read']);
    t.is(tokens.scope, 'notes:read');
    const refreshed = await asked.app.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' });
    t.is(refreshed.body.scope, 'notes:read');
    const ofAccount = { grant_type: 'refresh_token', refresh_token: refreshed.body.refresh_token ?? '' };
    const forUserinfo = await asked.app.token({ ...ofAccount, scope: 'openid email' });
    t.deepEqual(sorted(forUserinfo.body.scope), ['email', 'openid']);
    const claims = await userinfoOf(fixture, forUserinfo.body.access_token);
    t.deepEqual(Object.keys(claims).toSorted(), ['email', 'email_verified', 'sub']);
  });

  test(`with everything unticked the app gets openid alone, and no token for the API of ${what}`, async (t) => {
    const asked = await toConsent(fixture, { scope: ALL, resource });
    const tokens = await allow(asked, []);
    t.is(tokens.scope, 'openid');
    t.deepEqual(Object.keys(await userinfoOf(fixture, tokens.access_token)), ['sub']);
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
    t.is((await asked.app.token({ ...refresh, resource })).body.error, 'invalid_target');
    // The refused target has not used it up.
    t.is((await asked.app.token(refresh)).body.scope, 'openid');
  });
}

test('an app that repeats its whole scope at the refresh gets what was allowed of it', async (t) => {
  const asked = await toConsent(fixture, { scope: 'openid profile email' });
  const tokens = await allow(asked, ['email']);
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
  const { body } = await asked.app.token({ ...refresh, scope: 'openid profile email' });
  t.deepEqual(sorted(body.scope), ['email', 'openid']);
  const wider = { ...refresh, refresh_token: body.refresh_token ?? '', scope: 'openid email phone' };
  t.is((await asked.app.token(wider)).body.error, 'invalid_scope');
});

test('a code for a resource that was refused is not used up by asking for it', async (t) => {
  const { app, user, page, verifier } = await toConsent(fixture, { scope: 'openid notes:read', resource: API });
  const { code = '' } = toldApp(await user.submit(page, 'consent-submit', { scope: [] }));
  t.is((await redeem(app, { code, verifier }, { resource: API })).body.error, 'invalid_target');
  t.is((await redeem(app, { code, verifier })).body.scope, 'openid');
});

test('of two resources each gets what was ticked for it; a scope that both have has a box for each', async (t) => {
  const asked = await toConsent(fixture, { scope: 'openid notes:read notes:write', resource: [API, OPAQUE] });
  const values = [API, OPAQUE].flatMap((api) => [`${api} notes:read`, `${api} notes:write`]);
  t.deepEqual(Object.keys(boxesOf(asked.page, 'scope')).toSorted(), values.toSorted());
  const tokens = await allow(asked, [`${API} notes:read`, `${OPAQUE} notes:write`], { resource: API });
  t.is(tokens.scope, 'notes:read');
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
  t.is((await asked.app.token({ ...refresh, resource: OPAQUE })).body.scope, 'notes:write');
});

test('of two resources without openid, the one that is left needs no name', async (t) => {
  const asked = await toConsent(fixture, { scope: 'notes:read notes:write', resource: [API, OPAQUE] });
  const tokens = await allow(asked, [`${OPAQUE} notes:write`]);
  t.is(tokens.scope, 'notes:write');
  t.is(tokens.id_token, undefined);
});

test('a name alone ticks no box of a scope that two resources have', async (t) => {
  const asked = await toConsent(fixture, { scope: 'openid notes:read', resource: [API, OPAQUE] });
  t.is((await allow(asked, ['notes:read'])).scope, 'openid');
});

test('a scope that the account and an API have is left out for each by itself', async (t) => {
  for (const [ticked, ofAccount, ofApi] of [
    [['phone'], ['openid', 'phone'], undefined],
    [['https://phones.example.com/ phone'], ['openid'], 'phone'],
  ] as const) {
    const resource = 'https://phones.example.com/';
    const asked = await toConsent(fixture, { scope: 'openid phone', resource }, { use_granted_resource: false });
    t.deepEqual(Object.keys(boxesOf(asked.page, 'scope')), ['phone', `${resource} phone`]);
    const tokens = await allow(asked, ticked);
    t.deepEqual(sorted(tokens.scope), [...ofAccount]);
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '', resource };
    const { body } = await asked.app.token(refresh);
    if (ofApi === undefined) t.is(body.error, 'invalid_target');
    else t.is(body.scope, ofApi);
  }
});

test('without openid and with nothing left the answer is access_denied', async (t) => {
  const { app, user, page } = await toConsent(fixture, { scope: 'notes:read', resource: API });
  t.is(toldApp(await user.submit(page, 'consent-submit', { scope: [] })).error, 'access_denied');
  const again = app.request({ scope: 'notes:read', resource: API, prompt: 'none' });
  t.is(toldApp(await user.open(again.url)).error, 'access_denied');
});

test('a claim that is requested by its name has a box, and only what is ticked is released', async (t) => {
  const claims = JSON.stringify({
    userinfo: { phone_number: null, birthdate: null },
    id_token: { phone_number: null },
  });
  const asked = await toConsent(fixture, { scope: 'openid profile', claims });
  t.deepEqual(boxesOf(asked.page, 'claim'), { phone_number: true, birthdate: true });
  const page = await asked.user.submit(asked.page, 'consent-submit', { scope: ['profile'], claim: ['phone_number'] });
  const { body } = await redeem(asked.app, { code: toldApp(page).code ?? '', verifier: asked.verifier });
  const released = await userinfoOf(fixture, body.access_token);
  t.true('phone_number' in released);
  t.true('name' in released);
  // A scope that is allowed releases it too: that it was left out counts.
  t.false('birthdate' in released);
  t.is(decodeJwt(body.id_token ?? '').phone_number, released.phone_number);
});

test('a claim that was left out stays so in another browser', async (t) => {
  const account = await newAccount({ claims: { birthdate: '1815-12-10' } });
  const claims = JSON.stringify({ userinfo: { birthdate: null } });
  const asked = await toConsent(fixture, { scope: 'openid profile', claims }, {}, account);
  await asked.user.submit(asked.page, 'consent-submit', { claim: [] });
  const { app } = asked;
  const elsewhere = await obtainCode(app, { login: account.email, scope: 'openid profile' });
  const { body } = await redeem(app, elsewhere);
  t.false('birthdate' in (await userinfoOf(fixture, body.access_token)));
});

test('the claims of a scope of the organisation are left out with it', async (t) => {
  const asked = await toConsent(fixture, { scope: 'openid teams' });
  const { access_token } = await allow(asked, []);
  t.deepEqual(Object.keys(await userinfoOf(fixture, access_token)), ['sub']);
  const silent = asked.app.request({ scope: 'openid teams', prompt: 'none' });
  t.true('code' in toldApp(await asked.user.open(silent.url)));
});

test('the ID token follows what was ticked', async (t) => {
  const asked = await toConsent(fixture, { scope: 'openid profile email' }, { id_token_claims: ['email', 'name'] });
  const { id_token = '' } = await allow(asked, ['email']);
  t.is(decodeJwt(id_token).name, undefined);
  t.is(decodeJwt(id_token).email, asked.account.email);
});

test('without offline_access what the app gets ends with the session', async (t) => {
  const asked = await toConsent(fixture, { scope: 'openid offline_access', prompt: 'consent' });
  const { refresh_token = '' } = await allow(asked, []);
  const { user, app } = asked;
  await user.submit(await user.open(`${fixture.latchkey.issuer}/session/end`), 'logout-confirm');
  t.is((await app.token({ grant_type: 'refresh_token', refresh_token })).body.error, 'invalid_grant');
});

test('what the app requires has no box, is named as needed, and is granted whatever is posted', async (t) => {
  const metadata = { required_scopes: ['email', 'notes:read'] };
  const asked = await toConsent(
    fixture,
    { scope: 'openid email profile notes:read notes:write', resource: API },
    metadata,
  );
  t.deepEqual(Object.keys(boxesOf(asked.page, 'scope')), ['profile', 'notes:write']);
  t.regex(textOf(asked.page), /See your e-mail address Needed .*Read your notes Needed/);
  const tokens = await allow(asked, []);
  t.is(tokens.scope, 'notes:read');
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '', scope: 'openid email' };
  t.is((await asked.app.token(refresh)).body.scope, 'openid email');
});

test('what the app came to require after it was refused is asked for, and cannot be had silently', async (t) => {
  for (const [scope, resource] of [
    ['email', {}],
    ['notes:read', { resource: API }],
  ] as const) {
    const asked = await toConsent(fixture, { scope: `openid ${scope}`, ...resource });
    await asked.user.submit(asked.page, 'consent-submit', { scope: [] });
    await fixture.change(asked.app, { required_scopes: [scope] });
    const again = asked.app.request({ scope: `openid ${scope}`, ...resource });
    t.is(toldApp(await asked.user.open(`${again.url}&prompt=none`)).error, 'consent_required');
    const page = await asked.user.open(again.url);
    t.deepEqual(boxesOf(page, 'scope'), {});
    const { code = '' } = toldApp(await asked.user.submit(page, 'consent-submit'));
    const { body } = await redeem(asked.app, { code, verifier: again.verifier });
    t.true(sorted(body.scope).includes(scope));
  }
});

test('nothing of that is asked of a first-party app, whose page shows boxes where it asks for the page', async (t) => {
  const [app, account, user] = [await newApp({ first_party: true }), await newAccount(), newVisitor()];
  const { code, verifier } = await obtainCode(app, { login: account.email, user, scope: 'openid email' });
  t.is((await redeem(app, { code, verifier })).body.scope, 'openid email');
  const page = await user.open(app.request({ scope: 'openid email', prompt: 'consent' }).url);
  await user.submit(page, 'consent-submit', { scope: [] });
  // A user's word stands in another browser too, whoever's app it is.
  const other = await obtainCode(app, { login: account.email, scope: 'openid email' });
  t.is((await redeem(app, other)).body.scope, 'openid');
});

test('a denial remembers nothing', async (t) => {
  const { app, account, user, page } = await toConsent(fixture, { scope: 'openid email' });
  t.is(toldApp(await user.submit(page, 'abort')).error, 'access_denied');
  t.is(await fixture.latchkey.installation.consents.get(account.id, app.client.client_id), undefined);
  const login = await newVisitor().open(app.request({ scope: 'openid email' }).url);
  t.true(login.body.includes('login-submit'));
});

test('the scopes that the page shows are those of the request, as the resource has them by then', async (t) => {
  const identifier = `https://changing-${Date.now()}.example.com/`;
  await fixture.latchkey.createResource({ identifier, scopes: { one: 'One', two: 'Two' } });
  const request = { scope: 'openid one two three', resource: identifier };
  const asked = await toConsent(fixture, request);
  t.deepEqual(Object.keys(boxesOf(asked.page, 'scope')), ['one', 'two']);
  await fixture.changeResource(identifier, { one: 'One', three: 'Three' });
  // Neither granted, for it was not shown; nor refused, for nobody was asked.
  const page = await asked.user.submit(asked.page, 'consent-submit', { scope: ['one', 'two', 'three'] });
  t.deepEqual(Object.keys(boxesOf(page, 'scope')), ['one', 'three']);
  t.regex(textOf(page), /One Three New/);
  const { code = '' } = toldApp(await asked.user.submit(page, 'consent-submit', { scope: ['three'] }));
  t.is((await redeem(asked.app, { code, verifier: asked.verifier })).body.scope, 'three');
});

test('whoever signs in anew is not asked again for what is settled', async (t) => {
  const { app, account, user, page } = await toConsent(fixture, { scope: 'openid email profile' });
  await user.submit(page, 'consent-submit', { scope: ['email'] });
  const other = newVisitor();
  const request = app.request({ scope: 'openid email profile' });
  const login = await other.open(request.url);
  const back = await other.submit(login, 'login-submit', { login: account.email, password: PASSWORD });
  const { code = '' } = toldApp(back);
  t.is((await redeem(app, { code, verifier: request.verifier })).body.scope, 'openid email');
});
