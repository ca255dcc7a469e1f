/** Prints what was measured beside the targets in budget.json. */
import { readFileSync } from 'node:fs';
import type { Result } from './compare.ts';
import { median } from './measure.ts';
import { medianOf, type StartUp } from './start-up.ts';
import { table } from './table.ts';
import type { Workload } from './workloads/workload.ts';

interface Budget {
  readonly ratioToBareProvider: Readonly<Record<string, number>>;
  readonly secondsToFirstAnswer: number;
  readonly idleMegabytes: number;
  readonly signInProcessorMilliseconds: number;
}

const budget = JSON.parse(readFileSync(new URL('budget.json', import.meta.url), 'utf8')) as Budget;

/** `isMore`: the more the better. */
function verdict(measured: number, target: number, isMore: boolean): string {
  const isMet = isMore ? measured >= target : measured <= target;
  return `${isMore ? 'at least' : 'at most'} ${target}: ${isMet ? 'met' : 'MISSED'}`;
}

export function startUpReport(starts: readonly StartUp[]): string {
  const rows = starts.map((start) => [
    start.what,
    medianOf.seconds(start).toFixed(2),
    start.isOurs ? verdict(medianOf.seconds(start), budget.secondsToFirstAnswer, false) : '',
    medianOf.megabytes(start).toFixed(0),
    start.isOurs ? verdict(medianOf.megabytes(start), budget.idleMegabytes, false) : '',
  ]);
  return table(['start to first answer, idle memory', 'seconds', 'target', 'MB', 'target'], rows);
}

export function workloadReport({ name, budget: target }: Workload, results: readonly Result[]): string {
  const goal = target === undefined ? undefined : budget.ratioToBareProvider[target];
  const rows = results.map((result, which) => [
    result.subject,
    result.requestsPerSecond.toFixed(0),
    result.p50Milliseconds.toFixed(2),
    result.p99Milliseconds.toFixed(2),
    result.cpuMilliseconds.toFixed(3),
    result.operations.toFixed(1),
    which === 0 ? '' : result.cpuRatio.toFixed(2),
    which === 0 ? '' : median(result.ratios).toFixed(2),
    which === 0 ? '' : `${Math.min(...result.ratios).toFixed(2)} to ${Math.max(...result.ratios).toFixed(2)}`,
    // The promise is about the embedded store.
    which === 1 && goal !== undefined ? verdict(median(result.ratios), goal, true) : '',
  ]);
  return table(
    [name, 'per s', 'p50 ms', 'p99 ms', 'CPU ms', 'db calls', 'CPU ratio', 'ratio', 'of rounds', 'target'],
    rows,
  );
}

/** What a sign-in costs beside the one hash that everybody pays for. */
export function signInReport(results: readonly Result[], hashMilliseconds: number): string {
  const rows = results.map(({ subject, cpuMilliseconds }, which) => [
    subject,
    (cpuMilliseconds - hashMilliseconds).toFixed(1),
    which === 1 ? verdict(cpuMilliseconds - hashMilliseconds, budget.signInProcessorMilliseconds, false) : '',
  ]);
  return table([`beyond a hash of ${hashMilliseconds.toFixed(0)} ms`, 'CPU ms', 'target'], rows);
}
