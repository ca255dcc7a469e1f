/** What the client store promises. */
import test from 'ava';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce, tally } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: of 50 clients created at once with one id exactly one exists`, async (t) => {
    const { clients } = await openStores(t, driver);
    const answers = await atOnce(50, (caller) =>
      clients.create({ id: 'shop', metadata: { client_name: `shop ${caller}` }, secretHashes: [] }),
    );
    t.is(tally(answers, true), 1);
    t.deepEqual((await clients.get('shop'))?.metadata, { client_name: `shop ${answers.indexOf(true)}` });
  });

  test(`${driver.name}: 20 changes of a client at once all arrive`, async (t) => {
    const { clients } = await openStores(t, driver);
    await clients.create({ id: 'shop', metadata: {}, secretHashes: [] });
    await atOnce(20, (caller) =>
      clients.update('shop', (client) => ({ ...client, secretHashes: [...client.secretHashes, `hash${caller}`] })),
    );
    t.is((await clients.get('shop'))?.secretHashes.length, 20);
  });

  test(`${driver.name}: a client keeps its id, and one that is not there does not change`, async (t) => {
    const { clients } = await openStores(t, driver);
    await clients.create({ id: 'shop', metadata: {}, secretHashes: [] });
    await t.throwsAsync(
      clients.update('shop', (client) => ({ ...client, id: 'other' })),
      { instanceOf: TypeError },
    );
    t.is(await clients.update('other', (client) => client), undefined);
  });

  test(`${driver.name}: a client is removed once, and its id is free again`, async (t) => {
    const { clients } = await openStores(t, driver);
    await clients.create({ id: 'shop', metadata: {}, secretHashes: [] });
    t.true(await clients.remove('shop'));
    t.false(await clients.remove('shop'));
    t.is(await clients.get('shop'), undefined);
    t.true(await clients.create({ id: 'shop', metadata: {}, secretHashes: [] }));
  });

  test(`${driver.name}: the list of clients comes in pages, ordered by id`, async (t) => {
    const { clients } = await openStores(t, driver);
    for (const id of ['c', 'a', 'b']) await clients.create({ id, metadata: {}, secretHashes: [] });
    const first = await clients.list({ limit: 2 });
    t.deepEqual([first.items.map(({ id }) => id), first.next], [['a', 'b'], 'b']);
    const second = await clients.list({ limit: 2, after: 'b' });
    t.deepEqual([second.items.map(({ id }) => id), second.next], [['c'], null]);
  });

  test(`${driver.name}: a page that ends with the last client names no next one`, async (t) => {
    const { clients } = await openStores(t, driver);
    for (const id of ['a', 'b']) await clients.create({ id, metadata: {}, secretHashes: [] });
    t.is((await clients.list({ limit: 2 })).next, null);
  });
});
