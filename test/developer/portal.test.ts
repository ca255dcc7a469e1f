/** What a developer does with the clients that are theirs. */
import test from 'ava';
import { removeClient } from '../../src/domain/clients/change.ts';
import { clientSecretHash } from '../../src/domain/clients/secrets.ts';
import { isLoginPage, signInAt } from '../account/fixture.ts';
import { newVisitor, sharedProvider } from '../support/provider-fixture.ts';
import type { Page } from '../support/user.ts';
import {
  atPortal,
  clientIdOn,
  create,
  type Developer,
  hasPortalMessage,
  newDeveloper,
  REDIRECT,
  secretOn,
  withClient,
} from './fixture.ts';

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

test('each kind of client is registered with what it begins with, and a public one has no secret', async (t) => {
  const { user } = await atPortal(fixture);
  const expected = {
    spa: {
      application_type: 'web',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
    },
    native: {
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['com.example.notes:/cb'],
    },
    service: {
      grant_types: ['client_credentials'],
      redirect_uris: [],
      token_endpoint_auth_method: 'client_secret_basic',
    },
  } as const;
  for (const [type, metadata] of Object.entries(expected)) {
    const uris = 'redirect_uris' in metadata ? metadata.redirect_uris.join('\n') : REDIRECT;
    const page = await create(user, issuer, { type, redirect_uris: uris });
    t.like((await installation.clients.get(clientIdOn(page)))?.metadata, metadata);
    t.is(secretOn(page) === '', type !== 'service');
  }
});

test('a client with keys of its own has no secret', async (t) => {
  const { user } = await atPortal(fixture);
  const jwks = { keys: [{ kty: 'EC', crv: 'P-256', x: 'a'.repeat(43), y: 'b'.repeat(43), kid: 'one' }] };
  const fields = { type: 'service', redirect_uris: '', token_endpoint_auth_method: 'private_key_jwt' };
  const page = await create(user, issuer, { ...fields, jwks: JSON.stringify(jwks) });
  t.is(secretOn(page), '');
  t.deepEqual((await installation.clients.get(clientIdOn(page)))?.metadata.jwks, jwks);
});

test('a form that is wrong says so at each field, and keeps what was typed', async (t) => {
  const { user, account } = await atPortal(fixture);
  const typed = {
    client_name: '',
    redirect_uris: 'https://notes.example/callback\nhttp://notes.example/<b>',
    jwks: '{"keys": [{"kty": "EC", "d": "private"}]}',
    scope: 'openid',
    type: 'web',
  };
  const page = await create(user, issuer, typed);
  t.is(page.status, 400);
  for (const field of ['client_name', 'redirect_uris', 'jwks']) {
    t.true(page.body.includes(`id="${field}-problem"`), field);
    t.true(page.body.includes(`<a href="#${field}">`), field);
  }
  t.true(page.body.includes('http://notes.example/&lt;b&gt;</textarea>'));
  t.regex(page.body, /name="scope"[^>]* value="openid"/);
  t.regex(page.body, /<details class="more" open>/);
  t.deepEqual(await installation.clients.listOwnedBy(account.id, 1), []);
});

test('what is wrong is said in the language of the page, and what is not in it is marked', async (t) => {
  const user = newVisitor({ headers: { 'accept-language': 'de' } });
  await atPortal(fixture, { user });
  const jwks = '{"keys": [{"kty": "EC", "d": "private"}]}';
  const page = await create(user, issuer, { client_name: '', redirect_uris: '', jwks, scope: 'openid unheard-of' });
  t.true(page.body.includes('<html lang="de"'));
  for (const sentence of [
    'Geben Sie ihm einen Namen',
    'Geben Sie die Adresse ein',
    'Darunter ist ein privater Schlüssel',
  ])
    t.true(page.body.includes(sentence), sentence);
  t.regex(page.body, /<p class="field-problem" id="scope-problem" lang="en">/);
  const service = await create(user, issuer, { type: 'service' });
  t.regex(service.body, /id="redirect_uris-problem">Das gibt es bei einem Maschinen-Client nicht/);
});

test('an update replaces what is on the form, and an empty field takes the member away', async (t) => {
  const { user, clientId, page } = await withClient(fixture, { tos_uri: 'https://notes.example/tos' });
  const shown = await user.open(`${issuer}/developer/clients/${clientId}`);
  t.regex(shown.body, /name="tos_uri"[^>]* value="https:\/\/notes.example\/tos"/);
  const fields = {
    redirect_uris: `${REDIRECT}\r\nhttps://notes.example/two`,
    tos_uri: '',
    contacts: 'a@example.com\n',
  };
  const saved = await user.submit(page, 'client-save', fields);
  t.true(saved.body.includes('id="saved"'));
  const metadata = (await installation.clients.get(clientId))?.metadata;
  t.like(metadata, {
    redirect_uris: [REDIRECT, 'https://notes.example/two'],
    contacts: ['a@example.com'],
    client_name: 'Notes',
  });
  t.is(metadata?.tos_uri, undefined);
});

test('a public client that is to have a secret gets one, which the answer shows once', async (t) => {
  const { user, page, clientId } = await withClient(fixture, { type: 'spa' });
  const made = await user.submit(page, 'client-save', { token_endpoint_auth_method: 'client_secret_post' });
  t.regex(secretOn(made), /^lk_cs_/);
  const again = await user.submit(page, 'client-save', { token_endpoint_auth_method: 'client_secret_post' });
  t.is(secretOn(again), '');
  t.is((await installation.clients.get(clientId))?.secretHashes.length, 1);
});

