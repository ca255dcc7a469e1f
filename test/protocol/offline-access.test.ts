/**
 * `offline_access` without `prompt=consent` (OIDC Core 11): a first-party app has it, any other has it if its user allowed it.
 * It is never the reason for a page, nor for an error, and what the app is told is what holds.
 */
import test from 'ava';
import { API, LOGIN, newVisitor, redeem, sharedProvider, toldApp } from '../support/provider-fixture.ts';
import { codeOf, signIn, type TokenAnswer } from '../support/relying-party.ts';
import { comeIn, doors, newSigningApp, type SigningApp } from '../support/request-doors.ts';
import type { Page, User } from '../support/user.ts';

const fixture = await sharedProvider();
const { latchkey } = fixture;
const CONFIGURED = 'openid email offline_access';
const WITHOUT = 'openid email';
const NATIVE = { application_type: 'native', redirect_uris: ['https://app.example.com/callback'] };

function namesIt({ body }: Page): boolean {
  return body.includes('id="consent-submit"') && body.includes('Keep this access while you are away');
}

const isPage = ({ url }: Page): boolean => url.startsWith(latchkey.issuer);

async function tokensFor(app: SigningApp, page: Page, verifier: string, extra = {}): Promise<TokenAnswer> {
  const { statusCode, body } = await redeem(app, { code: codeOf(page), verifier }, extra);
  if (statusCode !== 200) throw new Error(JSON.stringify(body));
  return body;
}

/** With the scope that the app is configured with, as libraries do. */
function refresh(app: SigningApp, { refresh_token: token = '' }: TokenAnswer, scope = CONFIGURED, extra = {}) {
  return app.token({ grant_type: 'refresh_token', refresh_token: token, scope, ...extra });
}

async function signOut(user: User): Promise<void> {
  await user.submit(await user.open(`${latchkey.issuer}/session/end`), 'logout-confirm');
}

/** Signed in and, but for first-party apps, everything in `scope` allowed on the page. */
async function signedIn(app: SigningApp, parameters: Readonly<Record<string, string>>): Promise<User> {
  const user = newVisitor();
  codeOf(await signIn(user, app.request(parameters).url, LOGIN));
  return user;
}

const scopesOf = ({ scope = '' }: TokenAnswer): readonly string[] => scope.split(' ').toSorted();
const sorted = (scope: string): readonly string[] => scope.split(' ').toSorted();

for (const door of Object.keys(doors)) {
  test(`${door}: a first-party app gets it without a page, and keeps its tokens after the sign-out`, async (t) => {
    const app = await newSigningApp(fixture, { first_party: true });
    const user = newVisitor();
    const { page, verifier } = await comeIn(fixture, { door, app, user }, { scope: CONFIGURED });
    const tokens = await tokensFor(app, await signIn(user, page.url, LOGIN), verifier);
    t.deepEqual(scopesOf(tokens), sorted(CONFIGURED));
    const refreshed = await refresh(app, tokens);
    t.is(refreshed.statusCode, 200);
    t.deepEqual(scopesOf(refreshed.body), sorted(CONFIGURED));

    await signOut(user);

    t.is((await refresh(app, refreshed.body)).statusCode, 200);
  });

  test(`${door}: a first-party app gets it silently, where it asked for less before`, async (t) => {
    const app = await newSigningApp(fixture, { first_party: true });
    const user = await signedIn(app, { scope: WITHOUT });
    const { page, verifier } = await comeIn(fixture, { door, app, user }, { scope: CONFIGURED, prompt: 'none' });
    t.deepEqual(scopesOf(await tokensFor(app, page, verifier)), sorted(CONFIGURED));
  });

  test(`${door}: a consent page that is shown anyway names it, and what is allowed there outlives the sign-out`, async (t) => {
    const app = await newSigningApp(fixture);
    const user = await signedIn(await newSigningApp(fixture), { scope: 'openid' });
    const { page, verifier } = await comeIn(fixture, { door, app, user }, { scope: CONFIGURED });
    t.true(namesIt(page));
    const tokens = await tokensFor(app, await user.submit(page, 'consent-submit'), verifier);
    t.deepEqual(scopesOf(tokens), sorted(CONFIGURED));
    await signOut(user);
    t.is((await refresh(app, tokens)).statusCode, 200);
  });

  test(`${door}: alone it asks nobody and fails no prompt=none; it stays out, and the refresh with it goes on`, async (t) => {
    const app = await newSigningApp(fixture);
    const user = await signedIn(app, { scope: WITHOUT });
    const tokens: TokenAnswer[] = [];
    for (const prompt of [{}, { prompt: 'none' }]) {
      const { page, verifier } = await comeIn(fixture, { door, app, user }, { scope: CONFIGURED, ...prompt });
      t.false(isPage(page));
      tokens.push(await tokensFor(app, page, verifier));
    }
    for (const issued of tokens) {
      t.deepEqual(scopesOf(issued), sorted(WITHOUT));
      const refreshed = await refresh(app, issued);
      t.is(refreshed.statusCode, 200);
      t.deepEqual(scopesOf(refreshed.body), sorted(WITHOUT));
      // Lost and sent again, it is the same request still.
      t.deepEqual((await refresh(app, issued)).body, refreshed.body);
    }
    await signOut(user);
    for (const issued of tokens) t.is((await refresh(app, issued)).body.error, 'invalid_grant');
  });
}

