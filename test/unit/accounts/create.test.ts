/** What is asked of a new account. */
import test, { type ExecutionContext } from 'ava';
import { createAccount, type NewAccount } from '../../../src/domain/accounts/create.ts';
import { rejectsWith } from '../../support/domain-errors.ts';
import { quickHasher } from '../../support/hashing.ts';
import { openStoresInMemory } from '../../support/stores.ts';

async function openRegistry(t: ExecutionContext) {
  const stores = await openStoresInMemory(t);
  const fixture = {
    accounts: stores.accounts,
    clients: stores.clients,
    hasher: quickHasher(),
    clock: stores.clock,
    config: { brandName: 'Latchkey' },
  };
  return { ...stores, create: (wanted: NewAccount) => createAccount(wanted, fixture) };
}

test('a new account is stored as it was asked for, with a random id and no plain password', async (t) => {
  const { create, accounts, clock } = await openRegistry(t);
  const details = {
    email: 'ada@example.test',
    username: 'ada',
    name: 'Ada',
    claims: { locale: 'en' },
    emailVerified: true,
  };
  const ada = await create({ ...details, password: 'correct horse battery staple' });
  t.like(ada, { ...details, isDisabled: false, createdAt: clock.now(), updatedAt: clock.now() });
  t.regex(ada.id, /^[0-9a-f]{32}$/);
  t.false(JSON.stringify(ada).includes('correct horse battery staple'));
  t.deepEqual(await accounts.get(ada.id), ada);
});

test('an account can begin without a password', async (t) => {
  const { create } = await openRegistry(t);
  t.is((await create({ email: 'ada@example.test' })).passwordHash, undefined);
});

test('a taken e-mail address and a taken username are refused by name', async (t) => {
  const { create } = await openRegistry(t);
  await create({ email: 'ada@example.test', username: 'ada' });
  await rejectsWith(t, 'email_taken', () => create({ email: 'ADA@example.test' }));
  await rejectsWith(t, 'username_taken', () => create({ email: 'grace@example.test', username: 'Ada' }));
});

test('what is refused leaves nothing behind', async (t) => {
  const { create, accounts } = await openRegistry(t);
  await rejectsWith(t, 'password_too_short', () => create({ email: 'ada@example.test', password: 'short' }));
  await rejectsWith(t, 'claims_invalid', () => create({ email: 'ada@example.test', claims: { sub: 'x' } }));
  await rejectsWith(t, 'username_invalid', () => create({ email: 'ada@example.test', username: 'a b' }));
  await rejectsWith(t, 'email_invalid', () => create({ email: 'ada' }));
  t.is((await accounts.list({ limit: 1 })).items.length, 0);
  await t.notThrowsAsync(create({ email: 'ada@example.test' }));
});

test('an account keeps the id and the time of its latest change that it had at another provider', async (t) => {
  const { create, accounts, clock } = await openRegistry(t);
  const subs = [
    'auth0|5f7c8ec7c33c6c004bbafe82',
    '3f1c9b62-0f4e-4d6b-9a8e-2b1de7f0a9c4',
    '248289761001',
    '-_leading',
    'CiQwOGE4Njg0Yi1kYjg4LTRiNzMtOTBhOS0zY2QxNjYxZjU0NjYSBWxvY2Fs',
    'a'.repeat(255),
    'Ada',
    'ada@old.example',
  ];
  for (const [index, sub] of subs.entries()) {
    const seconds = 1_311_280_970 + index + 0.75;
    const made = await create({ email: `u${index}@example.test`, imported: { sub, updated_at: seconds } });
    t.is(made.id, sub);
    t.is(made.updatedAt, Math.floor(seconds) * 1000);
    t.is(made.createdAt, clock.now());
    t.deepEqual(await accounts.get(sub), made);
  }
});

test('an id that apps may know somebody else by is not given to an account', async (t) => {
  const { create, clients, accounts } = await openRegistry(t);
  await create({ email: 'ada@example.test', username: 'ada', imported: { sub: 'first' } });
  await clients.create({ id: 'notes-api', metadata: { client_id: 'notes-api' }, secretHashes: [] });
  for (const sub of ['first', 'notes-api', 'ada', 'ADA', 'ada@example.test']) {
    await rejectsWith(t, 'sub_taken', () => create({ email: 'eve@example.test', imported: { sub } }));
  }
  const [one, other] = ['grace@example.test', 'edith@example.test'].map((email) =>
    create({ email, imported: { sub: 'at-once' } }).then(
      () => 'made',
      (error: { code?: string }) => error.code,
    ),
  );
  t.deepEqual([await one, await other].toSorted(), ['made', 'sub_taken']);
  t.is((await accounts.list({ limit: 10 })).items.length, 2);
  await t.notThrowsAsync(create({ email: 'eve@example.test', imported: { sub: 'First' } }), 'case-sensitive');
});

for (const sub of [
  '',
  ' ',
  'a b',
  'a\tb',
  'a\n',
  'ä',
  '😀',
  'a'.repeat(256),
  7,
  true,
  null,
  [],
  ['x'],
  {},
  'constructor',
  '__proto__',
]) {
  test(`${JSON.stringify(sub).slice(0, 20)} is no id of an account`, async (t) => {
    const { create } = await openRegistry(t);
    await rejectsWith(t, 'claims_invalid', () => create({ email: 'ada@example.test', imported: { sub } }));
  });
}

test('the time of the latest change is in seconds, and not in the future', async (t) => {
  const { create, clock } = await openRegistry(t);
  const now = clock.now();
  const wrong = [now, now / 1000 + 1, -1, '1311280970', '2020-01-01T00:00:00Z', null, true, [], {}, Number.NaN, 1e300];
  for (const updated_at of wrong)
    await rejectsWith(t, 'claims_invalid', () => create({ email: 'ada@example.test', imported: { updated_at } }));
  for (const [index, updated_at] of [0, Math.floor(now / 1000)].entries())
    t.is((await create({ email: `u${index}@example.test`, imported: { updated_at } })).updatedAt, updated_at * 1000);
});
