/** The client that /account is: built in, and its sign-ins come back once, to the browser that began them. */
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { endSessions } from '../../src/domain/accounts/change.ts';
import { createAccount } from '../../src/domain/accounts/create.ts';
import { removeClient, updateClient } from '../../src/domain/clients/change.ts';
import { advance, stopTime } from '../protocol/time.ts';
import { rejectsWith } from '../support/domain-errors.ts';
import { newVisitor, obtainCode, ownProvider, sharedProvider } from '../support/provider-fixture.ts';
import { CALLBACK, newVerifier, PASSWORD } from '../support/relying-party.ts';
import type { Page, User } from '../support/user.ts';
import { hasMessage, isAccountPage, isLoginPage, signInAt } from './fixture.ts';

stopTime();
const fixture = await sharedProvider();
const { latchkey } = fixture;
const { issuer, installation } = latchkey;
const BACK = `${issuer}/account/callback`;
const ID = 'latchkey-account';

/** As far as the address at which the sign-in comes back, which is not opened. */
async function comesBack(stopAt = BACK) {
  const account = await fixture.newAccount();
  const user = newVisitor({ stopAt });
  const page = await signInAt(fixture, account, user);
  return { account, user, callback: page.url, parameters: new URL(page.url).searchParams };
}

/** The same browser, which now goes on. */
const goingOn = ({ jar }: User, headers = {}): User => newVisitor({ jar, stopAt: 'nowhere:', headers });

async function isExpired(t: ExecutionContext, page: Page): Promise<void> {
  t.is(page.status, 400, page.body);
  t.true(page.body.includes('/docs/errors/sign_in_expired'));
  t.true(page.body.includes(`<a class="button primary" href="${issuer}/account">`));
}

/** Nobody is signed in at the page, other than by the provider's own session. */
const hasOwnSession = async ({ jar }: User): Promise<boolean> =>
  (await jar.getCookies(issuer)).some(({ key }) => key === 'latchkey_account');

const withParameter = (address: string, name: string, value: string | undefined): string => {
  const url = new URL(address);
  if (value === undefined) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  return url.href;
};

test.serial('it cannot be registered, shown, listed, changed or removed, and no account is called so', async (t) => {
  const wanted = { client_id: ID, client_name: 'x', redirect_uris: [CALLBACK] };
  await rejectsWith(t, 'client_id_taken', () => latchkey.createClient(wanted));
  t.is(await installation.clients.get(ID), undefined);
  t.false((await installation.clients.list({ limit: 100 })).items.some(({ id }) => id === ID));
  await rejectsWith(t, 'client_unknown', () => updateClient(ID, { client_name: 'x' }, installation.registration));
  await rejectsWith(t, 'client_unknown', () => removeClient(ID, installation));
  const imported = { email: 'x@example.com', claims: {}, imported: { sub: ID } };
  await rejectsWith(t, 'sub_taken', () => createAccount(imported, installation));
});

test.serial('its code comes back once, and signs in', async (t) => {
  const { user, callback } = await comesBack();
  const again = goingOn(user);
  t.true(isAccountPage(await again.open(callback)));
  t.is((await again.open(callback)).status, 400, 'the back button');
});

test.serial('of fifty who bring the code at once one signs in', async (t) => {
  const { user, callback } = await comesBack();
  const cookie = await user.jar.getCookieString(callback);
  const open = () =>
    got(callback, { headers: { cookie, accept: 'text/html' }, followRedirect: false, throwHttpErrors: false });
  const answers = await Promise.all(Array.from({ length: 50 }, open));
  t.is(answers.filter(({ statusCode }) => statusCode === 303).length, 1);
  t.is(answers.filter(({ statusCode }) => statusCode === 400).length, 49);
});

test.serial('a code that was used signs nobody in, not even with the cookie of its beginning', async (t) => {
  const { user, callback } = await comesBack();
  const before = await user.jar.clone();
  await goingOn(user).open(callback);
  const replaying = newVisitor({ jar: before, stopAt: 'nowhere:' });
  await isExpired(t, await replaying.open(callback));
  t.false(await hasOwnSession(replaying));
});