test('what the user allowed once is had again, in the same session and in the next', async (t) => {
  const app = await newSigningApp(fixture);
  const user = await signedIn(app, { scope: CONFIGURED, prompt: 'consent' });
  const { url, verifier } = app.request({ scope: CONFIGURED, prompt: 'none' });
  t.deepEqual(scopesOf(await tokensFor(app, await user.open(url), verifier)), sorted(CONFIGURED));

  const next = await signedIn(await newSigningApp(fixture), { scope: 'openid' });
  const later = app.request({ scope: CONFIGURED, prompt: 'none' });
  t.deepEqual(scopesOf(await tokensFor(app, await next.open(later.url), later.verifier)), sorted(CONFIGURED));
});

test('what was remembered without it is had without it in the next session, and without a page', async (t) => {
  const app = await newSigningApp(fixture);
  await signedIn(app, { scope: WITHOUT });
  const next = await signedIn(await newSigningApp(fixture), { scope: 'openid' });
  const { url, verifier } = app.request({ scope: CONFIGURED, prompt: 'none' });
  t.deepEqual(scopesOf(await tokensFor(app, await next.open(url), verifier)), sorted(WITHOUT));
});

test('a request without it gets tokens that end with the session, whatever was allowed before', async (t) => {
  const app = await newSigningApp(fixture, { first_party: true });
  const user = await signedIn(app, { scope: CONFIGURED });
  const { url, verifier } = app.request({ scope: WITHOUT });
  const tokens = await tokensFor(app, await user.open(url), verifier);
  t.deepEqual(scopesOf(tokens), sorted(WITHOUT));
  await signOut(user);
  t.is((await refresh(app, tokens, WITHOUT)).body.error, 'invalid_grant');
});

test('for an API it lasts as well', async (t) => {
  const app = await newSigningApp(fixture, { first_party: true });
  const user = newVisitor();
  const scope = 'openid notes:read offline_access';
  const { url, verifier } = app.request({ scope, resource: API });
  const tokens = await tokensFor(app, await signIn(user, url, LOGIN), verifier, { resource: API });
  await signOut(user);
  const refreshed = await refresh(app, tokens, scope, { resource: API });
  t.is(refreshed.statusCode, 200);
  t.is(refreshed.body.scope, 'notes:read');
});

test('the page that a native app always gets names it, first-party or not', async (t) => {
  for (const metadata of [{ first_party: true }, {}]) {
    const app = await newSigningApp(fixture, { ...NATIVE, ...metadata });
    const user = await signedIn(await newSigningApp(fixture), { scope: 'openid' });
    const { url, verifier } = app.request({ scope: CONFIGURED });
    const page = await user.open(url);
    t.true(namesIt(page));
    t.deepEqual(
      scopesOf(await tokensFor(app, await user.submit(page, 'consent-submit'), verifier)),
      sorted(CONFIGURED),
    );
  }
});

test('prompt=consent asks for it as before, first-party or not', async (t) => {
  for (const metadata of [{ first_party: true }, {}]) {
    const app = await newSigningApp(fixture, metadata);
    const user = await signedIn(app, { scope: WITHOUT });
    t.true(namesIt(await user.open(app.request({ scope: CONFIGURED, prompt: 'consent' }).url)));
  }
});

const withoutIt: Readonly<Record<string, object>> = {
  'that does not refresh': { grant_types: ['authorization_code'] },
  'that does not refresh, first-party': { grant_types: ['authorization_code'], first_party: true },
  'whose registered scope lacks it': { scope: 'openid email' },
  'whose registered scope lacks it, first-party': { scope: 'openid email', first_party: true },
};

for (const [which, metadata] of Object.entries(withoutIt)) {
  test(`an app ${which} is not given it, and its page does not name it`, async (t) => {
    for (const door of Object.keys(doors)) {
      const app = await newSigningApp(fixture, metadata);
      const user = await signedIn(await newSigningApp(fixture), { scope: 'openid' });
      const { page, verifier } = await comeIn(fixture, { door, app, user }, { scope: CONFIGURED });
      t.false(namesIt(page), door);
      const allowed = isPage(page) ? await user.submit(page, 'consent-submit') : page;
      t.deepEqual(scopesOf(await tokensFor(app, allowed, verifier)), sorted(WITHOUT), door);
    }
  });
}

test('a refresh for it alone, or for other scopes that were not granted, is invalid_scope', async (t) => {
  const app = await newSigningApp(fixture);
  const user = await signedIn(app, { scope: WITHOUT });
  const { url, verifier } = app.request({ scope: CONFIGURED });
  const tokens = await tokensFor(app, await user.open(url), verifier);
  for (const scope of ['offline_access', 'openid phone offline_access', 'openid phone', 'offline_access phone'])
    t.is((await refresh(app, tokens, scope)).body.error, 'invalid_scope', scope);
});

test('nothing but offline_access is nothing that a user could be asked for', async (t) => {
  const app = await newSigningApp(fixture);
  const user = await signedIn(app, { scope: WITHOUT });
  const told = toldApp(await user.open(app.request({ scope: 'offline_access', prompt: 'none' }).url));
  t.is(told.code, undefined);
  t.is(told.error, 'invalid_scope');
});

test('what stands beside a request object or a pushed request does not bring it in', async (t) => {
  for (const door of Object.keys(doors).filter((name) => name !== 'plain' && name !== 'posted')) {
    const app = await newSigningApp(fixture, { first_party: true });
    const user = await signedIn(app, { scope: WITHOUT });
    const open: User['open'] = (url) => user.open(`${url}&${new URLSearchParams({ scope: CONFIGURED })}`);
    const meddler = { ...user, open };
    const { page, verifier } = await comeIn(fixture, { door, app, user: meddler }, { scope: WITHOUT });
    t.deepEqual(scopesOf(await tokensFor(app, page, verifier)), sorted(WITHOUT), door);
  }
});
