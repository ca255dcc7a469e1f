/** The script that makes the least-privilege role, run as mongosh would: on a shell that notes what it is told. */
import { readFile } from 'node:fs/promises';
import vm from 'node:vm';
import test from 'ava';
import { missingRights } from '../../adapters/mongodb/rights.ts';

interface Role {
  readonly role: string;
  readonly privileges: readonly unknown[];
}

interface Told {
  readonly call: string;
  readonly database: string;
  readonly argument: unknown;
}

const script = await readFile(new URL('../../scripts/mongodb-role.js', import.meta.url), 'utf8');

/** `existing` names what is there already. */
function runScript(env: Readonly<Record<string, string>>, existing: readonly string[] = []): readonly Told[] {
  const told: Told[] = [];
  const note =
    (database: string, call: string) =>
    (...[first, second]: readonly unknown[]): void => {
      told.push({ call, database, argument: second === undefined ? first : { name: first, ...Object(second) } });
    };
  const find = (name: string) => (existing.includes(name) ? {} : null);
  const getSiblingDB = (name: string) => ({
    getRole: find,
    getUser: find,
    ...Object.fromEntries(
      ['createRole', 'updateRole', 'createUser', 'grantRolesToUser'].map((call) => [call, note(name, call)]),
    ),
  });
  const shell = { db: { getSiblingDB }, passwordPrompt: () => 'typed in', print: () => undefined, process: { env } };
  vm.runInNewContext(script, shell);
  return JSON.parse(JSON.stringify(told)) as Told[];
}

const actions = ['find', 'insert', 'update', 'remove', 'createCollection', 'createIndex', 'listIndexes'];

test('the role may read, write and index one database, and nothing else', (t) => {
  const [created] = runScript({ LATCHKEY_DATABASE: 'accounts' });
  t.like(created, { call: 'createRole', database: 'accounts' });
  t.like(created?.argument, { privileges: [{ resource: { db: 'accounts', collection: '' }, actions }], roles: [] });
  t.is((created?.argument as Role | undefined)?.privileges.length, 1);
});

const privilege = (resource: object, allowed: readonly string[] = actions) => ({ resource, actions: allowed });
const everything = { db: 'accounts', collection: '' };

/** Of a server that reports these privileges of one user for the database `accounts`. */
const missing = (authenticatedUserPrivileges: readonly unknown[] | undefined, authenticatedUsers: unknown[] = [{}]) =>
  missingRights({
    databaseName: 'accounts',
    command: async () => ({ authInfo: { authenticatedUsers, authenticatedUserPrivileges } }),
  });

test('missing rights are listed by action, and none where the privileges do not show them', async (t) => {
  const [created] = runScript({ LATCHKEY_DATABASE: 'accounts' });
  const nothing = [
    (created?.argument as Role | undefined)?.privileges ?? [],
    [privilege(everything)],
    [privilege({ db: '', collection: '' })],
    [privilege({ anyResource: true })],
    [privilege(everything, ['find', 'insert']), privilege(everything, actions.slice(2))],
    [privilege({ db: 'accounts', collection: 'keys' }, ['find'])],
  ];
  for (const granted of nothing) t.deepEqual(await missing(granted), [], JSON.stringify(granted));
  t.deepEqual(await missing(undefined), []);
  t.deepEqual(await missing([], []), []);
  const readOnly = [privilege(everything, ['find', 'listIndexes'])];
  t.deepEqual(await missing(readOnly), ['insert', 'update', 'remove', 'createCollection', 'createIndex']);
  t.deepEqual(await missing([privilege({ db: 'other', collection: '' })]), actions);
  t.deepEqual(await missing([privilege({ db: 'accounts', collection: 'system.js' })]), actions);
  t.deepEqual(await missing([]), actions);
});

test('the user has that role alone, and a password that was typed in', (t) => {
  const [role, user] = runScript({ LATCHKEY_USER: 'provider' });
  t.deepEqual(user, {
    call: 'createUser',
    database: 'latchkey',
    argument: { user: 'provider', pwd: 'typed in', roles: [(role?.argument as Role | undefined)?.role] },
  });
});

test('run again, it brings the role up to date and leaves the password alone', (t) => {
  const told = runScript({}, ['latchkey_provider', 'latchkey']);
  t.deepEqual(
    told.map(({ call }) => call),
    ['updateRole', 'grantRolesToUser'],
  );
});
