/** What was refused is remembered as such: it is asked about again with prompt=consent alone, and what is allowed then is granted. */
import test from 'ava';
import { revokeGrants } from '../../src/domain/grants/revoke.ts';
import { API, newVisitor, redeem, textOf, toldApp } from '../support/provider-fixture.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { boxesOf, type Page, type User } from '../support/user.ts';
import { type Asked, askingProvider, OPAQUE, toConsent, userinfoOf } from './consenting.ts';

const fixture = await askingProvider();
const { installation } = fixture.latchkey;

const SCOPE = 'openid email teams notes:read notes:write';
const REQUEST = { scope: SCOPE, resource: API };
const consented = ({ body }: Page): boolean => !body.includes('id="consent-submit"');

/** One more request of the app in the browser of this user. */
async function ask({ app, account, user }: Asked, parameters: Readonly<Record<string, string>>, browser: User = user) {
  const { url, verifier } = app.request(parameters);
  let page = await browser.open(url);
  if (page.body.includes('id="login-submit"'))
    page = await browser.submit(page, 'login-submit', { login: account.email, password: PASSWORD });
  return { page, verifier };
}

async function tokensOf({ app }: Asked, page: Page, verifier: string, extra: Readonly<Record<string, string>> = {}) {
  return (await redeem(app, { code: toldApp(page).code ?? '', verifier }, extra)).body;
}

const scopesOf = ({ scope = '' }: { scope?: string | undefined }): string[] => scope.split(' ').toSorted();

for (const [what, scope, request] of [
  ['a scope of the account', 'email', { scope: 'openid email' }],
  ['a scope of the organisation', 'teams', { scope: 'openid teams' }],
  ['a scope of an API', 'notes:read', { scope: 'openid notes:read', resource: API }],
  ['a scope of an API with opaque tokens', 'notes:read', { scope: 'openid notes:read', resource: OPAQUE }],
] as const) {
  test(`${what} that was refused, and then allowed with prompt=consent, is in the token`, async (t) => {
    const asked = await toConsent(fixture, request);
    const refused = await asked.user.submit(asked.page, 'consent-submit', { scope: [] });
    t.is((await tokensOf(asked, refused, asked.verifier)).scope, 'openid');

    const { page, verifier } = await ask(asked, { ...request, prompt: 'consent' });
    t.deepEqual(boxesOf(page, 'scope'), { [scope]: false });
    t.regex(textOf(page), /Not allowed last time/);
    const allowed = await asked.user.submit(page, 'consent-submit', { scope: [scope] });
    const tokens = await tokensOf(asked, allowed, verifier);
    t.true(scopesOf(tokens).includes(scope));

    // And from then on, in this browser and in another one.
    for (const browser of [asked.user, newVisitor()]) {
      const later = await ask(asked, request, browser);
      t.true(scopesOf(await tokensOf(asked, later.page, later.verifier)).includes(scope));
    }
  });
}

test('a claim that was refused, and then allowed with prompt=consent, is released', async (t) => {
  const request = { scope: 'openid', claims: JSON.stringify({ userinfo: { birthdate: null } }) };
  const asked = await toConsent(fixture, request);
  const refused = await asked.user.submit(asked.page, 'consent-submit', { claim: [] });
  const without = await tokensOf(asked, refused, asked.verifier);
  t.false('birthdate' in (await userinfoOf(fixture, without.access_token)));
  const { page, verifier } = await ask(asked, { ...request, prompt: 'consent' });
  t.deepEqual(boxesOf(page, 'claim'), { birthdate: false });
  const allowed = await asked.user.submit(page, 'consent-submit', { claim: ['birthdate'] });
  const tokens = await tokensOf(asked, allowed, verifier);
  t.true('birthdate' in (await userinfoOf(fixture, tokens.access_token)));
});

test('silent requests that ask for what was refused succeed with what was allowed, in every browser', async (t) => {
  const asked = await toConsent(fixture, REQUEST);
  await asked.user.submit(asked.page, 'consent-submit', { scope: ['email', 'notes:write'] });
  for (const browser of [asked.user, newVisitor()]) {
    const first = await ask(asked, REQUEST, browser);
    t.true(consented(first.page));
    const silent = await ask(asked, { ...REQUEST, prompt: 'none' }, browser);
    t.is((await tokensOf(asked, silent.page, silent.verifier)).scope, 'notes:write');
    const ofAccount = await ask(asked, { scope: SCOPE, prompt: 'none' }, browser);
    t.deepEqual(scopesOf(await tokensOf(asked, ofAccount.page, ofAccount.verifier)), ['email', 'openid']);
  }
});

test('a page that comes for something new asks for that alone and for what was allowed, not for what was refused', async (t) => {
  const asked = await toConsent(fixture, { scope: 'openid email profile' });
  await asked.user.submit(asked.page, 'consent-submit', { scope: ['email'] });
  const more = { scope: 'openid email profile phone' };
  const { page, verifier } = await ask(asked, more);
  t.deepEqual(boxesOf(page, 'scope'), { email: true, phone: true });
  t.regex(textOf(page), /See your phone number New/);
  t.false(/(Recognise you|e-mail address) (Needed )?New/.test(textOf(page)));
  const back = await asked.user.submit(page, 'consent-submit');
  t.deepEqual(scopesOf(await tokensOf(asked, back, verifier)), ['email', 'openid', 'phone']);
  const consent = await installation.consents.get(asked.account.id, asked.app.client.client_id);
  t.deepEqual(consent?.refused.oidcScopes, ['profile']);
});

