/** The `scope` verbs of the admin command, and what is said of claims, in real processes. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { openAdmin } from '../support/admin-command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const teams = ['--name', 'teams', '--claims', 'groups, team', '--description', 'See your teams'];

test('a scope is made, listed beside those that come with the installation, and removed', async (t) => {
  const admin = await openAdmin(t);
  const created = await admin(['scope', 'create', ...teams, '--json']);
  t.is(created.exitCode, 0, created.stderr);
  const scope = { name: 'teams', claims: ['groups', 'team'], description: 'See your teams', language: 'en' };
  t.deepEqual(created.json(), scope);

  const { items } = (await admin(['scope', 'list', '--json'])).json() as { items: { name: string }[] };
  t.deepEqual(items[0], { ...scope, builtIn: false });
  t.deepEqual(
    items.find(({ name }) => name === 'groups'),
    { name: 'groups', claims: ['groups'], builtIn: true },
  );
  const refused = {
    scope_taken: await admin(['scope', 'create', ...teams, '--json']),
    scope_invalid: await admin(['scope', 'remove', 'groups', '--json']),
    scope_unknown: await admin(['scope', 'remove', 'nobody', '--json']),
    resource_invalid: await admin(['resource', 'create', '--identifier', 'https://a.example/', '--scope', 'teams=x']),
  };
  for (const tag of ['german speech', 'x', '', 'de_DE']) {
    const flags = ['--name', 'other', '--claims', 'team', '--description', 'x', '--lang', tag];
    t.is((await admin(['scope', 'create', ...flags])).exitCode, 1, tag);
  }
  for (const [code, { exitCode, stdout, stderr }] of Object.entries(refused)) {
    t.deepEqual([exitCode, stdout], [1, ''], code);
    t.true(stderr.includes(code), stderr);
  }
  t.deepEqual((await admin(['scope', 'remove', 'teams', '--json'])).json(), { name: 'teams', removed: true });
  t.is((await admin(['scope', 'create', '--name', 'teams', '--claims', 'groups'])).exitCode, 64);
});

test('claims that no scope releases are told where they are stored, beside the result', async (t) => {
  const admin = await openAdmin(t);
  const file = join(await temporaryFolder(t), 'claims.json');
  const create = async (email: string, claims: object) => {
    await writeFile(file, JSON.stringify(claims));
    return admin(['account', 'create', '--email', email, '--claims', file, '--json']);
  };
  const told = await create('ada@example.test', { groups: ['a'], locale: 'en', team: 'x', 'https://a.example/b': 1 });
  t.is(told.exitCode, 0, told.stderr);
  t.like(told.json(), { email: 'ada@example.test' });
  t.regex(told.stderr, /team, https:\/\/a\.example\/b[\s\S]*scope create --name NAME --claims/);
  t.notRegex(told.stderr, /no scope releases[\s\S]*(groups|locale)/);

  await admin([
    'scope',
    'create',
    '--name',
    'own',
    '--claims',
    'team,https://a.example/b',
    '--description',
    'See them',
  ]);
  const silent = await create('eve@example.test', { groups: ['a'], team: 'x', 'https://a.example/b': 1 });
  t.notRegex(silent.stderr, /no scope releases/);
  const refused = await create('mallory@example.test', { roles: ['admin'] });
  t.deepEqual([refused.exitCode, refused.stdout], [1, '']);
});

test('groups that may use a client, and claims of its ID tokens, are named by flags', async (t) => {
  const admin = await openAdmin(t);
  const flags = ['--allowed-group', 'staff', '--allowed-group', 'ops', '--id-token-claim', 'groups'];
  const web = ['--name', 'Kubernetes', '--redirect-uri', 'https://a.example/cb'];
  const created = await admin(['client', 'create', ...web, ...flags, '--json']);
  t.is(created.exitCode, 0, created.stderr);
  const { client_id: id } = created.json();
  t.like(created.json(), { allowed_groups: ['staff', 'ops'], id_token_claims: ['groups'] });
  const freed = ['client', 'update', String(id), '--metadata', '-', '--json'];
  const updated = await admin(freed, '{"allowed_groups":null,"id_token_claims":["email"]}');
  t.false('allowed_groups' in updated.json());
  t.deepEqual(updated.json().id_token_claims, ['email']);
  const refused = await admin(['client', 'update', String(id), '--metadata', '-'], '{"id_token_claims":["sub"]}');
  t.is(refused.exitCode, 1);
});

test('the level that people must have signed in with is a flag of clients and of resources', async (t) => {
  const admin = await openAdmin(t);
  const level = ['--minimum-acr', 'urn:latchkey:acr:mfa', '--json'];
  const web = ['--name', 'Payroll', '--redirect-uri', 'https://a.example/cb'];
  const client = await admin(['client', 'create', ...web, ...level]);
  t.is(client.json().minimum_acr, 'urn:latchkey:acr:mfa', client.stderr);
  const api = ['--identifier', 'https://api.example/', '--scope', 'pay=Pay'];
  t.is((await admin(['resource', 'create', ...api, ...level])).json().minimumAcr, 'urn:latchkey:acr:mfa');
  const update = ['resource', 'update', 'https://api.example/', '--minimum-acr'];
  t.is((await admin([...update, 'phr', '--json'])).json().minimumAcr, 'phr');
  t.is((await admin([...update, 'mfa'])).exitCode, 64);
});

test('scopes that people cannot leave out, and whose app it is, are named by flags', async (t) => {
  const admin = await openAdmin(t);
  const web = ['--name', 'Notes', '--redirect-uri', 'https://a.example/cb'];
  const flags = ['--required-scope', 'email', '--required-scope', 'notes:read', '--organization', 'Harbour Ltd'];
  const created = await admin(['client', 'create', ...web, ...flags, '--json']);
  t.is(created.exitCode, 0, created.stderr);
  t.like(created.json(), { required_scopes: ['email', 'notes:read'], organization_name: 'Harbour Ltd' });
  const update = ['client', 'update', String(created.json().client_id), '--metadata', '-', '--json'];
  const changed = await admin(update, '{"required_scopes":null,"organization_name#de":"Hafen GmbH"}');
  t.false('required_scopes' in changed.json());
  t.is(changed.json()['organization_name#de'], 'Hafen GmbH');
  for (const wrong of ['{"required_scopes":["a b"]}', '{"required_scopes":"email"}', '{"organization_name":" "}'])
    t.is((await admin(update, wrong)).exitCode, 1, wrong);
});
