/** What of an account an administrator changes, and what that changes besides. */
import test, { type ExecutionContext } from 'ava';
import { createAccount, type NewAccount } from '../../../src/domain/accounts/create.ts';
import { type AccountChanges, updateAccount } from '../../../src/domain/accounts/update.ts';
import { rejectsWith } from '../../support/domain-errors.ts';
import { quickHasher } from '../../support/hashing.ts';
import { openStoresInMemory } from '../../support/stores.ts';

async function withAda(t: ExecutionContext, details: Partial<NewAccount> = {}) {
  const stores = await openStoresInMemory(t);
  const wanted = { email: 'ada@example.test', username: 'ada', name: 'Ada', emailVerified: true, ...details };
  const ada = await createAccount(wanted, { ...stores, hasher: quickHasher(), config: { brandName: 'Latchkey' } });
  const notes: unknown[] = [];
  const deps = { ...stores, note: (...noted: unknown[]) => void notes.push(noted) };
  return { ...stores, ada, notes, update: (changes: AccountChanges, id = ada.id) => updateAccount(id, changes, deps) };
}

const verified: readonly (readonly [AccountChanges, boolean])[] = [
  [{ email: 'other@example.test' }, false],
  [{ email: 'other@example.test', emailVerified: true }, true],
  [{ email: 'ada@example.com' }, false],
  [{ email: 'ada@xn--exmple-cua.test' }, false],
  [{ email: 'ADA@Example.test' }, true],
  [{ email: 'ada@ｅｘａｍｐｌｅ.test' }, true],
  // Found as the same, and another mailbox all the same.
  [{ email: 'ａda@example.test' }, false],
  [{ email: 'ada@example.test' }, true],
  [{ email: 'Ada@example.test', emailVerified: false }, false],
  [{ emailVerified: false }, false],
  [{ name: 'Ada L.' }, true],
  [{ username: 'countess' }, true],
];

for (const [changes, isVerified] of verified) {
  test(`after ${JSON.stringify(changes)} the address is ${isVerified ? '' : 'not '}verified`, async (t) => {
    const { update } = await withAda(t);
    t.is((await update(changes)).account.emailVerified, isVerified);
  });
}

test('what is changed is told, recorded by the names of the fields, and dated', async (t) => {
  const { update, clock, notes, ada, accounts } = await withAda(t, { claims: { locale: 'en', zoneinfo: 'x' } });
  clock.advance(5);
  const { account, changed } = await update({
    ...{ email: 'new@example.test', username: null, name: 'Ada L.' },
    claims: { locale: 'de', zoneinfo: null, nickname: 'Al' },
  });
  t.deepEqual(changed, ['email', 'emailVerified', 'username', 'name', 'claims']);
  const { username: _gone, ...kept } = ada;
  const claims = { locale: 'de', nickname: 'Al' };
  const now = clock.now();
  t.deepEqual(account, {
    ...kept,
    email: 'new@example.test',
    emailVerified: false,
    name: 'Ada L.',
    claims,
    noticesEndedAt: now,
    updatedAt: now,
  });
  t.deepEqual(await accounts.get(ada.id), account);
  const detail = 'email emailVerified username name claims';
  t.deepEqual(notes, [['account.updated', 'administrator', { accountId: ada.id, detail }]]);
});

test('a change to what there was is none', async (t) => {
  const { update, clock, notes, ada } = await withAda(t, { claims: { address: { locality: 'x' } } });
  clock.advance(5);
  const same = {
    email: ' ada@example.test',
    username: 'ada',
    name: 'Ada',
    claims: { address: { locality: 'x' }, x: null },
  };
  t.deepEqual(await update(same), { account: ada, changed: [] });
  t.deepEqual(notes, []);
});

test('what an account may not be made with it may not be changed to, and then nothing is', async (t) => {
  const { update, notes, ada, ...stores } = await withAda(t);
  await createAccount(
    { email: 'info@exämple.test', username: 'grace' },
    { ...stores, hasher: quickHasher(), config: { brandName: 'Latchkey' } },
  );
  const { accounts } = stores;
  const refused = {
    email_invalid: [{ email: 'ada' }, { email: 'ada\u200b@example.test' }, { email: 'ada@xn--a.test' }],
    email_taken: [{ email: 'INFO@xn--exmple-cua.test' }],
    username_invalid: [{ username: 'a b' }, { username: '\u3164' }, { username: '0'.repeat(32) }],
    username_taken: [{ username: 'GRACE', email: 'new@example.test' }, { username: 'ｇｒａｃｅ' }],
    name_invalid: [{ name: '' }, { name: '\u200b' }, { name: '\u202e ' }],
    claims_invalid: [{ claims: { sub: 'x' } }, { claims: { email: 'x' } }, { claims: { locale: 7 } }],
  } as const;
  for (const [code, all] of Object.entries(refused)) {
    for (const changes of all) await rejectsWith(t, code as keyof typeof refused, () => update(changes));
  }
  await rejectsWith(t, 'account_unknown', () => update({ name: 'x' }, 'nobody'));
  t.deepEqual(await accounts.get(ada.id), ada);
  t.deepEqual(notes, []);
});

test('an address that was filed under another form is found again after it was named anew', async (t) => {
  const { update, records, accounts, ada } = await withAda(t);
  await records.removeBy('account_identifiers', 'accountId', ada.id);
  t.is(await accounts.findByIdentifier('ada@example.test'), undefined);
  await update({ email: 'ada@example.test' });
  for (const name of ['ada@example.test', 'ada']) t.is((await accounts.findByIdentifier(name))?.id, ada.id);
});
