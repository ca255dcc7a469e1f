/** What ends access by whom it belongs to: grants by account, by client, by both and by reference; consents; an account's names. */
import test, { type ExecutionContext } from 'ava';
import { user } from '../support/accounts.ts';
import { remember } from '../support/consents.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { openStores } from '../support/stores.ts';
import type { TestedDriver } from './records.ts';

async function open(t: ExecutionContext, driver: TestedDriver) {
  const stores = await openStores(t, driver);
  const exp = Math.floor(stores.clock.now() / 1000) + 1000;
  const save = (id: string, accountId: string, clientId: string) =>
    stores.issued.save('Grant', id, { jti: id, accountId, clientId, exp }, exp * 1000);
  await save('one', 'ada', 'notes');
  await save('two', 'ada', 'photos');
  await save('three', 'grace', 'notes');
  const left = async () => {
    const ids = ['one', 'two', 'three'];
    const found = await Promise.all(ids.map((id) => stores.issued.find('Grant', id)));
    return ids.filter((_id, at) => found[at] !== undefined);
  };
  return { ...stores, save, left };
}

await forEachDatabase(test, (driver) => {
  const { name } = driver;
  test(`${name}: grants are listed and ended by account, by client, and by both together`, async (t) => {
    const { grants, left, save } = await open(t, driver);
    const names = async (owner: Parameters<typeof grants.list>[0]) =>
      (await grants.list(owner, { limit: 9 })).items.map(({ reference }) => reference).sort();
    const referencesOf = (...ids: string[]) => ids.map((id) => grants.referenceOf(id)).sort();
    t.deepEqual(await names({ accountId: 'ada' }), referencesOf('one', 'two'));
    t.deepEqual(await names({ clientId: 'notes' }), referencesOf('one', 'three'));
    t.deepEqual(await names({ accountId: 'ada', clientId: 'notes' }), referencesOf('one'));

    t.is(await grants.destroyGrantsOf({ accountId: 'ada', clientId: 'notes' }), 1);
    t.deepEqual(await left(), ['two', 'three']);
    await save('one', 'ada', 'notes');
    t.is(await grants.destroyGrantsOf({ clientId: 'notes' }), 2);
    t.deepEqual(await left(), ['two']);
    t.like(await grants.destroyByReference(grants.referenceOf('two')), { accountId: 'ada', clientId: 'photos' });
    t.is(await grants.destroyByReference(grants.referenceOf('two')), undefined);
    t.deepEqual(await left(), []);
  });

  test(`${name}: a list of grants comes in pages that leave nothing out`, async (t) => {
    const { grants, save } = await open(t, driver);
    for (let number = 0; number < 250; number += 1)
      await save(`grant ${number}`, 'ada', number % 2 ? 'notes' : 'photos');
    const seen: string[] = [];
    let after: string | null = '';
    while (after !== null) {
      const page: Awaited<ReturnType<typeof grants.list>> = await grants.list(
        { accountId: 'ada', clientId: 'notes' },
        { limit: 40, ...(after !== '' && { after }) },
      );
      seen.push(...page.items.map(({ reference }) => reference));
      after = page.next;
    }
    t.is(seen.length, 126);
    t.is(new Set(seen).size, 126);
  });

  test(`${name}: a consent is withdrawn for one account and client, or for all of an account`, async (t) => {
    const { consents } = await open(t, driver);
    for (const clientId of ['notes', 'photos']) await remember(consents, { accountId: 'ada', clientId });
    t.true(await consents.remove('ada', 'notes'));
    t.false(await consents.remove('ada', 'notes'));
    t.not(await consents.get('ada', 'photos'), undefined);
    t.is(await consents.removeForAccount('ada'), 1);
    t.is(await consents.get('ada', 'photos'), undefined);
  });

  test(`${name}: of an account that is removed, address and username are free; those of another stay taken`, async (t) => {
    const { accounts } = await open(t, driver);
    await accounts.create(user({ id: 'ada', email: 'ada@example.test', username: 'ada' }));
    await accounts.create(user({ id: 'grace', email: 'grace@example.test', username: 'grace' }));
    t.true(await accounts.remove('ada'));
    t.false(await accounts.remove('ada'));
    t.is(await accounts.findByIdentifier('ada'), undefined);
    t.deepEqual(await accounts.create(user({ id: 'x', email: 'grace@example.test' })), { taken: 'email' });
    t.is(await accounts.create(user({ id: 'new', email: 'ada@example.test', username: 'ada' })), undefined);
    // A second removal of the old one, after a crash, leaves the new one alone.
    await accounts.remove('ada');
    t.is((await accounts.findByIdentifier('ada'))?.id, 'new');
  });
});
