/** What the account store promises about e-mail addresses, usernames and concurrent changes. */
import test from 'ava';
import { user } from '../support/accounts.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce, tally } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: of 50 accounts created at once with one e-mail address exactly one exists`, async (t) => {
    const { accounts } = await openStores(t, driver);
    const answers = await atOnce(50, () => accounts.create(user({ email: 'ada@example.test' })));
    t.is(tally(answers, undefined), 1);
    t.is(answers.filter((answer) => answer?.taken === 'email').length, 49);
    t.is((await accounts.list({ limit: 100 })).items.length, 1);
  });

  test(`${driver.name}: an e-mail address is taken in any case and in any form of its letters`, async (t) => {
    const { accounts } = await openStores(t, driver);
    await accounts.create(user({ email: 'Ada@Example.test' }));
    t.deepEqual(await accounts.create(user({ email: ' ADA@example.TEST ' })), { taken: 'email' });
    t.deepEqual(await accounts.create(user({ email: 'ａda@example.test' })), { taken: 'email' });
  });

  test(`${driver.name}: an address is one account in each spelling of its domain`, async (t) => {
    const { accounts } = await openStores(t, driver);
    const ada = user({ email: 'info@exämple.test' });
    await accounts.create(ada);
    for (const email of ['info@xn--exmple-cua.test', 'INFO@EXÄMPLE。test', '\u200binfo@exa\u0308mple.test\u00a0']) {
      t.deepEqual(await accounts.create(user({ email })), { taken: 'email' });
      t.deepEqual(await accounts.findByIdentifier(email), ada);
    }
  });

  test(`${driver.name}: an account is found by e-mail address and by username, in any case`, async (t) => {
    const { accounts } = await openStores(t, driver);
    const ada = user({ email: 'ada@example.test', username: 'Ada' });
    await accounts.create(ada);
    t.deepEqual(await accounts.findByIdentifier('ADA@example.test'), ada);
    t.deepEqual(await accounts.findByIdentifier('aDA'), ada);
    t.deepEqual(await accounts.get(ada.id), ada);
    t.is(await accounts.findByIdentifier('grace'), undefined);
    t.is(await accounts.get('grace'), undefined);
  });

  test(`${driver.name}: a username can never be somebody's e-mail address`, async (t) => {
    const { accounts } = await openStores(t, driver);
    await accounts.create(user({ email: 'ada@example.test' }));
    const impostor = user({ email: 'eve@example.test', username: 'ada@example.test' });
    t.deepEqual(await accounts.create(impostor), { taken: 'username' });
  });

  test(`${driver.name}: an account that loses the username gives the e-mail address back`, async (t) => {
    const { accounts } = await openStores(t, driver);
    await accounts.create(user({ email: 'ada@example.test', username: 'ada' }));
    t.deepEqual(await accounts.create(user({ email: 'grace@example.test', username: 'ada' })), { taken: 'username' });
    t.is(await accounts.create(user({ email: 'grace@example.test', username: 'grace' })), undefined);
  });

  test(`${driver.name}: 20 changes at once all arrive`, async (t) => {
    const { accounts } = await openStores(t, driver);
    const ada = user({ email: 'ada@example.test' });
    await accounts.create(ada);
    await atOnce(20, (caller) =>
      accounts.update(ada.id, (account) => ({ ...account, claims: { ...account.claims, [`claim${caller}`]: true } })),
    );
    t.is(Object.keys((await accounts.get(ada.id))?.claims ?? {}).length, 20);
  });

  test(`${driver.name}: a change keeps id, e-mail address and username`, async (t) => {
    const { accounts } = await openStores(t, driver);
    const ada = user({ email: 'ada@example.test' });
    await accounts.create(ada);
    await t.throwsAsync(
      accounts.update(ada.id, (account) => ({ ...account, email: 'eve@example.test' })),
      { instanceOf: TypeError },
    );
    t.is(await accounts.update('nobody', (account) => account), undefined);
  });

  test(`${driver.name}: the list of accounts comes in pages that miss and repeat nobody`, async (t) => {
    const { accounts } = await openStores(t, driver);
    const people = Array.from({ length: 5 }, (_, index) => user({ email: `person${index}@example.test` }));
    for (const account of people) await accounts.create(account);
    const first = await accounts.list({ limit: 3 });
    t.is(first.next, first.items.at(-1)?.id ?? '');
    const second = await accounts.list({ limit: 3, after: first.next ?? '' });
    t.is(second.next, null);
    const listed = [...first.items, ...second.items].map(({ id }) => id);
    t.deepEqual(listed, people.map(({ id }) => id).toSorted());
  });
});
