/** What budgets promise of their levels, whoever takes at once and from which process. */
import test from 'ava';
import { BudgetLevels } from '../../src/storage/throttle/budget-levels.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

const DAY = 86_400;

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: of 200 that take at once from 50, 50 get something`, async (t) => {
    const { budgetLevels } = await openStores(t, driver);
    const allowance = { limit: 50, windowSeconds: DAY };
    const answers = await atOnce(200, () => budgetLevels.take('guesses', allowance));
    t.is(answers.filter(({ isAllowed }) => isAllowed).length, 50);
    t.false((await budgetLevels.take('guesses', allowance)).isAllowed);
    t.true((await budgetLevels.take('other guesses', allowance)).isAllowed);
  });

  test(`${driver.name}: of 200 that take at once in four processes, 50 get something`, async (t) => {
    const stores = await openStores(t, driver);
    const allowance = { limit: 50, windowSeconds: DAY };
    const processes = Array.from({ length: 4 }, () => new BudgetLevels(stores));
    const answers = await atOnce(200, (n) => (processes[n % 4] ?? stores.budgetLevels).take('guesses', allowance));
    t.is(answers.filter(({ isAllowed }) => isAllowed).length, 50);
    for (const each of processes) t.false((await each.take('guesses', allowance)).isAllowed);
  });

  test(`${driver.name}: what was given back can be taken again, once, and by another process`, async (t) => {
    const stores = await openStores(t, driver);
    const allowance = { limit: 2, windowSeconds: DAY };
    const [here, elsewhere] = [stores.budgetLevels, new BudgetLevels(stores)];
    const first = await here.take('guesses', allowance);
    await elsewhere.take('guesses', allowance);
    t.false((await elsewhere.take('guesses', allowance)).isAllowed);
    if (first.isAllowed) await here.giveBack(first);
    t.true((await elsewhere.take('guesses', allowance)).isAllowed);
    t.false((await here.take('guesses', allowance)).isAllowed);
    t.false((await elsewhere.take('guesses', allowance)).isAllowed);
  });

  test(`${driver.name}: 100 that take and give back at once in three processes leave nothing used up`, async (t) => {
    const stores = await openStores(t, driver);
    const allowance = { limit: 100, windowSeconds: DAY };
    const processes = Array.from({ length: 3 }, () => new BudgetLevels(stores));
    await atOnce(100, async (n) => {
      const levels = processes[n % 3] ?? stores.budgetLevels;
      const taken = await levels.take('guesses', allowance);
      if (taken.isAllowed) await levels.giveBack(taken);
    });
    const answers = await atOnce(101, () => stores.budgetLevels.take('guesses', allowance));
    t.is(answers.filter(({ isAllowed }) => isAllowed).length, 100);
  });

  test(`${driver.name}: a budget refills continuously, whenever it was used up`, async (t) => {
    const { budgetLevels, clock } = await openStores(t, driver);
    const allowance = { limit: 24, windowSeconds: DAY };
    for (let n = 0; n < 24; n += 1) t.true((await budgetLevels.take('guesses', allowance)).isAllowed);
    for (let hour = 0; hour < 12; hour += 1) {
      const refused = await budgetLevels.take('guesses', allowance);
      if (!refused.isAllowed) t.is(refused.retryAfterSeconds, 3600);
      t.false(refused.isAllowed, `hour ${hour}`);
      clock.advance(3600);
      t.true((await budgetLevels.take('guesses', allowance)).isAllowed, `hour ${hour}`);
    }
    clock.advance(DAY / 2);
    for (let n = 0; n < 12; n += 1) t.true((await budgetLevels.take('guesses', allowance)).isAllowed);
    t.false((await budgetLevels.take('guesses', allowance)).isAllowed);
  });

  test(`${driver.name}: who comes back after the time that was said gets something, and no second earlier`, async (t) => {
    const { budgetLevels, clock } = await openStores(t, driver);
    const allowance = { limit: 7, windowSeconds: 900 };
    for (let refusals = 0; refusals < 40; ) {
      const answer = await budgetLevels.take('guesses', allowance);
      if (answer.isAllowed) continue;
      refusals += 1;
      clock.advance(answer.retryAfterSeconds - 1);
      t.false((await budgetLevels.take('guesses', allowance)).isAllowed);
      clock.advance(1);
      t.true((await budgetLevels.take('guesses', allowance)).isAllowed);
    }
  });

  test(`${driver.name}: what is given back when it was of no use any more changes nothing`, async (t) => {
    const stores = await openStores(t, driver);
    const allowance = { limit: 1, windowSeconds: 60 };
    const taken = await stores.budgetLevels.take('guesses', allowance);
    stores.clock.advance(DAY);
    for (const levels of [stores.budgetLevels, new BudgetLevels(stores)])
      if (taken.isAllowed) await levels.giveBack(taken);
    t.is(await stores.records.get('budget_levels', taken.isAllowed ? taken.id : ''), undefined);
    t.true((await stores.budgetLevels.take('guesses', allowance)).isAllowed);
    t.false((await stores.budgetLevels.take('guesses', allowance)).isAllowed);
  });

  test(`${driver.name}: a process does not take a newer record for the one that it wrote`, async (t) => {
    const stores = await openStores(t, driver);
    const allowance = { limit: 5, windowSeconds: 60 };
    const [early, late] = [stores.budgetLevels, new BudgetLevels(stores)];
    await early.take('guesses', allowance);
    // The first record is gone, and the next one begins with the same version.
    stores.clock.advance(DAY);
    await atOnce(5, () => late.take('guesses', allowance));
    t.false((await early.take('guesses', allowance)).isAllowed);
  });

  test(`${driver.name}: what costs more takes more, and more than there is at all is refused`, async (t) => {
    const { budgetLevels } = await openStores(t, driver);
    const allowance = { limit: 5, windowSeconds: DAY };
    t.true((await budgetLevels.take('bytes', allowance, 4)).isAllowed);
    t.false((await budgetLevels.take('bytes', allowance, 2)).isAllowed);
    t.true((await budgetLevels.take('bytes', allowance, 1)).isAllowed);
    const refused = await budgetLevels.take('others', allowance, 6);
    t.true(!refused.isAllowed && Number.isFinite(refused.retryAfterSeconds));
  });

  test(`${driver.name}: a limit that was lowered shuts nobody out for what passed before`, async (t) => {
    const { budgetLevels, clock } = await openStores(t, driver);
    await atOnce(1000, () => budgetLevels.take('guesses', { limit: 1000, windowSeconds: 60 }));
    clock.advance(12);
    t.true((await budgetLevels.take('guesses', { limit: 5, windowSeconds: 60 })).isAllowed);
  });

  test(`${driver.name}: a clock that is set back gives nothing away`, async (t) => {
    const { budgetLevels, clock } = await openStores(t, driver);
    const allowance = { limit: 3, windowSeconds: 60 };
    await atOnce(3, () => budgetLevels.take('guesses', allowance));
    clock.advance(-30);
    t.false((await budgetLevels.take('guesses', allowance)).isAllowed);
  });

  test(`${driver.name}: what is refused writes nothing`, async (t) => {
    const stores = await openStores(t, driver);
    const allowance = { limit: 1, windowSeconds: DAY };
    const taken = await stores.budgetLevels.take('guesses', allowance);
    const id = taken.isAllowed ? taken.id : '';
    const version = (await stores.records.get('budget_levels', id))?.version;
    for (const levels of [stores.budgetLevels, new BudgetLevels(stores)])
      await atOnce(20, () => levels.take('guesses', allowance));
    t.is((await stores.records.get('budget_levels', id))?.version, version);
  });

  test(`${driver.name}: neither whose budget it is nor its level can be read in what is stored`, async (t) => {
    const { budgetLevels, records } = await openStores(t, driver);
    await budgetLevels.take('address 192.0.2.1', { limit: 5, windowSeconds: 60 });
    const [found] = await records.list('budget_levels', { limit: 9 });
    t.notRegex(`${found?.id} ${Buffer.from(found?.payload ?? [])}`, /192|address|level/);
  });
});