test.serial('of several tabs that began each signs in, in any order, up to the latest four', async (t) => {
  const account = await fixture.newAccount();
  const user = newVisitor();
  const tabs: Page[] = [];
  for (let number = 0; number < 5; number += 1) tabs.push(await user.open(`${issuer}/account`));
  const [first, ...others] = tabs;
  const credentials = { login: account.email, password: PASSWORD };
  for (const tab of others.reverse().concat(first ?? [])) {
    const page = await user.submit(tab, 'login-submit', credentials);
    if (tab === first) await isExpired(t, page);
    else t.true(isAccountPage(page), page.body);
  }
  const cookie = (await user.jar.getCookies(issuer)).find(({ key }) => key === 'latchkey_account_begun');
  t.is(cookie, undefined);
});

const returns: Readonly<Record<string, (callback: string) => string>> = {
  'without a state': (callback) => withParameter(callback, 'state', undefined),
  'with another state': (callback) => withParameter(callback, 'state', 'A'.repeat(43)),
  'with two states': (callback) => `${callback}&state=x`,
  'without a code': (callback) => withParameter(callback, 'code', undefined),
  'with an unknown code': (callback) => withParameter(callback, 'code', 'A'.repeat(43)),
  'with a code that is far too long': (callback) => withParameter(callback, 'code', 'A'.repeat(5000)),
  'with two codes': (callback) => `${callback}&code=x`,
  'with a code that is empty': (callback) => withParameter(callback, 'code', ''),
};

for (const [how, change] of Object.entries(returns)) {
  test.serial(`a sign-in that comes back ${how} signs nobody in`, async (t) => {
    const { user, callback } = await comesBack();
    const visitor = goingOn(user);
    await isExpired(t, await visitor.open(change(callback)));
    t.false(await hasOwnSession(visitor));
  });
}

test.serial('a sign-in that began in another browser comes back in vain', async (t) => {
  const { callback } = await comesBack();
  const { user } = await comesBack();
  const victim = goingOn(user);
  await isExpired(t, await victim.open(callback));
  t.false(await hasOwnSession(victim));
});

test.serial('with the cookie of its beginning alone, another browser is not the one that began', async (t) => {
  const { user, callback } = await comesBack();
  const cookies = (await user.jar.getCookies(issuer)).filter(({ key }) => key.startsWith('latchkey_account'));
  const { callback: _theirs, user: other } = await comesBack();
  for (const cookie of cookies) await other.jar.setCookie(cookie.toString(), issuer);
  await isExpired(t, await goingOn(other).open(callback));
});

test.serial('a browser that keeps no cookies is told so, with a button', async (t) => {
  const { callback } = await comesBack();
  const page = await newVisitor().open(callback);
  t.is(page.status, 403);
  t.true(page.body.includes('/docs/errors/cookies_blocked'));
  t.true(page.body.includes('<a class="button primary" href="/account">'));
});

test.serial('a code of another client is not taken, with its own verifier neither', async (t) => {
  const app = await fixture.newApp();
  const { user, callback } = await comesBack();
  const { code } = await obtainCode(app);
  await isExpired(t, await goingOn(user).open(withParameter(callback, 'code', code)));
});

test.serial('a code that was asked for with another verifier is not taken', async (t) => {
  const { user, callback } = await comesBack();
  const own = {
    ...{ client_id: ID, response_type: 'code', redirect_uri: BACK, scope: 'openid', code_challenge_method: 'S256' },
    ...{ state: 'x', code_challenge: newVerifier().challenge },
  };
  const injected = new URL((await user.open(`${issuer}/auth?${new URLSearchParams(own)}`)).url).searchParams;
  t.truthy(injected.get('code'));
  await isExpired(t, await goingOn(user).open(withParameter(callback, 'code', injected.get('code') ?? '')));
});

test.serial('a code is not taken after a minute, and its beginning not after an hour', async (t) => {
  const late = await comesBack();
  advance(61);
  await isExpired(t, await goingOn(late.user).open(late.callback));
  const account = await fixture.newAccount();
  const user = newVisitor();
  await user.open(`${issuer}/account`);
  advance(3601);
  const { callback: fresh } = await comesBack();
  await isExpired(t, await user.open(fresh));
  t.false(isAccountPage(await user.open(`${issuer}/account`)), account.email);
});

