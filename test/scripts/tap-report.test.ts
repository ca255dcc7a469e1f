/** Proves that the closing line of `npm test` counts what the test runner really said. */
import test from 'ava';
import { createTapReport } from '../../scripts/test/tap-report.ts';

const run = [
  'TAP version 13',
  'ok 1 - clock › time moves on',
  '#   a note of the test: # pass 99',
  'not ok 2 - clock › time stops # here',
  '  ---',
  '    name: AssertionError',
  '  ...',
  'ok 3 - mongodb › a step-down is survived # SKIP',
  'not ok 4 - clock › later # TODO',
  'not ok 5 - test/clock.test.ts exited with a non-zero exit code: 1',
  '',
  '1..4',
  '# tests 3',
  '# pass 1',
  '# skip 1',
  '# fail 3',
  '',
];

function readAll(lines: readonly string[]) {
  const report = createTapReport();
  const shown = lines.map((line) => report.read(line)).filter((line) => line !== undefined);
  return { report, shown };
}

test('the totals are the ones that the runner printed last', (t) => {
  t.deepEqual(readAll(run).report.totals(), { passed: 1, failed: 3, skipped: 1 });
});

test('a runner that died before it counted has no totals', (t) => {
  t.is(readAll(run.slice(0, 12)).report.totals(), undefined);
});

test('a run without skips counts none', (t) => {
  const { report } = readAll(run.filter((line) => !/skip/i.test(line)));
  t.deepEqual(report.totals(), { passed: 1, failed: 3, skipped: 0 });
});

test('tests that were skipped are named', (t) => {
  t.deepEqual(readAll(run).report.skippedTitles(), ['mongodb › a step-down is survived']);
});

test('a user sees every result, the details of failures, and no bookkeeping', (t) => {
  t.deepEqual(readAll(run).shown, [
    '✔ clock › time moves on',
    '#   a note of the test: # pass 99',
    '✘ clock › time stops # here',
    '  ---',
    '    name: AssertionError',
    '  ...',
    '- mongodb › a step-down is survived (skipped)',
    '✘ clock › later # TODO',
    '✘ test/clock.test.ts exited with a non-zero exit code: 1',
  ]);
});

test('failed tests are kept with their details, and nothing that belongs to another test', (t) => {
  t.deepEqual(readAll(run).report.failedTests(), [
    '✘ clock › time stops # here\n  ---\n    name: AssertionError\n  ...',
    '✘ clock › later # TODO',
    '✘ test/clock.test.ts exited with a non-zero exit code: 1',
  ]);
});
