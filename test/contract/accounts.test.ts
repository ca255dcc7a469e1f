/** What the account store promises about e-mail addresses, login names and concurrent changes. */
import test from 'ava';
import { forEachEngine } from '../support/engines.ts';
import { person } from '../support/people.ts';
import { atOnce, tally } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

await forEachEngine(test, (engine) => {
  test(`${engine.name}: of 50 accounts created at once with one e-mail address exactly one exists`, async (t) => {
    const { accounts } = await openStores(t, engine);
    const answers = await atOnce(50, () => accounts.create(person({ email: 'ada@example.test' })));
    t.is(tally(answers, undefined), 1);
    t.is(answers.filter((answer) => answer?.taken === 'email').length, 49);
    t.is((await accounts.list({ limit: 100 })).items.length, 1);
  });

  test(`${engine.name}: an e-mail address is taken in any case and in any form of its letters`, async (t) => {
    const { accounts } = await openStores(t, engine);
    await accounts.create(person({ email: 'Ada@Example.test' }));
    t.deepEqual(await accounts.create(person({ email: ' ADA@example.TEST ' })), { taken: 'email' });
    t.deepEqual(await accounts.create(person({ email: 'ａda@example.test' })), { taken: 'email' });
  });

  test(`${engine.name}: an account is found by e-mail address and by login name, in any case`, async (t) => {
    const { accounts } = await openStores(t, engine);
    const ada = person({ email: 'ada@example.test', username: 'Ada' });
    await accounts.create(ada);
    t.deepEqual(await accounts.findByIdentifier('ADA@example.test'), ada);
    t.deepEqual(await accounts.findByIdentifier('aDA'), ada);
    t.deepEqual(await accounts.get(ada.id), ada);
    t.is(await accounts.findByIdentifier('grace'), undefined);
    t.is(await accounts.get('grace'), undefined);
  });

  test(`${engine.name}: a login name can never be somebody's e-mail address`, async (t) => {
    const { accounts } = await openStores(t, engine);
    await accounts.create(person({ email: 'ada@example.test' }));
    const impostor = person({ email: 'eve@example.test', username: 'ada@example.test' });
    t.deepEqual(await accounts.create(impostor), { taken: 'username' });
  });

  test(`${engine.name}: whoever loses the login name gives the e-mail address back`, async (t) => {
    const { accounts } = await openStores(t, engine);
    await accounts.create(person({ email: 'ada@example.test', username: 'ada' }));
    t.deepEqual(await accounts.create(person({ email: 'grace@example.test', username: 'ada' })), { taken: 'username' });
    t.is(await accounts.create(person({ email: 'grace@example.test', username: 'grace' })), undefined);
  });

  test(`${engine.name}: 20 changes at once all arrive`, async (t) => {
    const { accounts } = await openStores(t, engine);
    const ada = person({ email: 'ada@example.test' });
    await accounts.create(ada);
    await atOnce(20, (caller) =>
      accounts.update(ada.id, (account) => ({ ...account, claims: { ...account.claims, [`claim${caller}`]: true } })),
    );
    t.is(Object.keys((await accounts.get(ada.id))?.claims ?? {}).length, 20);
  });

  test(`${engine.name}: a change keeps id, e-mail address and login name`, async (t) => {
    const { accounts } = await openStores(t, engine);
    const ada = person({ email: 'ada@example.test' });
    await accounts.create(ada);
    await t.throwsAsync(
      accounts.update(ada.id, (account) => ({ ...account, email: 'eve@example.test' })),
      { instanceOf: TypeError },
    );
    t.is(await accounts.update('nobody', (account) => account), undefined);
  });

  test(`${engine.name}: the list of accounts comes in pages that miss and repeat nobody`, async (t) => {
    const { accounts } = await openStores(t, engine);
    const people = Array.from({ length: 5 }, (_, index) => person({ email: `person${index}@example.test` }));
    for (const account of people) await accounts.create(account);
    const first = await accounts.list({ limit: 3 });
    t.is(first.next, first.items.at(-1)?.id ?? '');
    const second = await accounts.list({ limit: 3, after: first.next ?? '' });
    t.is(second.next, null);
    const listed = [...first.items, ...second.items].map(({ id }) => id);
    t.deepEqual(listed, people.map(({ id }) => id).toSorted());
  });
});
