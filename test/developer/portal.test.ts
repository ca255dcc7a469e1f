/** What a developer does with the clients that are theirs. */
import test from 'ava';
import { signInAt } from '../account/fixture.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import { atPortal, clientIdOn, REDIRECT, withClient } from './fixture.ts';

const fixture = await sharedProvider();
const { latchkey } = fixture;
const { issuer, installation } = latchkey;

test('whoever signs in at /developer sees their clients, of which there are none at first', async (t) => {
  const { page } = await atPortal(fixture);
  t.is(page.url, `${issuer}/developer`);
  t.is(page.status, 200);
  t.regex(page.body, /<a id="client-new" class="button primary" href="\/developer\/new">/);
  t.true(page.body.includes('id="no-clients"'));
});

test('a sign-in leads back to the page of the portal that was asked for', async (t) => {
  t.is((await atPortal(fixture, { path: '/developer/new' })).page.url, `${issuer}/developer/new`);
  const { account, clientId } = await withClient(fixture);
  const page = await signInAt(fixture, account, newVisitor(), `/developer/clients/${clientId}`);
  t.is(page.url, `${issuer}/developer/clients/${clientId}`);
  t.is(clientIdOn(page), clientId);
});

test('a web app is registered with its secret, which that one answer alone shows', async (t) => {
  const { page, user, account, clientId, secret } = await withClient(fixture);
  t.is(page.status, 200);
  t.is(page.headers['cache-control'], 'no-store');
  t.regex(secret, /^lk_cs_[\w-]{43}$/);
  t.regex(clientId, /^notes-[0-9a-f]{16}$/);
  const stored = await installation.clients.get(clientId);
  t.like(stored, { origin: 'developer', owner: account.id });
  t.like(stored?.metadata, {
    client_name: 'Notes',
    redirect_uris: [REDIRECT],
    token_endpoint_auth_method: 'client_secret_basic',
  });
  for (const path of ['/developer', `/developer/clients/${clientId}`]) {
    const later = await user.open(`${issuer}${path}`);
    t.is(later.status, 200);
    t.true(later.body.includes(clientId));
    t.false(later.body.includes(secret), path);
  }
  t.false(JSON.stringify(user.jar.toJSON()).includes(secret));
});
