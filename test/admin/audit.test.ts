/** What administrators did can be read afterwards, and so can what happened to an account. */
import test from 'ava';
import { openAdmin } from '../support/admin-command.ts';

interface Item {
  readonly event: string;
  readonly [field: string]: unknown;
}

const itemsOf = (value: Record<string, unknown>): readonly Item[] => value.items as readonly Item[];

test('each act is a line on standard error and is kept: newest first, with whom and what', async (t) => {
  const admin = await openAdmin(t);
  const created = await admin(['account', 'create', '--email', 'ada@example.test', '--json']);
  const { id } = created.json();
  await admin(['account', 'disable', 'ada@example.test']);
  const client = await admin(['client', 'create', '--name', 'Notes', '--type', 'service', '--json']);
  const { client_id: clientId } = client.json();

  const line = JSON.parse(created.stderr.split('\n').find((text) => text.includes('account.created')) ?? '');
  const said = { outcome: 'success', reason: 'administrator', accountId: id, address: 'command line' };
  t.like(line, { msg: 'security event', event: 'account.created', ...said });

  const ofAccount = itemsOf((await admin(['audit', 'read', '--account', 'ada@example.test', '--json'])).json());
  t.deepEqual(
    ofAccount.map(({ event }) => event),
    ['account.disabled', 'account.created'],
  );
  t.like(ofAccount[0], said);
  const ofAdministrators = itemsOf((await admin(['audit', 'read', '--json'])).json());
  t.like(ofAdministrators[0], { event: 'client.created', clientId, address: 'command line' });
  t.deepEqual(
    ofAdministrators.map(({ event }) => event),
    ['client.created', 'account.disabled', 'account.created'],
  );
  t.is(new Date(String(ofAdministrators[0]?.time)).toISOString(), ofAdministrators[0]?.time as string);

  const read = await admin(['audit', 'read', '--account', String(id)]);
  t.regex(read.stdout, /account\.created +administrator/);
});

test('an act on a resource shows which', async (t) => {
  const admin = await openAdmin(t);
  await admin(['resource', 'create', '--identifier', 'https://api.example/']);
  t.regex((await admin(['audit', 'read'])).stdout, /resource\.created .*https:\/\/api\.example\//);
});

test('what is done to a client is in its record and in that of administrators, which outlives it', async (t) => {
  const admin = await openAdmin(t);
  const created = await admin([
    'client',
    'create',
    '--name',
    'Notes',
    '--redirect-uri',
    'https://a.example/',
    '--json',
  ]);
  const clientId = String(created.json().client_id);
  await admin(['client', 'update', clientId, '--name', 'Other']);
  const eventsOf = async (...owner: readonly string[]) =>
    itemsOf((await admin(['audit', 'read', ...owner, '--json'])).json()).map(({ event }) => event);
  t.deepEqual(await eventsOf('--client', clientId), ['client.updated', 'client.created']);
  await admin(['client', 'remove', clientId]);
  t.deepEqual(await eventsOf(), ['client.removed', 'client.updated', 'client.created']);
  t.is((await admin(['client', 'remove', clientId])).exitCode, 1);
  t.is((await eventsOf()).length, 3);
});

test('an act that was refused is no event', async (t) => {
  const admin = await openAdmin(t);
  const refused = await admin(['account', 'create', '--email', 'nonsense']);
  t.is(refused.exitCode, 1);
  t.notRegex(refused.stderr, /security event/);
  t.deepEqual(itemsOf((await admin(['audit', 'read', '--json'])).json()), []);
});

test('reading asks for one owner, and says when there is none', async (t) => {
  const admin = await openAdmin(t);
  await admin(['storage', 'migrate']);
  t.is((await admin(['audit', 'read', '--client', 'x', '--unknown'])).exitCode, 64);
  t.is((await admin(['audit', 'read', '--account', 'nobody'])).exitCode, 1);
  t.is((await admin(['audit', 'read', '--client', 'nobody'])).exitCode, 1);
  t.is((await admin(['audit', 'read', '--unknown'])).stdout, 'none\n');
});
