/** Runs the tests themselves and shows each result as it comes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createTapReport, type TapReport } from './tap-report.ts';

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Test files start servers, browsers and databases of their own: more at once than this only makes them wait. One more than there are
 * cores, for each waits for something now and then.
 */
const MOST_FILES_AT_ONCE = 4;

/** What the first test file compiled, libraries and stripped types included, is not compiled again by the hundreds of processes after it. */
const compiled = fileURLToPath(new URL('../../.cache/compiled-for-tests', import.meta.url));

export interface AvaRun {
  readonly report: TapReport;
  readonly hasRunnerFailed: boolean;
}

export async function runAva(
  files: readonly string[],
  variables: Readonly<Record<string, string>>,
  show: (line: string) => void,
): Promise<AvaRun> {
  const concurrency = Math.min(MOST_FILES_AT_ONCE, availableParallelism() + 1);
  const command = ['node_modules/ava/entrypoints/cli.js', '--tap', `--concurrency=${concurrency}`, ...files];
  const child = spawn(process.execPath, command, {
    cwd: projectRoot,
    env: { NODE_COMPILE_CACHE: compiled, ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const report = createTapReport();
  for await (const line of createInterface({ input: child.stdout })) {
    const shown = report.read(line);
    if (shown !== undefined) show(shown);
  }
  await closed;
  return { report, hasRunnerFailed: child.exitCode !== 0 };
}
