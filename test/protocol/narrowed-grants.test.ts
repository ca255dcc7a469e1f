/** What a user refuses who had allowed it ends for tokens that are out already (RFC 7662 2.2: introspection says what holds now). */
import test from 'ava';
import { decodeJwt } from 'jose';
import { API, redeem, toldApp } from '../support/provider-fixture.ts';
import type { App, TokenAnswer } from '../support/relying-party.ts';
import { type Asked, askingProvider, OPAQUE, toConsent, userinfoOf } from './consenting.ts';

const fixture = await askingProvider();

/** Everything was allowed, and the app has its tokens. */
async function allowed(request: Readonly<Record<string, string>>, extra: Readonly<Record<string, string>> = {}) {
  const asked = await toConsent(fixture, request);
  const { code = '' } = toldApp(await asked.user.submit(asked.page, 'consent-submit'));
  const { body } = await redeem(asked.app, { code, verifier: asked.verifier }, extra);
  return { ...asked, tokens: body, request };
}

async function narrow(
  { app, user, request }: Asked & { readonly request: Readonly<Record<string, string>> },
  scope: readonly string[],
): Promise<void> {
  const page = await user.open(app.request({ ...request, prompt: 'consent' }).url);
  toldApp(await user.submit(page, 'consent-submit', { scope }));
}

const introspect = async (app: App, token: string | undefined) =>
  (await app.post('/token/introspection', { token: token ?? '' })).body;

const refresh = ({ app, tokens }: { app: App; tokens: TokenAnswer }, extra: Readonly<Record<string, string>> = {}) =>
  app.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '', ...extra });

for (const [what, resource] of [
  ['JWT', API],
  ['opaque', OPAQUE],
] as const) {
  const request = { scope: 'openid email notes:read notes:write', resource };

  test(`the introspection of an earlier ${what} access token says what is granted now`, async (t) => {
    const user = await allowed(request);
    t.like(await introspect(user.app, user.tokens.access_token), { active: true, scope: 'notes:read notes:write' });
    await narrow(user, ['email', 'notes:read']);
    t.like(await introspect(user.app, user.tokens.access_token), { active: true, scope: 'notes:read' });
    t.is(
      (await introspect(user.app, user.tokens.refresh_token)).scope,
      'openid email notes:read',
      'and that of the refresh token',
    );
  });

  test(`an earlier ${what} access token of which nothing is left is not active`, async (t) => {
    const user = await allowed(request);
    await narrow(user, ['email']);
    t.deepEqual(await introspect(user.app, user.tokens.access_token), { active: false });
  });

  test(`a refresh after the user allowed less gives less, with ${what} access tokens`, async (t) => {
    const user = await allowed(request);
    await narrow(user, ['notes:write']);
    const { body } = await refresh(user);
    t.is(body.scope, 'notes:write');
    if (what === 'JWT') t.is(decodeJwt(body.access_token).scope, 'notes:write');
  });

  test(`a refresh after the user refused the whole API gets openid alone, and names the ${what} one in vain`, async (t) => {
    const user = await allowed(request);
    await narrow(user, []);
    t.is((await refresh(user, { resource })).body.error, 'invalid_target');
    t.is((await refresh(user)).body.scope, 'openid');
  });

  test(`a refresh without openid after the user refused the whole API is invalid, with ${what} access tokens`, async (t) => {
    const user = await allowed({ scope: 'notes:read', resource });
    const page = await user.user.open(user.app.request({ ...user.request, prompt: 'consent' }).url);
    t.is(toldApp(await user.user.submit(page, 'consent-submit', { scope: [] })).error, 'access_denied');
    t.is((await refresh(user)).body.error, 'invalid_grant');
    t.deepEqual(await introspect(user.app, user.tokens.refresh_token), { active: false });
  });
}

test('userinfo follows the grant with an earlier access token', async (t) => {
  const user = await allowed({ scope: 'openid email phone teams' });
  t.deepEqual(Object.keys(await userinfoOf(fixture, user.tokens.access_token)).toSorted(), [
    ...['desk', 'email', 'email_verified', 'phone_number', 'sub', 'teams'],
  ]);
  await narrow(user, ['phone']);
  t.deepEqual(Object.keys(await userinfoOf(fixture, user.tokens.access_token)), ['sub', 'phone_number']);
});

test('an earlier code gives what is granted now', async (t) => {
  const asked = await toConsent(fixture, { scope: 'openid email phone' });
  const { code = '' } = toldApp(await asked.user.submit(asked.page, 'consent-submit'));
  await narrow({ ...asked, request: { scope: 'openid email phone' } }, ['phone']);
  const { body } = await redeem(asked.app, { code, verifier: asked.verifier });
  t.is(body.scope, 'openid phone');
  t.is(decodeJwt(body.id_token ?? '').email, undefined);
});

test('who takes back lasting access ends the refresh tokens that had it, and the app goes on with the session', async (t) => {
  const request = { scope: 'openid email offline_access' };
  const user = await allowed({ ...request, prompt: 'consent' });
  t.is((await introspect(user.app, user.tokens.refresh_token)).active, true);
  const again = user.app.request({ ...request, prompt: 'consent' });
  const page = await user.user.open(again.url);
  const { code = '' } = toldApp(await user.user.submit(page, 'consent-submit', { scope: ['email'] }));
  t.deepEqual(await introspect(user.app, user.tokens.refresh_token), { active: false });
  t.is((await refresh(user)).body.error, 'invalid_grant');
  const { body } = await redeem(user.app, { code, verifier: again.verifier });
  t.is(body.scope, 'openid email');
  t.is((await refresh({ app: user.app, tokens: body })).statusCode, 200);
});
