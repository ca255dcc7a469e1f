/** What is asked of a new account. */
import test, { type ExecutionContext } from 'ava';
import { createAccount, type NewAccount } from '../../../src/domain/accounts/create.ts';
import { rejectsWith } from '../../support/domain-errors.ts';
import { quickHasher } from '../../support/hashing.ts';
import { openStoresInMemory } from '../../support/stores.ts';

async function openRegistry(t: ExecutionContext) {
  const stores = await openStoresInMemory(t);
  const fixture = { accounts: stores.accounts, hasher: quickHasher(), clock: stores.clock };
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
  const ada = await create({ ...details, password: 'correct horse' });
  t.like(ada, { ...details, isDisabled: false, createdAt: clock.now(), updatedAt: clock.now() });
  t.regex(ada.id, /^[0-9a-f]{32}$/);
  t.false(JSON.stringify(ada).includes('correct horse'));
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
