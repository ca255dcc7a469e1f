/** What the admin command takes of client metadata, and what it says of the rest, in real processes. */
import { join } from 'node:path';
import test from 'ava';
import { openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { clientTypes } from '../../src/domain/clients/metadata/kinds.ts';
import { type Admin, openAdmin } from '../support/admin-command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const callback = ['--redirect-uri', 'https://shop.example/cb'];

async function created(admin: Admin, ...flags: readonly string[]): Promise<Record<string, unknown>> {
  const { exitCode, stderr, json } = await admin([
    'client',
    'create',
    '--name',
    'Shop',
    ...callback,
    ...flags,
    '--json',
  ]);
  if (exitCode !== 0) throw new Error(stderr);
  return json();
}

test('metadata that is refused or unknown is named, all of it at once, by create and by update', async (t) => {
  const admin = await openAdmin(t);
  const { client_id: id } = await created(admin);
  const wrong = {
    use_mtls_endpoint_aliases: true,
    request_uris: ['https://shop.example/request.jwt'],
    id_token_encrypted_response_alg: 'RSA-OAEP',
    redirct_uris: ['https://shop.example/cb'],
    'client_name#fr': 'Boutique',
    refresh_grace_seconds: 600,
  };
  const input = JSON.stringify({ redirect_uris: ['https://shop.example/cb'], ...wrong });
  for (const verb of [['create'], ['update', String(id)]]) {
    const { exitCode, stdout, stderr } = await admin(['client', ...verb, '--metadata', '-'], input);
    t.deepEqual([exitCode, stdout], [1, '']);
    for (const name of Object.keys(wrong)) t.true(stderr.includes(name), `${name}: ${stderr}`);
    t.regex(stderr, /did you mean redirect_uris\?/);
  }
  const { items } = (await admin(['client', 'list', '--json'])).json() as { items: readonly unknown[] };
  t.is(items.length, 1);
});

test('PKCE is turned off for a confidential client, and on again', async (t) => {
  const admin = await openAdmin(t);
  const client = await created(admin, '--no-pkce');
  t.is(client.require_pkce, false);
  const update = async (flag: string) =>
    (await admin(['client', 'update', String(client.client_id), flag, '--json'])).json().require_pkce;
  t.is(await update('--pkce'), true);
  t.is(await update('--no-pkce'), false);
  t.false('require_pkce' in (await created(admin)));
});

test('PKCE stays on for a public client and for a native app, with the reason', async (t) => {
  const admin = await openAdmin(t);
  for (const type of ['spa', 'native']) {
    const { exitCode, stderr } = await admin([
      'client',
      'create',
      '--name',
      'A',
      '--type',
      type,
      ...callback,
      '--no-pkce',
    ]);
    t.is(exitCode, 1, type);
    t.regex(stderr, /require_pkce cannot be false for a public client/);
  }
  const { client_id: id } = await created(admin, '--type', 'spa');
  t.is((await admin(['client', 'update', String(id), '--no-pkce'])).exitCode, 1);
  const confidential = JSON.stringify({
    application_type: 'native',
    redirect_uris: ['com.example.app:/cb'],
    require_pkce: false,
  });
  const native = await admin(['client', 'create', '--metadata', '-'], confidential);
  t.is(native.exitCode, 1);
  t.regex(native.stderr, /require_pkce cannot be false for a native app/);
  const web = await created(admin, '--no-pkce');
  const toPublic = '{"token_endpoint_auth_method":"none"}';
  t.is((await admin(['client', 'update', String(web.client_id), '--metadata', '-'], toPublic)).exitCode, 1);
});

test('ID tokens are RS256, unless another algorithm that is offered is asked for', async (t) => {
  const admin = await openAdmin(t);
  const member = 'id_token_signed_response_alg';
  const client = await created(admin);
  t.is(client[member], 'RS256');
  const alg = ['--id-token-alg', 'ES256'];
  t.is((await created(admin, ...alg))[member], 'ES256');
  const updated = await admin(['client', 'update', String(client.client_id), ...alg, '--json']);
  t.is(updated.json()[member], 'ES256');
  t.is((await admin(['client', 'update', String(client.client_id), '--id-token-alg', 'HS256'])).exitCode, 64);
  const unsigned = JSON.stringify({ redirect_uris: ['https://shop.example/cb'], [member]: 'none' });
  t.is((await admin(['client', 'create', '--metadata', '-'], unsigned)).exitCode, 1);
});

test('a client that an earlier version stored with what is refused now is named by list and show, and changed by update', async (t) => {
  const folder = await temporaryFolder(t);
  const here = { STORAGE_URL: `sqlite:${join(folder, 'old.db')}`, DATA_FOLDER: folder };
  const { clients, close } = await openInstallation(readConfig(here));
  const metadata = {
    client_id: 'old',
    redirect_uris: ['https://shop.example/cb'],
    use_mtls_endpoint_aliases: true,
  };
  await clients.create({ id: 'old', metadata, secretHashes: ['of a secret'] });
  await close();
  const admin = await openAdmin(t);
  for (const verb of [['list'], ['show', 'old']]) {
    const { exitCode, stderr } = await admin(['client', ...verb, '--json'], '', here);
    t.is(exitCode, 0, stderr);
    t.regex(stderr, /note: every request of old is refused: use_mtls_endpoint_aliases is not offered/);
  }
  const update = ['client', 'update', 'old', '--metadata', '-', '--json'];
  t.is((await admin(update, '{"client_name":"Old"}', here)).exitCode, 1);
  const updated = await admin(update, '{"client_name":"Old","use_mtls_endpoint_aliases":null}', here);
  t.is(updated.exitCode, 0, updated.stderr);
  t.is((await admin(['client', 'list', '--json'], '', here)).stderr, '');
});

test('flags that are missing are named at once, and so are problems of both kinds of rules', async (t) => {
  const admin = await openAdmin(t);
  const bare = await admin(['client', 'create']);
  t.is(bare.exitCode, 64);
  t.regex(bare.stderr, /--name and --redirect-uri/);
  const service = await admin(['client', 'create', '--type', 'service']);
  t.is(service.exitCode, 64);
  t.notRegex(service.stderr, /--redirect-uri/);
  // The first is ours, the second oidc-provider's.
  const wrong = { redirect_uris: ['https://shop.example/cb'], refresh_grace_seconds: 600, default_max_age: -1 };
  const { client_id: id } = await created(admin);
  for (const verb of [['create'], ['update', String(id)]]) {
    const { exitCode, stderr } = await admin(['client', ...verb, '--metadata', '-'], JSON.stringify(wrong));
    t.is(exitCode, 1);
    t.regex(stderr, /refresh_grace_seconds .*; default_max_age /);
  }
});

test('a service takes no flag that would have no effect', async (t) => {
  const admin = await openAdmin(t);
  const flags = ['--id-token-alg', 'PS256', '--granted-resource', '--first-party', '--allowed-group', 'staff'];
  const { exitCode, stderr } = await admin(['client', 'create', '--type', 'service', '--name', 'Job', ...flags]);
  t.is(exitCode, 1);
  for (const member of ['id_token_signed_response_alg', 'use_granted_resource', 'first_party', 'allowed_groups'])
    t.true(stderr.includes(`${member} has no effect`), stderr);
});

for (const [verb = '', ...flags] of [
  ['client create', '--pkce', '--no-pkce'],
  ['client create', '--no-pkce', '--pkce'],
  ['client update', '--no-granted-resource', '--granted-resource'],
  ['client update', '--first-party', '--no-first-party'],
  ['client update', '--allow-endpoint-audience', '--no-allow-endpoint-audience'],
  ['account update', '--name=Ada', '--no-name'],
  ['account update', '--no-email-verified', '--email-verified'],
]) {
  test(`${verb} does not take ${flags.join(' and ')} together`, async (t) => {
    const admin = await openAdmin(t);
    const { exitCode, stderr } = await admin([...verb.split(' '), ...(verb.endsWith('create') ? [] : ['x']), ...flags]);
    t.is(exitCode, 64, stderr);
    t.regex(stderr, /exclude each other/);
  });
}

test('flags go over the file of --metadata, by create and by update', async (t) => {
  const admin = await openAdmin(t);
  const input = JSON.stringify({ client_name: 'File', client_uri: 'https://shop.example/' });
  const flags = ['--metadata', '-', '--name', 'Flag', ...callback, '--json'];
  const made = await admin(['client', 'create', '--type', 'spa', ...flags], input);
  t.like(made.json(), { client_name: 'Flag', client_uri: 'https://shop.example/', token_endpoint_auth_method: 'none' });
  const updated = await admin(['client', 'update', String(made.json().client_id), ...flags], input);
  t.like(updated.json(), { client_name: 'Flag', client_uri: 'https://shop.example/' });
});

test('the help of client create begins with its types, and fits a terminal', async (t) => {
  const admin = await openAdmin(t);
  const { stdout } = await admin(['client', 'create', '--help']);
  const lines = stdout.split('\n');
  t.regex(lines[lines.indexOf('Options:') + 1] ?? '', /--type <type>/);
  for (const type of clientTypes)
    t.true(
      lines.some((line) => line.trim().startsWith(`${type}: `)),
      type,
    );
  t.deepEqual(
    lines.filter(({ length }) => length > 80),
    [],
  );
});
