/** The verbs `account grant-role` and `account revoke-role`. */
import test from 'ava';
import { openAdmin } from '../support/admin-command.ts';

const ADA = 'ada@example.test';

test('roles are granted and taken back, and shown wherever the account is', async (t) => {
  const admin = await openAdmin(t);
  t.deepEqual((await admin(['account', 'create', '--email', ADA, '--json'])).json().roles, []);
  const act = async (verb: string, role: string) => (await admin(['account', verb, ADA, role, '--json'])).json().roles;
  t.deepEqual(await act('grant-role', 'developer'), ['developer']);
  t.deepEqual(await act('grant-role', 'admin'), ['admin', 'developer']);
  const { secondFactors: _ofShow, ...shown } = (await admin(['account', 'show', ADA, '--json'])).json();
  t.deepEqual(shown.roles, ['admin', 'developer']);
  t.deepEqual((await admin(['account', 'list', '--json'])).json().items, [shown]);
  t.deepEqual(await act('revoke-role', 'admin'), ['developer']);
});

test('a role that is there already, or was never there, changes nothing and says so', async (t) => {
  const admin = await openAdmin(t);
  await admin(['account', 'create', '--email', ADA]);
  const grant = () => admin(['account', 'grant-role', ADA, 'admin', '--json']);
  const first = await grant();
  for (const { exitCode, stderr, json } of [
    await grant(),
    await admin(['account', 'revoke-role', ADA, 'developer', '--json']),
  ]) {
    t.is(exitCode, 0);
    t.regex(stderr, /nothing changed/);
    t.deepEqual(json(), first.json());
  }
  const { items } = (await admin(['audit', 'read', '--account', ADA, '--json'])).json();
  const events = (items as readonly { event: string; detail?: string }[]).filter(({ event }) => /role/.test(event));
  t.deepEqual(
    events.map(({ event, detail }) => [event, detail]),
    [['account.role_granted', 'admin']],
  );
});

for (const [role, meant] of [
  ['Admin', 'admin'],
  ['admins', 'admin'],
  ['develper', 'developer'],
  ['root', undefined],
  ['', undefined],
  ['admin developer', undefined],
  ['constructor', undefined],
] as const) {
  test(`there is no role "${role}", which is answered with those that there are`, async (t) => {
    const admin = await openAdmin(t);
    await admin(['account', 'create', '--email', ADA]);
    for (const verb of ['grant-role', 'revoke-role']) {
      const { exitCode, stdout, stderr } = await admin(['account', verb, ADA, role, '--json']);
      t.deepEqual([exitCode, stdout], [1, '']);
      t.regex(stderr, /role_unknown/);
      t.regex(stderr, /admin and developer/);
      t.is(/did you mean (\w+)\?/.exec(stderr)?.[1], meant);
    }
    t.deepEqual((await admin(['account', 'show', ADA, '--json'])).json().roles, []);
  });
}

test('an account that is not there has no roles', async (t) => {
  const admin = await openAdmin(t);
  await admin(['account', 'create', '--email', ADA]);
  const { exitCode, stderr } = await admin(['account', 'grant-role', 'nobody', 'admin', '--json']);
  t.is(exitCode, 1);
  t.regex(stderr, /account_unknown/);
});
