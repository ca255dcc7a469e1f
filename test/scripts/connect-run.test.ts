/** Runs one program of docs/connect as `npm run connect` does, and judges runs. */
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { startChromium } from '../../scripts/chromium/start-chromium.ts';
import { readCommandLine } from '../../scripts/connect/command-line.ts';
import { stopEverything } from '../../scripts/connect/processes.ts';
import { startProvider } from '../../scripts/connect/provider.ts';
import { closingLine, isFailure, lineOf, type Result } from '../../scripts/connect/report.ts';
import { driveIn } from '../../scripts/connect/run-stack.ts';
import { openidClient } from '../../scripts/connect/stacks/openid-client.ts';
import { stacks } from '../../scripts/connect/stacks.ts';
import { UsageError } from '../../scripts/usage-error.ts';

test.after.always(stopEverything);

test('the program for openid-client signs in, calls the API, refreshes and signs out', async (t) => {
  const [provider, browser] = await Promise.all([startProvider(), startChromium()]);
  t.teardown(() => browser.close());
  // Its library is found among those that tests have, so nothing is installed.
  const folder = fileURLToPath(new URL('../../examples/snippets/openid-client', import.meta.url));

  const seen = await driveIn(folder, openidClient, { provider, browser });
  t.deepEqual(seen, ['signed in (sub, name, email, groups)', 'API called', 'refreshed', 'signed out']);

  // A program that ends, or that never answers as it should, fails with what it wrote.
  const ends = { ...openidClient, start: ['node', '--eval', "console.error('no such setting'); process.exit(3)"] };
  const error = await t.throwsAsync(driveIn(folder, ends, { provider, browser }));
  t.regex(error.message, /it ended \(3\)\nno such setting/);
});

const judged = (outcome: Result['outcome']): Result => ({
  stack: 'spring',
  outcome,
  versions: ['Java 21'],
  seen: 'a\nb',
});

test('a run fails by a stack that failed, and by one that was not run unless that is allowed', (t) => {
  t.false(isFailure(judged('ok'), false));
  t.true(isFailure(judged('failed'), false));
  t.true(isFailure(judged('failed'), true));
  t.true(isFailure(judged('not run'), false));
  t.false(isFailure(judged('not run'), true));
});

test('a stack has one line, whatever went wrong, and the closing line counts all', (t) => {
  t.regex(lineOf(judged('failed')), /^failed +spring +Java 21; a$/);
  t.is(closingLine([judged('ok'), judged('ok'), judged('not run')]), '2 ok, 0 failed, 1 not run');
});

test('stacks are chosen by name, and the page is written from a run of all', (t) => {
  t.deepEqual(
    readCommandLine(['auth-js', '--allow-missing'], stacks).stacks.map(({ name }) => name),
    ['auth-js'],
  );
  t.is(readCommandLine([], stacks).stacks, stacks);
  for (const wrong of [['no-such-stack'], ['auth-js', '--write'], ['--no-such-flag'], ['Auth-js'], ['']]) {
    t.throws(() => readCommandLine(wrong, stacks), { instanceOf: UsageError }, wrong.join(' '));
  }
});
