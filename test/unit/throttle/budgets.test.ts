import { readFileSync } from 'node:fs';
import test from 'ava';
import { Budgets, budgets } from '../../../src/domain/throttle/budgets.ts';
import { openStoresInMemory } from '../../support/stores.ts';

const SECONDS: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

test('docs/security.md has a line for every budget, with its numbers, and for no other', (t) => {
  const text = readFileSync(new URL('../../../docs/security.md', import.meta.url), 'utf8');
  const rows = text.matchAll(
    /^\| `(?<name>\w+)` \|.*\| (?<limit>\d+) \| (?<count>\d+) (?<unit>minute|hour|day)s? \|$/gm,
  );
  const documented = [...rows].map(({ groups = {} }) => [
    groups.name,
    { limit: Number(groups.limit), windowSeconds: Number(groups.count) * (SECONDS[groups.unit ?? ''] ?? 0) },
  ]);
  t.deepEqual(Object.fromEntries(documented), budgets);
});

test('what strangers and neighbours together can use up of one account in a day stays under a hundred', (t) => {
  // A budget that refills continuously passes twice its limit at most (the contract tests of levels).
  const MOST_NETWORKS = 3;
  t.true(2 * (budgets.account.limit + MOST_NETWORKS * budgets.accountKept.limit) < 100);
});

test('a subject has a budget of its own, and another one by another name', async (t) => {
  const { budgetLevels } = await openStoresInMemory(t);
  const all = new Budgets(budgetLevels);
  for (let n = 0; n < budgets.device.limit; n += 1) t.true((await all.take('device', 'ada')).isAllowed);
  t.false((await all.take('device', 'ada')).isAllowed);
  t.true((await all.take('device', 'grace')).isAllowed);
  t.true((await all.take('account', 'ada')).isAllowed);
});

test('the factor multiplies a limit, rounds it down, and always leaves one', async (t) => {
  for (const [factor, limit] of [
    [3, 60],
    [0.33, 6],
    [0.001, 1],
  ] as const) {
    const { budgetLevels } = await openStoresInMemory(t);
    const all = new Budgets(budgetLevels, factor);
    for (let n = 0; n < limit; n += 1) t.true((await all.take('device', 'ada')).isAllowed, `${factor}: ${n}`);
    t.false((await all.take('device', 'ada')).isAllowed, String(factor));
  }
});

test('where one of several budgets is used up, nothing is taken from the others', async (t) => {
  const { budgetLevels } = await openStoresInMemory(t);
  const all = new Budgets(budgetLevels);
  for (let n = 0; n < budgets.account.limit; n += 1) await all.take('account', 'ada');
  for (let n = 0; n < 100; n += 1) {
    const refused = await all.takeAll([
      ['address', '192.0.2.1'],
      ['account', 'ada'],
    ]);
    t.true('retryAfterSeconds' in refused);
  }
  for (let n = 0; n < budgets.address.limit; n += 1) t.true((await all.take('address', '192.0.2.1')).isAllowed);
});

test('a crowd that is refused for one budget writes nothing to the others', async (t) => {
  const { budgetLevels, records } = await openStoresInMemory(t);
  const all = new Budgets(budgetLevels);
  for (let n = 0; n < budgets.account.limit; n += 1) await all.take('account', 'ada');
  for (let n = 0; n < 50; n += 1) {
    await all.takeAll([
      ['network', `192.0.${n}.0/24`],
      ['account', 'ada'],
    ]);
  }
  t.is((await records.list('budget_levels', { limit: 100 })).length, 1);
});
