/** Signing out at the provider, asked by an app or not (OIDC RP-Initiated Logout 1.0). */
import test from 'ava';
import got from 'got';
import { newVisitor, obtainCode, redeem, sharedProvider, textOf, toldApp } from '../support/provider-fixture.ts';
import type { App } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';

const { latchkey, newApp } = await sharedProvider();
const { issuer } = latchkey;
const AFTER = 'https://app.example.com/signed-out';

interface SignedIn {
  readonly app: App;
  readonly user: User;
  readonly idToken: string;
}

async function signedIn(metadata = {}): Promise<SignedIn> {
  const app = await newApp({ post_logout_redirect_uris: [AFTER], ...metadata });
  const { user, ...grant } = await obtainCode(app, { user: newVisitor({ stopAt: 'https://app.example.com/' }) });
  return { app, user, idToken: (await redeem(app, grant)).body.id_token ?? '' };
}

const ask = (user: User, parameters: Readonly<Record<string, string>> = {}): Promise<Page> =>
  user.open(`${issuer}/session/end?${new URLSearchParams(parameters)}`);

async function isSignedIn({ app, user }: SignedIn): Promise<boolean> {
  return 'code' in toldApp(await user.open(app.request({ prompt: 'none' }).url));
}

test('a hint and a registered address lead back to the app, with the state and nothing else', async (t) => {
  const visit = await signedIn();
  const page = await ask(visit.user, {
    id_token_hint: visit.idToken,
    post_logout_redirect_uri: AFTER,
    state: 'kept',
  });
  t.true(await isSignedIn(visit), 'nothing happens before it is confirmed');
  t.is((await visit.user.submit(page, 'logout-confirm')).url, `${AFTER}?state=kept`);
  t.false(await isSignedIn(visit));
});

test('without a state nothing is added to the address', async (t) => {
  const { user, idToken } = await signedIn();
  const page = await ask(user, { id_token_hint: idToken, post_logout_redirect_uri: AFTER });
  t.is((await user.submit(page, 'logout-confirm')).url, AFTER);
});

test('a client_id will do in place of the hint', async (t) => {
  const { app, user } = await signedIn();
  const page = await ask(user, { client_id: app.client.client_id, post_logout_redirect_uri: AFTER });
  t.is((await user.submit(page, 'logout-confirm')).url, AFTER);
});

test('a sign-out that was asked for again meanwhile says that nothing ended, and leads to signing out', async (t) => {
  const visit = await signedIn();
  const older = await ask(visit.user);
  await ask(visit.user);
  const page = await visit.user.submit(older, 'logout-confirm');
  t.is(page.status, 400);
  t.true(await isSignedIn(visit));
  const [, href = ''] = /<a class="button[^>]*href="([^"]*\/session\/end[^"]*)"/.exec(page.body) ?? [];
  const again = await visit.user.open(href.replaceAll('&amp;', '&'));
  await visit.user.submit(again, 'logout-confirm');
  t.false(await isSignedIn(visit));
});

const askedFor: Readonly<Record<string, (visit: SignedIn) => Readonly<Record<string, string>>>> = {
  nothing: () => ({}),
  'a state alone': () => ({ state: 'kept' }),
  'an address without saying which app asks': () => ({ post_logout_redirect_uri: AFTER, state: 'kept' }),
  'a hint without an address': ({ idToken }) => ({ id_token_hint: idToken }),
};

