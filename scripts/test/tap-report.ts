/** Reads what the test runner says in TAP: shows it to people as it comes, and keeps what the closing line needs. */

export interface TapTotals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface TapReport {
  /** One line of TAP; what a user should read of it, if anything. */
  read(line: string): string | undefined;
  /** Undefined when the runner ended before it counted. */
  totals(): TapTotals | undefined;
  skippedTitles(): readonly string[];
  /** Every failed test as it was shown, its details in lines behind it. */
  failedTests(): readonly string[];
}

const RESULT = /^(?<not>not )?ok \d+ - (?<title>.*?)(?<directive> # (?:SKIP|TODO))?$/;
const COUNT = /^# (?<name>pass|fail|skip) (?<count>\d+)$/;
const NOISE = /^(?:TAP version \d+|\d+\.\.\d+|# tests \d+)?$/;

export function createTapReport(): TapReport {
  const counts = new Map<string, number>();
  const skipped: string[] = [];
  const failed: string[][] = [];
  /** The failed test whose details are being read. */
  let open: string[] | undefined;

  function readResult({ not, title = '', directive }: Readonly<Record<string, string | undefined>>): string {
    open = undefined;
    if (not !== undefined) {
      open = [`✘ ${title}${directive ?? ''}`];
      failed.push(open);
      return open[0] ?? '';
    }
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
      if (count !== undefined || NOISE.test(line)) return undefined;
      if (line.startsWith('  ')) open?.push(line);
      return line;
    },
    totals() {
      const [passed, failed] = [counts.get('pass'), counts.get('fail')];
      if (passed === undefined || failed === undefined) return undefined;
      return { passed, failed, skipped: counts.get('skip') ?? 0 };
    },
    skippedTitles: () => skipped,
    failedTests: () => failed.map((lines) => lines.join('\n')),
  };
}
