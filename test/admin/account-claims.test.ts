/** The file of `--claims`: what it may hold, and what somebody reads whose file holds more. */
import test from 'ava';
import { type Admin, openAdmin } from '../support/admin-command.ts';

const create = (admin: Admin, claims: object, email = 'ada@example.test') =>
  admin(['account', 'create', '--email', email, '--claims', '-', '--json'], JSON.stringify(claims));

const update = (admin: Admin, claims: object) =>
  admin(['account', 'update', 'ada@example.test', '--claims', '-', '--json'], JSON.stringify(claims));

const lineOf = (stderr: string, claim: string): string =>
  stderr.split('\n').find((line) => line.trim().startsWith(`${claim} `)) ?? '';

test('each claim that cannot be kept is named at once, with the flag for it where there is one', async (t) => {
  const admin = await openAdmin(t);
  const flags = {
    email: '--email',
    email_verified: '--email-verified',
    preferred_username: '--username',
    name: '--name',
  };
  const others = {
    iss: 'https://old.example',
    aud: ['a'],
    roles: ['admin'],
    groups: 'staff',
    locale: 7,
    sub: 7,
    updated_at: '2020-01-01',
    'two words': 1,
    nested: { constructor: 1 },
  };
  const refused = await create(admin, { ...flags, ...others, nickname: 'fine' });
  t.deepEqual([refused.exitCode, refused.stdout], [1, '']);
  t.true(refused.stderr.includes('claims_invalid'));
  for (const [claim, flag] of Object.entries(flags))
    t.true(`${lineOf(refused.stderr, claim)} `.includes(`: ${flag} `), claim);
  for (const claim of Object.keys(others)) t.not(lineOf(refused.stderr, claim), '', claim);
  t.is(lineOf(refused.stderr, 'nickname'), '');
  t.deepEqual((await admin(['account', 'list', '--json'])).json().items, []);
});

test('what another provider knew a user by is taken over, and stays', async (t) => {
  const admin = await openAdmin(t);
  const made = await create(admin, { sub: 'auth0|248289761001', updated_at: 1_311_280_970, locale: 'de' });
  t.is(made.exitCode, 0, made.stderr);
  const account = made.json();
  t.like(account, { id: 'auth0|248289761001', updatedAt: '2011-07-21T20:42:50.000Z', claims: { locale: 'de' } });
  t.like((await admin(['account', 'show', 'auth0|248289761001', '--json'])).json(), account);
  const again = await create(admin, { sub: 'auth0|248289761001' }, 'eve@example.test');
  t.is(again.exitCode, 1);
  t.true(again.stderr.includes('sub_taken'), again.stderr);

  const changed = await update(admin, { sub: 'x', updated_at: 1, email: null, name: null, locale: null });
  t.is(changed.exitCode, 1);
  for (const claim of ['sub', 'updated_at', 'email', 'name']) t.not(lineOf(changed.stderr, claim), '', claim);
  t.true(lineOf(changed.stderr, 'name').includes(': --name or --no-name'));
  t.is(lineOf(changed.stderr, 'locale'), '', 'null removes it');
  t.deepEqual((await admin(['account', 'delete', 'auth0|248289761001', '--json'])).exitCode, 0);
});

test('a name that leads to two accounts leads to none', async (t) => {
  const admin = await openAdmin(t);
  await create(admin, { sub: 'grace' });
  await admin(['account', 'create', '--email', 'grace@example.test', '--username', 'grace']);
  for (const verb of ['show', 'disable', 'sessions-end', 'delete']) {
    const { exitCode, stderr } = await admin(['account', verb, 'grace']);
    t.is(exitCode, 1, verb);
    t.true(stderr.includes('account_ambiguous'), stderr);
  }
  t.is((await admin(['account', 'show', 'ada@example.test', '--json'])).json().id, 'grace');
});
