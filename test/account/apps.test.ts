/** What somebody sees of the apps that have access to their account, and what becomes of one that they revoke. */
import test from 'ava';
import { ACCOUNT_CLIENT_ID } from '../../src/domain/clients/register.ts';
import { languages } from '../../src/web/pages/language.ts';
import { introspect, issue } from '../protocol/introspecting.ts';
import { remember } from '../support/consents.ts';
import {
  API,
  type Fixture,
  newVisitor,
  obtainCode,
  redeem,
  sharedProvider,
  toldApp,
} from '../support/provider-fixture.ts';
import { type App, codeOf } from '../support/relying-party.ts';
import type { Page } from '../support/user.ts';
import { atAccount, hasMessage, isAccountPage } from './fixture.ts';

const fixture = await sharedProvider({
  scopes: [{ name: 'teams', claims: ['groups', 'team'], description: 'See which team you are in' }],
});
const { issuer, installation } = fixture.latchkey;

const section = ({ body }: Page): string => /<section class="group" id="apps"[\s\S]*?<\/section>/.exec(body)?.[0] ?? '';
/** Of each app, its part of the list. */
const entries = (page: Page): readonly string[] => section(page).split('<h3>').slice(1);

async function tokensOf(app: App, login: string, parameters: Readonly<Record<string, unknown>> = {}) {
  const { user, ...grant } = await obtainCode(app, { login, ...parameters });
  return { user, ...(await redeem(app, grant)).body };
}

const refresh = async (app: App, token = '') =>
  (await app.token({ grant_type: 'refresh_token', refresh_token: token })).body;

const open = (user: ReturnType<typeof newVisitor>): Promise<Page> => user.open(`${issuer}/account`);

/** Signed in at /account, with two apps that are used in another browser. */
async function withApps(provider: Fixture = fixture) {
  const at = await atAccount(provider);
  const [app, other] = [
    await provider.newApp({ client_name: 'Notes' }),
    await provider.newApp({ client_name: 'Photos' }),
  ];
  const mine = await tokensOf(app, at.account.email);
  const others = await tokensOf(other, at.account.email, { user: mine.user });
  return { ...at, page: await open(at.user), app, other, mine, others };
}

/** The button of one app: the list begins with the one that was used last. */
const buttonOf = (page: Page, { client }: App): string =>
  `revoke-app-${entries(page).findIndex((entry) => entry.includes(`value="${client.client_id}"`))}`;

test('each app is listed with its link, and in the words of the consent page with what it may do', async (t) => {
  const { user, account } = await atAccount(fixture);
  const app = await fixture.newApp({ client_name: 'Notes', client_uri: 'https://notes.example/' });
  const scope = 'openid email offline_access teams notes:read';
  const login = await user.open(app.request({ scope, resource: API, prompt: 'consent' }).url);
  const consent = login.body;
  await user.submit(login, 'consent-submit');
  const [entry = '', ...more] = entries(await open(user));
  t.deepEqual(more, []);
  t.regex(entry, /^Notes<\/h3>/);
  t.regex(entry, /<a href="https:\/\/notes\.example\/"[^>]*>notes\.example/);
  const asked = [...consent.matchAll(/<span class="permission"[^>]*>([^<]+)</g)].map(([, title]) => title);
  t.true(asked.length >= 5, String(asked));
  const listed = [...entry.matchAll(/<li[^>]*>([^<]+)</g)].map(([, title]) => title);
  t.deepEqual(listed, asked);
  t.true(entry.includes(API));
  t.true((await installation.consents.get(account.id, app.client.client_id)) !== undefined);
});

test('the page itself is no app of the list, and is not revoked', async (t) => {
  const { user, page, account } = await atAccount(fixture);
  t.true(page.body.includes('id="no-apps"'));
  await tokensOf(await fixture.newApp(), account.email);
  const answer = await user.submit(await open(user), 'revoke-app-0', { app: ACCOUNT_CLIENT_ID });
  t.is(answer.status, 404);
  t.true(isAccountPage(await open(user)));
});

test('a revoked app is gone at its next refresh, at introspection and at a silent sign-in, and another one is not', async (t) => {
  for (const kind of ['JWT access token', 'opaque access token'] as const) {
    const at = await atAccount(fixture);
    const issued = await issue(fixture, kind, { login: at.account.email });
    const other = await fixture.newApp();
    const kept = await tokensOf(other, at.account.email, { user: issued.user });
    const page = await open(at.user);
    const revoked = await at.user.submit(page, buttonOf(page, issued.app));
    t.true(revoked.body.includes('The app has no access to your account any more.'));
    t.is(entries(revoked).length, 1);
    t.is((await refresh(issued.app, issued.answer.refresh_token)).error, 'invalid_grant');
    t.deepEqual((await introspect(issued.api?.client ?? issued.app, issued.token)).body, { active: false });
    t.is(toldApp(await issued.user.open(issued.app.request({ prompt: 'none' }).url)).error, 'consent_required');
    t.truthy((await refresh(other, kept.refresh_token)).access_token);
    t.truthy(codeOf(await issued.user.open(other.request({ prompt: 'none' }).url)));
  }
});

