/** What administrators decide of clients that are known by a metadata document, by their address. */
import test from 'ava';
import {
  blockClient,
  createClient,
  removeClient,
  unblockClient,
  updateClient,
} from '../../src/domain/clients/change.ts';
import type { ClientMetadata } from '../../src/domain/clients/metadata/metadata.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import { API, newVisitor, obtainCode, redeem, sharedProvider } from '../support/provider-fixture.ts';
import { appOf, CALLBACK, WEB_APP } from '../support/relying-party.ts';
import { startDocuments } from './documents.ts';

const OTHER_API = 'https://other.example/';
const documents = await startDocuments();
const { latchkey, newApp } = await sharedProvider({
  environment: { OUTBOUND_ALLOW_PRIVATE: documents.origin },
  resources: [{ identifier: OTHER_API, scopes: { read: 'Read' } }],
});
test.after.always(() => documents.stop());

const { installation } = latchkey;
const appAt = (clientId: string) =>
  appOf(latchkey, { client_id: clientId, token_endpoint_auth_method: 'none', client_secret: '' });

/** As other processes do within seconds. */
async function decide(clientId: string, patch: ClientMetadata): Promise<void> {
  await updateClient(clientId, patch, installation.registration);
  await follow(clientId);
}

const follow = (clientId: string) => installation.providerDeps.caches.clients.reload(clientId);

async function answerTo(clientId: string, parameters: Readonly<Record<string, string>>) {
  const { user } = await obtainCode(await newApp());
  return user.open(appAt(clientId).request({ scope: 'openid', ...parameters }).url);
}

test.serial(
  'an administrator binds the client of a document to resources by its address, and it stays so',
  async (t) => {
    const id = documents.publish({ resources: [OTHER_API] });
    await decide(id, { resources: [API] });
    const refused = await answerTo(id, { resource: OTHER_API });
    t.regex(refused.body, /invalid_target/);
    t.regex((await answerTo(id, { resource: API, scope: 'openid notes:read' })).body, /id="consent-submit"/);
  },
);

test.serial('an administrator makes the app of a document one of their own, and takes that back', async (t) => {
  const id = documents.publish();
  await decide(id, { first_party: true });
  t.regex((await answerTo(id, {})).url, /code=/);
  await decide(id, { first_party: null });
  t.regex((await answerTo(id, {})).body, /id="consent-submit"/);
});

test.serial(
  'the groups, addresses and the level that an administrator demands hold for the app of a document',
  async (t) => {
    const id = documents.publish();
    await decide(id, { allowed_groups: ['staff'] });
    t.regex((await answerTo(id, {})).body, /may not use|not use/);
    await decide(id, { allowed_groups: null, minimum_acr: 'urn:latchkey:acr:mfa' });
    t.notRegex((await answerTo(id, {})).body, /id="consent-submit"/);
    await decide(id, { minimum_acr: null, allowed_ips: ['192.0.2.1'] });
    const { statusCode } = await appAt(id).token({ grant_type: 'refresh_token', refresh_token: 'x' });
    t.is(statusCode, 403);
  },
);

test('what the document says itself is not for an administrator to decide, and each problem is said', async (t) => {
  const id = documents.publish();
  const patch = { client_name: 'Mine', redirect_uris: [CALLBACK], minimum_acr: 'highest' };
  const error = await t.throwsAsync(updateClient(id, patch, installation.registration), { instanceOf: DomainError });
  t.deepEqual(error.problems.map(({ member }) => member).sort(), ['client_name', 'minimum_acr', 'redirect_uris']);
});

test('PKCE is never off for a public client, whatever was decided of its address', async (t) => {
  const id = documents.publish();
  await decide(id, { require_pkce: false });
  const page = await newVisitor().open(appAt(id).request().url);
  t.is(page.status, 400);
  t.regex(page.body, /cannot be used: require_pkce is not accepted/);
});

async function refreshable(clientId: string) {
  const app = appAt(clientId);
  const code = await obtainCode(app, { scope: 'openid offline_access', prompt: 'consent' });
  const { body } = await redeem(app, code);
  const refresh = () => app.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' });
  return { refresh, user: code.user, app };
}

test.serial('removing the client of a document ends what it has, and takes back what was decided', async (t) => {
  const id = documents.publish();
  const { refresh, user, app } = await refreshable(id);
  await decide(id, { organization_name: 'Notes Ltd' });
  await removeClient(id, installation);
  t.is((await refresh()).body.error, 'invalid_grant');
  t.is(await installation.clients.get(id), undefined);
  t.regex((await user.open(app.request({ scope: 'openid' }).url)).body, /id="consent-submit"/);
});

