import test from 'ava';
import { readConfig } from '../../src/config/read-config.ts';
import { warningsOf } from '../../src/config/warnings.ts';

test('budgets that are multiplied are warned of, and smaller ones are not', (t) => {
  const warned = (factor: string) => warningsOf(readConfig({ BUDGET_FACTOR: factor })).map(({ variable }) => variable);
  for (const factor of ['', '1', '1.0', '0.5']) t.deepEqual(warned(factor), [], factor);
  for (const factor of ['1.001', '2', '1000']) t.deepEqual(warned(factor), ['BUDGET_FACTOR'], factor);
});
