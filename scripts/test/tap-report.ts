/** Reads what the test runner says in TAP: shows it to people as it comes, and keeps what the closing line needs. */

export interface TapTotals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface TapReport {
  /** One line of TAP; what a person should read of it, if anything. */
  read(line: string): string | undefined;
  /** Undefined when the runner ended before it counted. */
  totals(): TapTotals | undefined;
  skippedTitles(): readonly string[];
}

const RESULT = /^(?<not>not )?ok \d+ - (?<title>.*?)(?<directive> # (?:SKIP|TODO))?$/;
const COUNT = /^# (?<name>pass|fail|skip) (?<count>\d+)$/;
const NOISE = /^(?:TAP version \d+|\d+\.\.\d+|# tests \d+)?$/;

export function createTapReport(): TapReport {
  const counts = new Map<string, number>();
  const skipped: string[] = [];

  function readResult({ not, title = '', directive }: Readonly<Record<string, string | undefined>>): string {
    if (not !== undefined) return `✘ ${title}${directive ?? ''}`;
    if (directive === undefined) return `✔ ${title}`;
    skipped.push(title);
    return `- ${title} (skipped)`;
  }

  return {
    read(line) {
      const result = RESULT.exec(line)?.groups;
      if (result !== undefined) return readResult(result);
      const count = COUNT.exec(line)?.groups;
      if (count !== undefined) counts.set(count.name ?? '', Number(count.count));
      return count !== undefined || NOISE.test(line) ? undefined : line;
    },
    totals() {
      const [passed, failed] = [counts.get('pass'), counts.get('fail')];
      if (passed === undefined || failed === undefined) return undefined;
      return { passed, failed, skipped: counts.get('skip') ?? 0 };
    },
    skippedTitles: () => skipped,
  };
}
