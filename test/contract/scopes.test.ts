/** What the store of the organisation's scopes promises. */
import test from 'ava';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce, tally } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

const teams = { name: 'teams', claims: ['groups', 'team'], description: 'See your teams' };

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: of 50 scopes made at once under one name exactly one exists`, async (t) => {
    const { scopes } = await openStores(t, driver);
    const answers = await atOnce(50, () => scopes.create(teams));
    t.is(tally(answers, true), 1);
    t.deepEqual(await scopes.list({ limit: 10 }), { items: [teams], next: null });
  });

  test(`${driver.name}: a scope is removed once, and listed no more`, async (t) => {
    const { scopes } = await openStores(t, driver);
    await scopes.create(teams);
    t.true(await scopes.remove('teams'));
    t.false(await scopes.remove('teams'));
    t.deepEqual(await scopes.list({ limit: 10 }), { items: [], next: null });
  });

  test(`${driver.name}: what a scope releases and says cannot be read in what is stored`, async (t) => {
    const { scopes, records } = await openStores(t, driver);
    await scopes.create(teams);
    const [stored] = await records.list('scopes', { limit: 10 });
    t.is(stored?.id, 'teams');
    const readable = Buffer.from(stored?.payload ?? []).toString();
    for (const text of ['groups', 'See your']) t.false(readable.includes(text), text);
  });
});