test('what was not shown cannot be allowed by a forged box', async (t) => {
  const asked = await toConsent(fixture, { scope: 'openid email' });
  await asked.user.submit(asked.page, 'consent-submit', { scope: [] });
  const { page, verifier } = await ask(asked, { scope: 'openid email phone' });
  const back = await asked.user.submit(page, 'consent-submit', { scope: ['email', 'phone', 'profile', 'notes:read'] });
  t.deepEqual(scopesOf(await tokensOf(asked, back, verifier)), ['openid', 'phone']);
});

test('nothing is marked where nothing was ever remembered, nor after a revocation', async (t) => {
  const asked = await toConsent(fixture, REQUEST);
  t.false(/\bNew\b|last time/.test(textOf(asked.page)));
  await asked.user.submit(asked.page, 'consent-submit', { scope: ['email'] });
  await revokeGrants({ accountId: asked.account.id, clientId: asked.app.client.client_id }, installation);
  const { page } = await ask(asked, REQUEST);
  t.false(/\bNew\b|last time/.test(textOf(page)));
  t.true(Object.values(boxesOf(page, 'scope')).every((isTicked) => isTicked));
  t.is(Object.keys(boxesOf(page, 'scope')).length, 4);
});

test('what was allowed is narrowed with prompt=consent, in every browser', async (t) => {
  const asked = await toConsent(fixture, REQUEST);
  await asked.user.submit(asked.page, 'consent-submit');
  const other = newVisitor();
  const before = await ask(asked, REQUEST, other);
  t.is((await tokensOf(asked, before.page, before.verifier)).scope, 'notes:read notes:write');

  const { page, verifier } = await ask(asked, { ...REQUEST, prompt: 'consent' });
  t.true(Object.values(boxesOf(page, 'scope')).every((isTicked) => isTicked));
  const back = await asked.user.submit(page, 'consent-submit', { scope: ['notes:read'] });
  t.is((await tokensOf(asked, back, verifier)).scope, 'notes:read');
  const after = await ask(asked, { ...REQUEST, prompt: 'none' }, other);
  t.is((await tokensOf(asked, after.page, after.verifier)).scope, 'notes:read');
});

test('of two tabs that answer differently the one that is posted last counts, whichever goes on first', async (t) => {
  const asked = await toConsent(fixture, { scope: 'openid' });
  await asked.user.submit(asked.page, 'consent-submit');
  const [one, two] = [await ask(asked, { scope: 'openid email' }), await ask(asked, { scope: 'openid email phone' })];
  const refused = await asked.user.submit(one.page, 'consent-submit', { scope: [] });
  const allowed = await asked.user.submit(two.page, 'consent-submit', { scope: ['email'] });
  t.deepEqual(scopesOf(await tokensOf(asked, allowed, two.verifier)), ['email', 'openid']);
  // Its code names what was granted when it was made (RFC 6749 5.1).
  t.is((await tokensOf(asked, refused, one.verifier)).scope, 'openid');
  const later = await ask(asked, { scope: 'openid email phone', prompt: 'none' });
  t.deepEqual(scopesOf(await tokensOf(asked, later.page, later.verifier)), ['email', 'openid']);
});

test('two tabs that refuse different things at once are both obeyed', async (t) => {
  const asked = await toConsent(fixture, { scope: 'openid' });
  await asked.user.submit(asked.page, 'consent-submit');
  const pages = [await ask(asked, { scope: 'openid email' }), await ask(asked, { scope: 'openid phone' })];
  await Promise.all(pages.map(({ page }) => asked.user.submit(page, 'consent-submit', { scope: [] })));
  const later = await ask(asked, { scope: 'openid email phone', prompt: 'none' });
  t.is((await tokensOf(asked, later.page, later.verifier)).scope, 'openid');
});

test('a native app, whose users see the page each time, shows what was refused only where nothing else is asked', async (t) => {
  const native = {
    ...{ application_type: 'native', token_endpoint_auth_method: 'none', grant_types: ['authorization_code'] },
    redirect_uris: ['https://app.example.com/callback'],
  };
  const asked = await toConsent(fixture, { scope: 'openid email phone' }, native);
  await asked.user.submit(asked.page, 'consent-submit', { scope: ['phone'] });
  t.deepEqual(boxesOf((await ask(asked, { scope: 'openid email phone' })).page, 'scope'), { phone: true });
  const only = await toConsent(fixture, { scope: 'notes:read', resource: API }, native);
  await only.user.submit(only.page, 'consent-submit', { scope: [] });
  const { page } = await ask(only, { scope: 'notes:read', resource: API });
  t.deepEqual(boxesOf(page, 'scope'), { 'notes:read': false });
});

test('a scope of the organisation that releases more by now is new', async (t) => {
  const asked = await toConsent(fixture, { scope: 'openid teams email' });
  await asked.user.submit(asked.page, 'consent-submit');
  const { id } = asked.account;
  const clientId = asked.app.client.client_id;
  const before = await installation.consents.get(id, clientId);
  if (before === undefined) throw new Error('nothing is remembered');
  await installation.consents.change({ accountId: id, clientId }, () => ({ ...before, oidcClaims: ['teams'] }));
  const { page } = await ask(asked, { scope: 'openid teams email', prompt: 'consent' });
  t.regex(textOf(page), /See your teams New/);
  t.false(/e-mail address New/.test(textOf(page)));
});
