/** Proves when a test run is good, and that its closing line never looks better than it was. */
import test from 'ava';
import { judge, type Run } from '../../scripts/test/verdict.ts';

const good: Run = {
  totals: { passed: 10, failed: 0, skipped: 0 },
  skippedTitles: [],
  allowedSkips: {},
  failures: [],
  hasRunnerFailed: false,
};

const closes = test.macro<[Partial<Run>, string, boolean]>((t, change, closingLine, isGood) => {
  const verdict = judge({ ...good, ...change });
  t.is(verdict.closingLine, closingLine);
  t.is(verdict.isGood, isGood);
});

test('a run in which all passed is good', closes, {}, '10 passed, 0 failed', true);

test(
  'a failed test fails the run',
  closes,
  { totals: { passed: 9, failed: 1, skipped: 0 }, hasRunnerFailed: true },
  '9 passed, 1 failed',
  false,
);

test(
  'a run of no test fails',
  closes,
  { totals: { passed: 0, failed: 0, skipped: 0 }, hasRunnerFailed: true },
  '0 passed, 1 failed',
  false,
);

test(
  'a runner that died before it counted fails the run',
  closes,
  { totals: undefined, hasRunnerFailed: true },
  '0 passed, 1 failed',
  false,
);

test(
  'a runner that fails although no test did fails the run',
  closes,
  { hasRunnerFailed: true },
  '10 passed, 1 failed',
  false,
);

test(
  'a failed linter fails the run and is counted',
  closes,
  { failures: ['lint failed'] },
  '10 passed, 1 failed',
  false,
);

const skipped = { totals: { passed: 9, failed: 0, skipped: 1 }, skippedTitles: ['a › b'] };

test('a skip without a written reason fails the run', closes, skipped, '9 passed, 1 failed, 1 skipped', false);

test(
  'an empty reason is none',
  closes,
  { ...skipped, allowedSkips: { b: ' ' } },
  '9 passed, 1 failed, 1 skipped',
  false,
);

test(
  'a skip with a written reason is counted and good',
  closes,
  { ...skipped, allowedSkips: { b: 'needs a replica set' } },
  '9 passed, 0 failed, 1 skipped',
  true,
);

test(
  'the reason of one test does not excuse another whose title ends alike',
  closes,
  { ...skipped, skippedTitles: ['a › not b'], allowedSkips: { b: 'needs a replica set' } },
  '9 passed, 1 failed, 1 skipped',
  false,
);