for (const [what, parameters] of Object.entries(askedFor)) {
  test(`with ${what} the user confirms and reads that they are signed out`, async (t) => {
    const visit = await signedIn();
    const page = await ask(visit.user, parameters(visit));
    t.is(page.status, 200);
    const after = await visit.user.submit(page, 'logout-confirm');
    t.true(after.url.startsWith(issuer));
    t.regex(textOf(after), /signed out/i);
    t.false(await isSignedIn(visit));
  });
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (claims: object): string => `${encoded({ alg: 'ES256' })}.${encoded(claims)}.c2lnbmF0dXJl`;

const mistakes: Readonly<Record<string, (visit: SignedIn) => Readonly<Record<string, string>>>> = {
  'an address that is not registered': ({ idToken }) => ({
    id_token_hint: idToken,
    post_logout_redirect_uri: 'https://evil.example/',
  }),
  'a registered address with a query added': ({ idToken }) => ({
    id_token_hint: idToken,
    post_logout_redirect_uri: `${AFTER}?foo=bar`,
  }),
  'a redirect URI of sign-ins as address': ({ idToken }) => ({
    id_token_hint: idToken,
    post_logout_redirect_uri: 'https://app.example.com/callback',
  }),
  'an address with another case, slash or port': ({ idToken }) => ({
    id_token_hint: idToken,
    post_logout_redirect_uri: `${AFTER}/`,
  }),
  'an address that is no address': ({ app }) => ({
    client_id: app.client.client_id,
    post_logout_redirect_uri: 'javascript:alert(1)',
  }),
  'an empty address': ({ app }) => ({ client_id: app.client.client_id, post_logout_redirect_uri: ' ' }),
  'a hint for several apps': () => ({ id_token_hint: unsigned({ aud: ['a', 'b'], sub: 'x' }) }),
  'a hint for no app': () => ({ id_token_hint: unsigned({ sub: 'x' }), post_logout_redirect_uri: AFTER }),
  'a hint for an app that is not known': () => ({ id_token_hint: unsigned({ aud: 'nobody', sub: 'x' }) }),
  'a hint whose app is an object': () => ({ id_token_hint: unsigned({ aud: { a: 1 }, sub: 'x' }) }),
  'a hint that is none': () => ({ id_token_hint: 'nonsense', post_logout_redirect_uri: AFTER }),
  'a hint without a signature': ({ idToken }) => ({
    id_token_hint: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${idToken.split('.')[1]}.`,
    post_logout_redirect_uri: AFTER,
  }),
  'a hint with another signature': ({ idToken }) => ({
    id_token_hint: `${idToken.slice(0, idToken.lastIndexOf('.'))}.${Buffer.alloc(256, 7).toString('base64url')}`,
    post_logout_redirect_uri: AFTER,
  }),
  'a hint that belongs to another client_id': ({ idToken }) => ({ id_token_hint: idToken, client_id: 'nobody' }),
  'a client_id that is not known': () => ({ client_id: 'nobody' }),
};

for (const [what, parameters] of Object.entries(mistakes)) {
  test(`${what}: a page says so, nobody is signed out, and it leads to signing out without it`, async (t) => {
    const visit = await signedIn();
    const page = await ask(visit.user, { ...parameters(visit), state: 'planted-state' });
    t.is(page.status, 400);
    t.true(page.url.startsWith(issuer));
    t.regex(textOf(page), /You are not signed out yet.*invalid_(request|client)/);
    t.true(await isSignedIn(visit));

    const href = /<a class="button primary" href="([^"]*)">/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
    t.true(href.startsWith(`${issuer}/session/end?`), href);
    t.notRegex(href, /hint|post_logout|planted|eyJ/);
    const after = await visit.user.submit(await visit.user.open(href), 'logout-confirm');
    t.true(after.url.startsWith(`${issuer}/session/end/success`));
    t.false(await isSignedIn(visit));
  });
}

test('what is wrong is said by what it is, in the language of the request', async (t) => {
  const { app, idToken, user } = await signedIn({ client_name: 'Harbour' });
  const { client_id: id } = app.client;
  const unregistered = { client_id: id, post_logout_redirect_uri: 'https://evil.example/' };
  const heading = async (parameters: Readonly<Record<string, string>>) =>
    /<h1>([^<]*)/.exec((await ask(user, parameters)).body)?.[1];
  t.regex((await heading(unregistered)) ?? '', /way back .* not registered/);
  t.regex((await heading({ id_token_hint: idToken, ...unregistered })) ?? '', /way back .* not registered/);
  t.regex((await heading({ ...unregistered, ui_locales: 'de' })) ?? '', /Rückweg .* nicht registriert/);
  t.regex((await heading({ id_token_hint: 'x', post_logout_redirect_uri: AFTER })) ?? '', /could not be checked/);
  t.regex((await heading({ client_id: 'nobody', post_logout_redirect_uri: AFTER })) ?? '', /not known here/);

  t.true(textOf(await ask(user, unregistered)).includes('Harbour'));
  const twice = await user.open(`${issuer}/session/end?client_id=${id}&state=a&state=b`);
  t.is(twice.status, 400);
  t.regex(twice.body, /href="[^"]*\/session\/end\?/);
});

test('who signs out for an app that does not say which it is, is told that there is no way back', async (t) => {
  const note = /did not identify itself/;
  const { app, user } = await signedIn();
  for (const address of [AFTER, 'https://evil.example/', 'x', '', 'javascript:alert(1)'])
    t.regex(textOf(await ask(user, { post_logout_redirect_uri: address })), note, address);
  for (const parameters of [{}, { state: 'x' }, { client_id: app.client.client_id, post_logout_redirect_uri: AFTER }])
    t.notRegex(textOf(await ask(user, parameters)), note);
});

test('a program is told in JSON', async (t) => {
  const address = `${issuer}/session/end?id_token_hint=x&post_logout_redirect_uri=${AFTER}`;
  const { statusCode, body } = await got(address, { headers: { accept: 'application/json' }, throwHttpErrors: false });
  t.is(statusCode, 400);
  t.is(JSON.parse(body).error, 'invalid_request');
});

test('signing out ends the session for every app', async (t) => {
  const visit = await signedIn();
  const other = await newApp();
  await obtainCode(other, { user: visit.user });
  await visit.user.submit(await ask(visit.user), 'logout-confirm');
  t.false(await isSignedIn({ ...visit, app: other }));
});

test('leaving one app keeps the session for the others', async (t) => {
  const visit = await signedIn();
  const other = await newApp();
  await obtainCode(other, { user: visit.user });
  const page = await ask(visit.user, { id_token_hint: visit.idToken });
  const after = await visit.user.submit(page, 'logout-stay');
  t.is(after.status, 200);
  t.true(await isSignedIn({ ...visit, app: other }));
});

test('the confirmation acts for the browser that asked, and for no other', async (t) => {
  const [visit, victim] = [await signedIn(), await signedIn()];
  const own = await ask(visit.user);
  await ask(victim.user);
  const answer = await victim.user.submit(own, 'logout-confirm');
  t.is(answer.status, 400);
  t.true(await isSignedIn(victim));
});

test('a user who is not signed in can sign out all the same', async (t) => {
  const page = await ask(newVisitor());
  t.is(page.status, 200);
  t.regex(page.body, /action="[^"]*\/session\/end\/confirm"/);
});

test('a confirmation without a session, or sent twice, is no success and no fault', async (t) => {
  const visit = await signedIn();
  const page = await ask(visit.user);
  await visit.user.submit(page, 'logout-confirm');
  t.is((await visit.user.submit(page, 'logout-confirm')).status, 400);
  t.is((await newVisitor().submit(page, 'logout-confirm')).status, 400);
});

test('a whole sign-out without an address to return to leads back to the app’s own page, and to no other', async (t) => {
  const known = {
    client_uri: { client_uri: 'https://app.example.com/home', initiate_login_uri: 'https://app.example.com/start' },
    initiate_login_uri: { initiate_login_uri: 'https://app.example.com/start' },
  };
  for (const [member, metadata] of Object.entries(known)) {
    const visit = await signedIn(metadata);
    const page = await ask(visit.user, { client_id: visit.app.client.client_id });
    const after = await visit.user.submit(page, 'logout-confirm');
    t.is(after.status, 200);
    const [, href = ''] = /<a class="button primary" href="([^"]*)"/.exec(after.body) ?? [];
    t.true(
      href.startsWith(member === 'client_uri' ? known.client_uri.client_uri : 'https://app.example.com/start?iss='),
      href,
    );
    t.false(await isSignedIn(visit));
  }
  const { user } = await signedIn();
  const alone = await user.submit(await ask(user), 'logout-confirm');
  t.regex(alone.body, /<a class="button" href="\/">/);
  const forged = `${issuer}/session/end/success?session=ended&client_uri=https%3A%2F%2Fevil.example`;
  t.false((await user.open(forged)).body.includes('evil.example'));
});
