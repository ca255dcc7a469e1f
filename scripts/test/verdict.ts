/** Judges a run: what is wrong with it beyond failed tests, and the line that closes it. */
import type { TapTotals } from './tap-report.ts';

export interface Run {
  /** Undefined when the runner ended before it counted. */
  readonly totals: TapTotals | undefined;
  readonly skippedTitles: readonly string[];
  /** Title, without the names of files that the runner puts in front, to reason. */
  readonly allowedSkips: Readonly<Record<string, string>>;
  /** What failed beside the tests, such as the linter, in a sentence each. */
  readonly failures: readonly string[];
  readonly hasRunnerFailed: boolean;
}

export interface Verdict {
  readonly isGood: boolean;
  readonly complaints: readonly string[];
  readonly closingLine: string;
}

function hasReason(skippedTitle: string, allowedSkips: Run['allowedSkips']): boolean {
  return Object.entries(allowedSkips).some(
    ([title, reason]) => reason.trim() !== '' && ` › ${skippedTitle}`.endsWith(` › ${title}`),
  );
}

export function judge({ totals, skippedTitles, allowedSkips, failures, hasRunnerFailed }: Run): Verdict {
  const { passed, failed, skipped } = totals ?? { passed: 0, failed: 0, skipped: 0 };
  const isEmpty = passed + failed + skipped === 0;
  const complaints = [
    ...failures,
    ...(isEmpty ? ['no test ran'] : []),
    ...(!isEmpty && hasRunnerFailed && failed === 0 ? ['the test runner failed although no test did'] : []),
    ...skippedTitles
      .filter((title) => !hasReason(title, allowedSkips))
      .map((title) => `skipped without a reason in test/allowed-skips.json: ${title}`),
  ];
  // Every complaint counts as a failure, so that the closing line never looks better than the exit code.
  const failedInAll = failed + complaints.length;
  const closingLine = `${passed} passed, ${failedInAll} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  return { isGood: failedInAll === 0, complaints, closingLine };
}
