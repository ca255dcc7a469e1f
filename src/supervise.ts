/** Starts the worker processes, and replaces one that dies: at once, and more slowly if the new one does not come up. */
import cluster, { type Worker } from 'node:cluster';
import type { Config } from './config/config.ts';
import type { Log } from './ports/log.ts';

const FIRST_PAUSE_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 30_000;

export function supervise({ workers, opsPort }: Config, log: Log): void {
  // Each worker accepts for itself. Handing connections over loses those that a killed worker had been handed and had not
  // taken yet: their sockets stay open in this process, and nobody answers or closes them.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  /** Of the first start those that have not ended. */
  const first = new Set<number>();
  const hasListened = new Set<number>();
  /** Those that listen on PORT and not yet on OPS_PORT: that one may be in use. */
  const halfway = new Set<number>();
  /** Exit codes of those that failed before any had come up. */
  const owed: (number | null)[] = [];
  const pauses = new Set<NodeJS.Timeout>();
  let isStopping = false;
  let hasServed = false;
  /** In a row, without one that came up in between. */
  let failures = 0;

  function replaceLater(exitCode: number | null): void {
    const pause = Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** (failures - 1), LONGEST_PAUSE_MILLISECONDS);
    log.warn({ exitCode, failures, retryAfterMilliseconds: pause }, 'a worker could not start; the others go on');
    const timer = setTimeout(() => {
      pauses.delete(timer);
      cluster.fork();
    }, pause);
    pauses.add(timer);
  }

  function onExit({ id }: Worker, exitCode: number | null): void {
    if (isStopping) return;
    if (hasListened.delete(id)) {
      log.warn({ exitCode }, 'a worker ended and is replaced');
      cluster.fork();
      return;
    }
    failures += 1;
    halfway.delete(id);
    first.delete(id);
    // None has ever come up: each has printed why, and another one would fail the same way.
    if (!hasServed && first.size === 0) process.exit(exitCode ?? 1);
    // Until one has, nobody knows whether another try is worth it.
    if (hasServed) replaceLater(exitCode);
    else owed.push(exitCode);
  }

  cluster.on('listening', ({ id }) => {
    if (opsPort !== undefined && !halfway.delete(id)) {
      halfway.add(id);
      return;
    }
    hasListened.add(id);
    hasServed = true;
    for (const exitCode of owed.splice(0)) replaceLater(exitCode);
    failures = 0;
  });
  cluster.on('exit', onExit);
  for (let started = 0; started < workers; started += 1) first.add(cluster.fork().id);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      isStopping = true;
      for (const timer of pauses) clearTimeout(timer);
      for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
    });
  }
}