test.serial('a code whose session was ended before it came back is not taken', async (t) => {
  const { account, user, callback } = await comesBack();
  await endSessions(account.id, installation);
  const visitor = goingOn(user);
  await isExpired(t, await visitor.open(callback));
  t.true(isLoginPage(await visitor.open(`${issuer}/account`)));
});

test.serial('its codes are nobody’s at the token endpoint, with whatever proof', async (t) => {
  const { user, parameters, callback } = await comesBack();
  const form = { grant_type: 'authorization_code', code: parameters.get('code') ?? '', redirect_uri: BACK };
  const proofs = [
    { form: { ...form, client_id: ID } },
    { form: { ...form, client_id: ID, client_secret: '' } },
    { form: { ...form, client_id: ID, client_secret: 'A'.repeat(43) } },
    { form, username: ID, password: '' },
    { form, username: ID, password: 'undefined' },
  ];
  for (const proof of proofs) {
    const { body } = await got.post(`${issuer}/token`, {
      ...proof,
      throwHttpErrors: false,
      retry: { limit: 0 },
    });
    t.true(['invalid_client', 'invalid_request'].includes(JSON.parse(body).error), body);
  }
  t.true(isAccountPage(await goingOn(user).open(callback)), 'and they are not used up by it');
});

test.serial('whoever cancels is told that nothing happened, and how to go on', async (t) => {
  const user = newVisitor();
  const page = await user.submit(await user.open(`${issuer}/account`), 'abort');
  t.true(hasMessage(page, 'cancelled'));
  t.is(page.status, 400);
  t.true(page.body.includes('/docs/errors/access_denied'));
  t.true(page.body.includes('<a class="button primary" href="/account">'));
  t.true(isLoginPage(await user.open(`${issuer}/account`)));
  // An error that was made up, for a sign-in that nobody began.
  await isExpired(t, await user.open(`${BACK}?error=access_denied&state=x`));
});

test.serial('whoever cancels a proof stays signed in, and nothing changes', async (t) => {
  const account = await fixture.newAccount();
  const user = newVisitor();
  await signInAt(fixture, account, user);
  const page = await user.submit(await user.open(`${issuer}/account/proof?section=password`), 'abort');
  t.true(hasMessage(page, 'cancelled'));
  t.true((await user.open(`${issuer}/account`)).body.includes(account.email));
});

test.serial('no error that comes back puts anything into the page', async (t) => {
  const { user, callback } = await comesBack();
  const url = new URL(callback);
  url.searchParams.delete('code');
  url.searchParams.set('error', '<b>planted</b>');
  url.searchParams.set('error_description', '<b>planted</b>');
  const page = await goingOn(user).open(url.href);
  t.is(page.status, 400);
  t.false(page.body.includes('planted'));
});

async function promptAt(t: ExecutionContext, environment: Readonly<Record<string, string>>) {
  const { latchkey: own } = await ownProvider(t, { environment });
  const { headers } = await got(`${own.issuer}/account/register`, { followRedirect: false });
  return new URL(String(headers.location)).searchParams.get('prompt');
}

test('registering begins there where it is offered, and signing in where it is not', async (t) => {
  t.is(await promptAt(t, { ACCOUNT_REGISTRATION: 'open' }), 'create');
  t.is(await promptAt(t, { ACCOUNT_REGISTRATION: 'approval' }), 'create');
  t.is(await promptAt(t, { ACCOUNT_REGISTRATION: 'invited' }), null);
  t.is(await promptAt(t, { ACCOUNT_REGISTRATION: 'off' }), null);
});

test.serial('opening the page leads to a sign-in, which no cache may keep', async (t) => {
  for (const path of ['/account', '/account/register', '/account/proof']) {
    const { statusCode, headers } = await got(`${issuer}${path}`, { followRedirect: false });
    t.is(statusCode, 303, path);
    t.true(String(headers.location).startsWith(`${issuer}/auth?`));
    t.is(headers['cache-control'], 'no-store');
  }
});

test.serial('nothing that signs anybody in stands in an address that is logged', async (t) => {
  const { callback, user } = await comesBack();
  await goingOn(user).open(callback);
  const code = new URL(callback).searchParams.get('code') ?? '';
  t.false(JSON.stringify(latchkey.logged).includes(code));
  t.false(JSON.stringify(latchkey.logged).includes(PASSWORD));
});