test.serial('blocking an address ends what its client has, and it is unknown until that is taken back', async (t) => {
  const id = documents.publish();
  const { refresh, app } = await refreshable(id);
  await blockClient(id, installation);
  t.is((await refresh()).body.error, 'invalid_client');
  const page = await newVisitor().open(app.request().url);
  t.is(page.status, 400);
  t.regex(page.body, /client is invalid/);
  await t.throwsAsync(updateClient(id, { first_party: true }, installation.registration), { message: /blocked/ });
  await unblockClient(id, installation);
  await follow(id);
  t.regex((await newVisitor().open(app.request().url)).body, /id="login-submit"/);
});

test.serial('what was decided of an address holds again when a block of it ends', async (t) => {
  const id = documents.publish();
  await decide(id, { first_party: true });
  await blockClient(id, installation);
  await blockClient(id, installation);
  await unblockClient(id, installation);
  await follow(id);
  t.regex((await answerTo(id, {})).url, /code=/);
  t.deepEqual((await installation.clients.get(id))?.metadata, { first_party: true });
});

test.serial('removing a blocked address takes back what was decided, and it stays blocked', async (t) => {
  const id = documents.publish();
  await decide(id, { first_party: true });
  await blockClient(id, installation);
  await removeClient(id, installation);
  await follow(id);
  t.regex((await newVisitor().open(appAt(id).request().url)).body, /client is invalid/);
  await t.throwsAsync(removeClient(id, installation), { message: /no such client/ });
  await unblockClient(id, installation);
  t.is(await installation.clients.get(id), undefined);
});

test.serial('a registered client goes before the document at its address, which never takes its place', async (t) => {
  const id = documents.publish({ client_name: 'Of the document' });
  await latchkey.createClient({ ...WEB_APP, client_id: id, client_name: 'Registered' });
  await follow(id);
  const login = () => newVisitor().open(appAt(id).request().url);
  t.regex((await login()).body, /Registered/);
  await removeClient(id, installation);
  await follow(id);
  t.regex((await login()).body, /client is invalid/);
  t.deepEqual(
    documents.asked.filter((path) => id.endsWith(path)),
    [],
  );
  await t.throwsAsync(removeClient(id, installation), { message: /no such client/ });
  await latchkey.createClient({ ...WEB_APP, client_id: id, client_name: 'Registered again' });
  await follow(id);
  t.regex((await login()).body, /Registered again/);
});

test.serial(
  'whoever is registered at an address inherits nothing that people allowed the document there',
  async (t) => {
    const id = documents.publish();
    const { refresh, user, app } = await refreshable(id);
    await createClient(
      { ...WEB_APP, client_id: id, token_endpoint_auth_method: 'none', client_name: 'Registered' },
      { ...installation, ...installation.registration },
    );
    await follow(id);
    t.is((await refresh()).body.error, 'invalid_grant');
    t.regex((await user.open(app.request({ scope: 'openid' }).url)).body, /id="consent-submit"/);
  },
);

test.serial('an administrator allows the app of a document a scheme without a dot', async (t) => {
  const id = documents.publish({ redirect_uris: ['exp://callback'] });
  await decide(id, { allowed_schemes: ['exp'] });
  const login = await newVisitor().open(appAt(id).request({ redirect_uri: 'exp://callback' }).url);
  t.regex(login.body, /id="login-submit"/);
  await decide(id, { allowed_schemes: null });
  const page = await newVisitor().open(appAt(id).request({ redirect_uri: 'exp://callback' }).url);
  t.regex(page.body, /redirect_uris must use https, or a scheme like/);
});

test.serial('an address that became the identifier of a resource is no client any more', async (t) => {
  const id = documents.publish();
  t.regex((await newVisitor().open(appAt(id).request().url)).body, /id="login-submit"/);
  await latchkey.createResource({ identifier: id, scopes: { read: 'Read' } });
  await installation.providerDeps.caches.resources.reload(id);
  t.regex((await newVisitor().open(appAt(id).request().url)).body, /client is invalid/);
});

test('an address is not blocked whose client is registered, nor one at which no document can be', async (t) => {
  const id = documents.publish();
  await latchkey.createClient({ ...WEB_APP, client_id: id });
  await t.throwsAsync(blockClient(id, installation), { message: /registered/ });
  for (const wrong of ['notes', 'http://notes.example/client', 'https://notes.example', 'https://10.0.0.1/client'])
    await t.throwsAsync(blockClient(wrong, installation), { message: /No metadata document/ });
});
