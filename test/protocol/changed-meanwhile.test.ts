/**
 * What changes while a page of a sign-in is open counts when the answer goes out: a client or an address that is gone gets
 * nothing, not even an error (RFC 6749 4.1.2.1); what the client may no longer have is told to it; an account that is gone
 * signs nobody in.
 */
import test, { type ExecutionContext } from 'ava';
import { disableAccount, endSessions } from '../../src/domain/accounts/change.ts';
import { deleteAccount } from '../../src/domain/accounts/deletion.ts';
import { removeClient, updateClient } from '../../src/domain/clients/change.ts';
import { removeResource } from '../../src/domain/resources/resources.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { newVisitor, sharedProvider, textOf, toldApp } from '../support/provider-fixture.ts';
import { CALLBACK, PASSWORD } from '../support/relying-party.ts';
import { comeIn, doors, newSigningApp, type SigningApp } from '../support/request-doors.ts';
import type { Page, User } from '../support/user.ts';

const fixture = await sharedProvider();
const { latchkey, newAccount } = fixture;
const { installation } = latchkey;
const OTHER = 'https://app.example.com/other';

interface SignIn {
  readonly app: SigningApp;
  readonly account: Account;
  readonly resource: string;
}

type Change = (signIn: SignIn) => Promise<unknown>;

const patch =
  (metadata: object): Change =>
  ({ app }) =>
    updateClient(app.client.client_id, { ...metadata }, installation.registration);

/** What a user does on the page that is open. */
type Act = (user: User, page: Page, account: Account) => Promise<Page>;

const logIn: Act = (user, page, { email }) => user.submit(page, 'login-submit', { login: email, password: PASSWORD });

async function allow(user: User, page: Page): Promise<Page> {
  return page.body.includes('id="consent-submit"') ? user.submit(page, 'consent-submit') : page;
}

/** The pages that may be open when it changes, and how a user goes on from them. */
const pages: Readonly<Record<string, { readonly reach: Act; readonly goOn: Act }>> = {
  'the login page, by signing in': { reach: async (_user, page) => page, goOn: logIn },
  'the login page, by going back to the app': {
    reach: async (_user, page) => page,
    goOn: (user, page) => user.submit(page, 'abort'),
  },
  'the consent page, by allowing': { reach: logIn, goOn: (user, page) => user.submit(page, 'consent-submit') },
  'the consent page, by denying': { reach: logIn, goOn: (user, page) => user.submit(page, 'abort') },
};

let resources = 0;

async function signInAround(
  change: Change,
  { reach, goOn }: { readonly reach: Act; readonly goOn: Act },
  { door = 'plain', metadata = {} } = {},
) {
  resources += 1;
  const resource = `https://api-${resources}.example.com/`;
  await latchkey.createResource({ identifier: resource, scopes: { 'things:do': 'Do things' } });
  const [account, app] = [await newAccount(), await newSigningApp(fixture, metadata)];
  const user = newVisitor();
  const parameters = { scope: 'openid email things:do', resource, state: 'kept' };
  const { page } = await comeIn(fixture, { door, app, user }, parameters);
  const open = await reach(user, page, account);
  await change({ app, account, resource });
  return { user, app, account, page: await goOn(user, open, account) };
}

const gone: Readonly<Record<string, Change>> = {
  'the client is removed': ({ app }) => removeClient(app.client.client_id, installation),
  'another address takes the place of the redirect URI': patch({ redirect_uris: [OTHER] }),
  'the redirect URI gets a slash': patch({ redirect_uris: [`${CALLBACK}/`, OTHER] }),
  'the redirect URI gets a query': patch({ redirect_uris: [`${CALLBACK}?from=latchkey`] }),
  'the redirect URI moves to another host': patch({ redirect_uris: ['https://www.app.example.com/callback'] }),
  'the client signs in nobody any more': patch({
    ...{ redirect_uris: [], response_types: [], grant_types: ['client_credentials'] },
  }),
};

function gotNothing(t: ExecutionContext, page: Page): void {
  t.true(page.url.startsWith(latchkey.issuer), page.url);
  t.is(page.headers.location, undefined);
  t.is(Math.floor(page.status / 100), 4);
  t.false(page.body.includes(CALLBACK), textOf(page));
}

for (const [what, change] of Object.entries(gone)) {
  for (const [where, how] of Object.entries(pages)) {
    test(`${what} while a user is on ${where}: nothing is sent`, async (t) => {
      gotNothing(t, (await signInAround(change, how)).page);
    });
  }
}

for (const door of Object.keys(doors)) {
  for (const what of ['the client is removed', 'the redirect URI gets a slash']) {
    test(`${what}, ${door}, first-party: nothing is sent`, async (t) => {
      const how = { reach: async (_user: User, page: Page) => page, goOn: logIn };
      gotNothing(t, (await signInAround(gone[what] as Change, how, { door, metadata: { first_party: true } })).page);
    });
  }
}

const toldChanges: Readonly<Record<string, readonly [Change, string]>> = {
  'the resource is removed': [({ resource }) => removeResource(resource, installation), 'invalid_target'],
  'the client may request other resources only': [
    patch({ resources: ['https://elsewhere.example.com/'] }),
    'invalid_target',
  ],
  'the client may request no resource': [patch({ resources: [] }), 'invalid_target'],
  'a scope is taken off the client': [patch({ scope: 'openid profile' }), 'invalid_scope'],
  'all scopes but one are taken off the client': [patch({ scope: 'openid' }), 'invalid_scope'],
};

for (const [what, [change, error]] of Object.entries(toldChanges)) {
  for (const where of ['the login page, by signing in', 'the consent page, by allowing']) {
    test(`${what} while a user is on ${where}: the app is told, and gets no code`, async (t) => {
      const { page } = await signInAround(change, pages[where] as (typeof pages)[string]);
      const told = toldApp(page);
      t.like(told, { error, state: 'kept' });
      t.is(told.code, undefined);
    });
  }
}

test('a change that takes the address away too is told to nobody', async (t) => {
  const both: Change = async (signIn) => {
    await removeResource(signIn.resource, installation);
    await patch({ redirect_uris: [OTHER] })(signIn);
  };
  for (const how of Object.values(pages)) gotNothing(t, (await signInAround(both, how)).page);
});

test('an address that stays among others, and a client that changes otherwise, get their code', async (t) => {
  for (const change of [patch({ redirect_uris: [OTHER, CALLBACK] }), patch({ client_name: 'Renamed' })]) {
    for (const where of ['the login page, by signing in', 'the consent page, by allowing']) {
      const { user, page } = await signInAround(change, pages[where] as (typeof pages)[string]);
      t.true('code' in toldApp(await allow(user, page)));
    }
  }
});

const endings: Readonly<Record<string, Change>> = {
  'is disabled': ({ account }) => disableAccount(account.id, installation),
  'is deleted': ({ account }) => deleteAccount(account.id, installation),
  'has its sessions ended': ({ account }) => endSessions(account.id, installation),
};

for (const [what, change] of Object.entries(endings)) {
  test(`an account that ${what} while its consent page is open gives no code, and somebody has to sign in`, async (t) => {
    const { user, app, page } = await signInAround(
      change,
      pages['the consent page, by allowing'] as (typeof pages)[string],
    );
    t.true(page.url.startsWith(latchkey.issuer));
    const silent = app.request({ prompt: 'none' });
    t.is(toldApp(await user.open(silent.url)).error, 'login_required');
  });
}