test('a client that had a key of its own for a while gets a new secret, which the answer shows, and the first stays retired', async (t) => {
  const { user, page, clientId, secret } = await withClient(fixture);
  const jwks = JSON.stringify({ keys: [{ kty: 'EC', crv: 'P-256', x: 'a'.repeat(43), y: 'b'.repeat(43) }] });
  await user.submit(page, 'client-save', { token_endpoint_auth_method: 'private_key_jwt', jwks });
  t.deepEqual((await installation.clients.get(clientId))?.secretHashes, []);
  const back = await user.submit(page, 'client-save', { token_endpoint_auth_method: 'client_secret_basic', jwks: '' });
  t.regex(secretOn(back), /^lk_cs_/);
  t.not(secretOn(back), secret);
  t.deepEqual((await installation.clients.get(clientId))?.secretHashes, [
    clientSecretHash(installation.keyedHash, secretOn(back)),
  ]);
});

test('the form of a new client that is sent again registers no other, and says which one it made', async (t) => {
  const { user, account } = await atPortal(fixture);
  const form = await user.open(`${issuer}/developer/new`);
  const fields = { client_name: 'Notes', redirect_uris: REDIRECT, type: 'web' };
  const made = await user.submit(form, 'client-create', fields);
  const again = await user.submit(form, 'client-create', fields);
  t.is(again.status, 409);
  t.true(hasPortalMessage(again, 'made_already'));
  t.true(again.body.includes(`href="/developer/clients/${clientIdOn(made)}"`));
  t.is((await installation.clients.listOwnedBy(account.id, 10)).length, 1);
});

for (const [who, remove] of Object.entries({
  'its owner': async ({ user }: Developer, made: Page) => user.submit(made, 'client-remove', { understood: 'yes' }),
  'an administrator': async (_: Developer, made: Page) => removeClient(clientIdOn(made), installation),
})) {
  test(`a client that ${who} removed comes back by no form, whatever else it says now`, async (t) => {
    const developer = await atPortal(fixture);
    const { user, account } = developer;
    const form = await user.open(`${issuer}/developer/new`);
    const fields = { client_name: 'Notes', redirect_uris: REDIRECT, type: 'web' };
    await remove(developer, await user.submit(form, 'client-create', fields));
    for (const changed of [{}, { redirect_uris: 'https://other.example/cb', type: 'spa' }, { client_name: 'Logs' }]) {
      const again = await user.submit(form, 'client-create', { ...fields, ...changed });
      t.is(again.status, 409);
      t.true(hasPortalMessage(again, 'form_used'));
    }
    t.deepEqual(await installation.clients.listOwnedBy(account.id, 1), []);
  });
}

test('a form that was refused makes its client once it is right', async (t) => {
  const { user } = await atPortal(fixture);
  const refused = await create(user, issuer, { redirect_uris: 'http://notes.example/' });
  t.is(refused.status, 400);
  const fields = { client_name: 'Notes', redirect_uris: REDIRECT };
  t.regex(secretOn(await user.submit(refused, 'client-create', fields)), /^lk_cs_/);
  t.is((await user.submit(refused, 'client-create', fields)).status, 409);
});

test('a removal needs its tick, and ends the client', async (t) => {
  const { user, page, clientId } = await withClient(fixture);
  const shown = await user.open(`${issuer}/developer/clients/${clientId}`);
  const asked = await user.submit(shown, 'client-remove');
  t.is(asked.status, 400);
  t.true(asked.body.includes('id="understood-problem"'));
  t.truthy(await installation.clients.get(clientId));
  const removed = await user.submit(page, 'client-remove', { understood: 'yes' });
  t.true(removed.body.includes('id="removed"'));
  t.is(await installation.clients.get(clientId), undefined);
  t.is((await user.open(`${issuer}/developer/clients/${clientId}`)).status, 404);
});

test('refusals say when, what and where to read on, and nothing of whom it was', async (t) => {
  const { user, clientId } = await withClient(fixture);
  const { email, id } = await fixture.newAccount();
  const visitor = newVisitor({ headers: { 'x-forwarded-for': '203.0.113.77' } });
  const address = (more: string) => `${issuer}/auth?client_id=${clientId}&response_type=code&scope=openid&${more}`;
  await visitor.open(address(`redirect_uri=https://evil.example/&login_hint=${email}`));
  const page = await user.open(`${issuer}/developer/clients/${clientId}`);
  t.true(page.body.includes('href="/docs/errors/invalid_redirect_uri"'));
  t.regex(page.body, /<section class="group" id="refusals"[\s\S]*<time datetime="/);
  for (const text of ['203.0.113.77', email, id, 'evil.example']) t.false(page.body.includes(text), text);
});

test('whoever has the role is led to the portal from /account, and nobody else', async (t) => {
  const link = '<a id="developer" class="aside" href="/developer">';
  t.true((await signInAt(fixture, await newDeveloper(fixture))).body.includes(link));
  t.true((await signInAt(fixture, await newDeveloper(fixture, 'admin'))).body.includes(link));
  t.false((await signInAt(fixture, await newDeveloper(fixture, 'none'))).body.includes(link));
});

test('whoever has no role is told whom to ask', async (t) => {
  const page = await signInAt(fixture, await newDeveloper(fixture, 'none'), newVisitor(), '/developer');
  t.is(page.status, 403);
  t.true(hasPortalMessage(page, 'no_role'));
  t.false(isLoginPage(page));
});
