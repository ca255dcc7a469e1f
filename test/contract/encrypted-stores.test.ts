/** What a dump of the accounts, clients, resources, consents and counters shows: nothing readable. */
import test from 'ava';
import { type Collection, collectionNames } from '../../src/storage/collections.ts';
import type { Records } from '../../src/storage/driver.ts';
import { user } from '../support/accounts.ts';
import { remember } from '../support/consents.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { openStores } from '../support/stores.ts';

async function dump(records: Records, collection: Collection): Promise<string> {
  const found = await records.list(collection, { limit: 100 });
  return found.map(({ id, payload, indexes }) => `${id} ${Buffer.from(payload)} ${JSON.stringify(indexes)}`).join('\n');
}

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: no name, address, claim or hash can be read in what is stored`, async (t) => {
    const { accounts, clients, consents, records } = await openStores(t, driver);
    const passwordHash = 'a-stored-password-hash';
    const claims = { phone_number: '+44 1632 960000' };
    await accounts.create(user({ email: 'ada@example.test', username: 'lovelace', name: 'Ada', claims, passwordHash }));
    await clients.create({ id: 'shop', metadata: { client_name: 'Corner Shop' }, secretHashes: ['a-secret-hash'] });
    await remember(consents, { accountId: 'a', clientId: 'shop' }, { oidcScopes: ['phone'] });
    const readable = (await Promise.all(collectionNames.map((name) => dump(records, name)))).join('\n');
    t.true(readable.includes('shop'));
    for (const secret of ['ada@', 'lovelace', 'Ada', '960000', passwordHash, 'Corner', 'a-secret-hash', 'phone']) {
      t.false(readable.includes(secret), secret);
    }
  });

  test(`${driver.name}: an account that was moved to another id does not decrypt`, async (t) => {
    const { accounts, records } = await openStores(t, driver);
    const [ada, eve] = [user({ email: 'ada@example.test' }), user({ email: 'eve@example.test' })];
    await accounts.create(ada);
    await accounts.create(eve);
    const stolen = await records.get('accounts', ada.id);
    await records.put('accounts', { id: eve.id, payload: stolen?.payload ?? Buffer.of() });
    await t.throwsAsync(accounts.get(eve.id), { code: 'cannot_decrypt' });
  });
});
