/** What only an administrator may set is refused at /developer, in a form that was made by hand too, and is kept by every other change. */
import test from 'ava';
import { updateClient } from '../../src/domain/clients/change.ts';
import { administratorsMembers } from '../../src/domain/clients/metadata/member-rules.ts';
import { formIn } from '../journeys/forms.ts';
import { send } from '../security/sent-form.ts';
import { API, sharedProvider } from '../support/provider-fixture.ts';
import { appOf } from '../support/relying-party.ts';
import { type MadeClient, REDIRECT, withClient } from './fixture.ts';

const fixture = await sharedProvider();
const { issuer, installation } = fixture.latchkey;

let made: MadeClient;

test.before(async () => {
  made = await withClient(fixture);
});

for (const member of [...administratorsMembers, 'organization_name#de']) {
  test(`${member} is refused in the form of a new client`, async (t) => {
    const form = formIn(await made.user.open(`${issuer}/developer/new`), 'client-create');
    const fields = { client_name: 'Made by hand', redirect_uris: REDIRECT, type: 'web', [member]: 'true' };
    const { statusCode, body } = await send(made.user, form, { fields });
    t.is(statusCode, 400);
    t.true(body.includes(`${member} is for administrators to set`), body);
    const owned = await installation.clients.listOwnedBy(made.account.id, 10);
    t.deepEqual(
      owned.map(({ id }) => id),
      [made.clientId],
    );
  });

  test(`${member} is refused in the form of one that there is`, async (t) => {
    const before = await installation.clients.get(made.clientId);
    const { statusCode, body } = await send(made.user, formIn(made.page, 'client-save'), {
      fields: { [member]: 'true' },
    });
    t.is(statusCode, 400);
    t.true(body.includes(`${member} is for administrators to set`), body);
    t.deepEqual(await installation.clients.get(made.clientId), before);
  });
}

test('the scope roles, a member that is made here and one that there is not are refused', async (t) => {
  const form = formIn(made.page, 'client-save');
  for (const [name, value, text] of [
    ['scope', 'openid roles', 'the scope roles is for administrators to set'],
    ['client_id', 'another', 'client_id is made by the provider'],
    ['client_secret', 'a'.repeat(60), 'client_secret is made by the provider'],
    ['id_token_encrypted_response_alg', 'RSA-OAEP', 'is not offered'],
    ['first_parti', 'true', 'did you mean first_party?'],
    ['__proto__', 'x', '__proto__ is no member'],
  ]) {
    const { statusCode, body } = await send(made.user, form, { fields: { [name ?? '']: value } });
    t.is(statusCode, 400, name);
    t.true(body.includes(text ?? ''), body);
  }
});

test('what an administrator set is shown, has no field, and stays when the developer changes the rest', async (t) => {
  const { user, clientId } = await withClient(fixture);
  const decided = { resources: ['https://api.example.com/'], first_party: true, tos_uri: 'https://notes.example/tos' };
  await updateClient(clientId, decided, installation.registration);
  const page = await user.open(`${issuer}/developer/clients/${clientId}`);
  t.true(page.body.includes('id="decided"'));
  for (const name of Object.keys(decided)) {
    t.true(page.body.includes(`<dt><code>${name}</code></dt>`), name);
    t.false(page.body.includes(`name="${name}"`), name);
  }
  const saved = await user.submit(page, 'client-save', { client_name: 'Logs', redirect_uris: REDIRECT });
  t.true(saved.body.includes('id="saved"'));
  t.like((await installation.clients.get(clientId))?.metadata, { ...decided, client_name: 'Logs' });
  const { statusCode, body } = await send(user, formIn(saved, 'client-save'), {
    fields: { tos_uri: 'https://notes.example/other' },
  });
  t.is(statusCode, 400);
  t.true(body.includes('tos_uri was set by an administrator'));
  t.like((await installation.clients.get(clientId))?.metadata, decided);
});

test('a member that the form has no field for is refused, in every language', async (t) => {
  const { user, clientId } = await withClient(fixture);
  await updateClient(clientId, { client_name: 'Not checked', logo_uri: null }, installation.registration);
  const form = formIn(await user.open(`${issuer}/developer/clients/${clientId}`), 'client-save');
  for (const name of ['client_name#en', 'logo_uri#de', 'grant_types', 'application_type', 'software_id']) {
    const { statusCode, body } = await send(user, form, { fields: { [name]: 'https://notes.example/' } });
    t.is(statusCode, 400, name);
    t.true(body.includes(`${name} has no field on this form`), name);
  }
  const fresh = formIn(await user.open(`${issuer}/developer/new`), 'client-create');
  const fields = { client_name: 'Notes', redirect_uris: REDIRECT, type: 'web', 'client_name#en': 'Bank' };
  t.is((await send(user, fresh, { fields })).statusCode, 400);
  t.is((await send(user, fresh, { fields: { ...fields, client_name: 'LATCHKEY' } })).statusCode, 400);
});

test('one command of an administrator lets a machine client have tokens of an API, and keeps its grants', async (t) => {
  const { clientId, secret } = await withClient(fixture, { type: 'service', redirect_uris: '' });
  const app = appOf(fixture.latchkey, { client_id: clientId, client_secret: secret });
  const ask = async () =>
    (await app.token({ grant_type: 'client_credentials', resource: API, scope: 'notes:read' })).body;
  t.is((await ask()).error, 'invalid_target');
  await updateClient(clientId, { resources: [API] }, installation.registration);
  t.is((await ask()).scope, 'notes:read');
  t.true((await installation.clients.get(clientId))?.decidedMembers?.includes('grant_types'));
});
