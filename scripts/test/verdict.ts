/** Judges a run: what is wrong with it beyond failed tests, and the line that closes it. */
import type { TapTotals } from './tap-report.ts';

export interface Run {
  /** Undefined when the runner ended before it counted. */
  readonly totals: TapTotals | undefined;
  readonly skippedTitles: readonly string[];
  /** Title to reason. */
  readonly allowedSkips: Readonly<Record<string, string>>;
  /** Checks that are no tests and failed, such as the linter. */
  readonly failedChecks: readonly string[];
  readonly hasRunnerFailed: boolean;
}

export interface Verdict {
  readonly isGood: boolean;
  readonly complaints: readonly string[];
  readonly closingLine: string;
}

export function judge({ totals, skippedTitles, allowedSkips, failedChecks, hasRunnerFailed }: Run): Verdict {
  const { passed, failed, skipped } = totals ?? { passed: 0, failed: 0, skipped: 0 };
  const isEmpty = passed + failed + skipped === 0;
  const complaints = [
    ...failedChecks.map((name) => `${name} failed`),
    ...(isEmpty ? ['no test ran'] : []),
    ...(!isEmpty && hasRunnerFailed && failed === 0 ? ['the test runner failed although no test did'] : []),
    ...skippedTitles
      .filter((title) => (allowedSkips[title] ?? '').trim() === '')
      .map((title) => `skipped without a reason in test/allowed-skips.json: ${title}`),
  ];
  // Every complaint counts as a failure, so that the closing line never looks better than the exit code.
  const failures = failed + complaints.length;
  const closingLine = `${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  return { isGood: failures === 0, complaints, closingLine };
}