test('an app is revoked in every session and device, and asks again', async (t) => {
  const { user, account, page, app, mine } = await withApps();
  const elsewhere = await tokensOf(app, account.email, { scope: 'openid offline_access', prompt: 'consent' });
  await user.submit(page, buttonOf(page, app));
  for (const { refresh_token: token } of [mine, elsewhere]) t.is((await refresh(app, token)).error, 'invalid_grant');
  t.true((await elsewhere.user.open(app.request().url)).body.includes('id="consent-submit"'));
});

test('an app that the account has not is refused, and loses nothing at another account', async (t) => {
  const [one, two] = [await withApps(), await withApps()];
  for (const app of [two.app.client.client_id, 'nobody', '', 'x'.repeat(5000), '\0']) {
    const answer = await one.user.submit(one.page, 'revoke-app-0', { app });
    t.is(answer.status, 404, app.slice(0, 9));
    t.true(hasMessage(answer, 'app_unknown'));
    t.true(answer.body.includes('href="/account#apps"'));
  }
  for (const { app, other, mine, others } of [one, two]) {
    t.truthy((await refresh(app, mine.refresh_token)).access_token);
    t.truthy((await refresh(other, others.refresh_token)).access_token);
  }
});

test('a first-party app is listed with a sentence, and gets access again when it is next used', async (t) => {
  const { user, account } = await atAccount(fixture);
  const app = await fixture.newApp({ client_name: 'Intranet', first_party: true });
  const { refresh_token: token, user: browser } = await tokensOf(app, account.email);
  const page = await open(user);
  t.regex(entries(page)[0] ?? '', /Your organisation gave this app its access/);
  await user.submit(page, 'revoke-app-0');
  t.is((await refresh(app, token)).error, 'invalid_grant');
  t.truthy(codeOf(await browser.open(app.request({ prompt: 'none' }).url)));
});

test('an app whose sessions are over is listed as one that has no access at this moment, and can be revoked', async (t) => {
  const { user, account } = await atAccount(fixture);
  const app = await fixture.newApp({ client_name: 'Notes' });
  const { user: browser } = await tokensOf(app, account.email);
  await browser.submit(await browser.open(`${issuer}/session/end`), 'logout-confirm');
  const page = await open(user);
  t.regex(entries(page)[0] ?? '', /It has no access at this moment/);
  t.true((await user.submit(page, 'revoke-app-0')).body.includes('id="no-apps"'));
  t.is(await installation.consents.get(account.id, app.client.client_id), undefined);
});

test('an app that was removed is listed by its identifier, and can be revoked', async (t) => {
  const { user, account } = await atAccount(fixture);
  const app = await fixture.newApp({ client_name: 'Notes' });
  const id = app.client.client_id;
  await tokensOf(app, account.email);
  // As a removal leaves it that failed half-way.
  await installation.clients.remove(id);
  await installation.providerDeps.caches.clients.reload(id);
  const page = await open(user);
  t.is(page.status, 200);
  t.true((entries(page)[0] ?? '').startsWith(id));
  t.regex(section(page), /not registered here any more/);
  t.true((await user.submit(page, 'revoke-app-0')).body.includes('id="no-apps"'));
});

test('a consent of an earlier version, of which nobody knows since when, breaks no page', async (t) => {
  const { user, account } = await atAccount(fixture);
  const { consents } = installation;
  const ofAccount = consents.ofAccount.bind(consents);
  const consent = {
    accountId: account.id,
    clientId: 'old',
    oidcScopes: ['openid'],
    oidcClaims: [],
    resourceScopes: {},
  };
  Object.assign(consents, {
    ofAccount: async (id: string, limit: number) => (id === account.id ? [consent] : ofAccount(id, limit)),
  });
  t.notRegex(entries(await open(user))[0] ?? '', /Since|<time/);
});

test('of many apps the fifty that were used last are shown, and how many more there are', async (t) => {
  const { user, account } = await atAccount(fixture);
  for (let number = 0; number < 120; number += 1)
    await remember(
      installation.consents,
      { accountId: account.id, clientId: `many-${number}` },
      { oidcScopes: ['openid'] },
    );
  const page = await open(user);
  t.is(entries(page).length, 50);
  t.regex(section(page), /There are 70 more/);
});

test('with twenty sessions and thirty apps the page stays under 50 kB', async (t) => {
  const { user, account } = await atAccount(fixture);
  const browser = newVisitor();
  for (let number = 0; number < 30; number += 1) {
    const app = await fixture.newApp({
      client_name: `An app of the organisation ${number}`,
      client_uri: 'https://notes.example/',
    });
    const scope = 'openid profile email offline_access notes:read notes:write';
    await obtainCode(app, { user: browser, login: account.email, scope, resource: API, prompt: 'consent' });
  }
  const app = await fixture.newApp();
  for (let number = 0; number < 18; number += 1) await obtainCode(app, { login: account.email, prompt: 'login' });
  for (const language of languages) {
    const page = await newVisitor({ jar: user.jar, headers: { 'accept-language': language } }).open(
      `${issuer}/account`,
    );
    t.true(page.body.includes(`<html lang="${language}">`));
    t.is(page.body.match(/class="button end-session"/g)?.length, 19);
    t.is(entries(page).length, 31);
    t.true(Buffer.byteLength(page.body) < 50_000, `${language}: ${Buffer.byteLength(page.body)}`);
  }
});
