/** Starts the worker processes, passes on what they write, and replaces one that dies: at once, and more slowly if the new one does not come up. */
import cluster, { type Worker } from 'node:cluster';
import type { Readable } from 'node:stream';
import type { PinoLog } from '../adapters/log/log.ts';
import { Output } from '../adapters/log/output.ts';
import type { Config } from './config/config.ts';

const FIRST_PAUSE_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 30_000;
/** A worker ends by itself within the time for its last requests. One that is longer at it does not run at all. */
const KILL_AFTER_MORE_SECONDS = 5;

/** Whole lines, because several workers write to the same output. */
function passOn(from: Readable, to: Output): Promise<void> {
  let unfinished = '';
  from.setEncoding('utf8');
  from.on('data', (text: string) => {
    const end = text.lastIndexOf('\n') + 1;
    if (end > 0) to.write(unfinished + text.slice(0, end));
    unfinished = end > 0 ? text.slice(end) : unfinished + text;
  });
  // Of a worker that was killed: what it wrote has been read.
  from.on('error', () => undefined);
  return new Promise((resolve) => {
    from.once('close', () => {
      if (unfinished !== '') to.write(`${unfinished}\n`);
      resolve();
    });
  });
}

function runningWorkers(): readonly Worker[] {
  return Object.values(cluster.workers ?? {}).flatMap((worker) => (worker?.isDead() === false ? worker : []));
}

export function supervise({ workers, opsPort, shutdownGraceSeconds }: Config, log: PinoLog): void {
  // Each worker accepts for itself. Handing connections over loses those that a killed worker had been handed and had not
  // taken yet: their sockets stay open in this process, and nobody answers or closes them.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  // Each writes to this process: an output that all had in their hands would make all wait when its reader is stuck, because
  // Node lets every descriptor wait that it hands to a child.
  cluster.setupPrimary({ stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const errors = new Output(2);
  /** What workers write, until their last line. */
  const written = new Set<Promise<void>>();
  /** Of the first start those that have not ended. */
  const first = new Set<number>();
  const hasListened = new Set<number>();
  /** Those that listen on PORT and not yet on OPS_PORT: that one may be in use. */
  const halfway = new Set<number>();
  /** Exit codes of those that failed before any had come up. */
  const owed: (number | null)[] = [];
  const pauses = new Set<NodeJS.Timeout>();
  let isStopping = false;
  let endsWith = 0;
  let hasServed = false;
  /** In a row, without one that came up in between. */
  let failures = 0;

  function fork(): Worker {
    const worker = cluster.fork();
    const { stdout, stderr } = worker.process;
    if (stdout === null || stderr === null) throw new TypeError('a worker without outputs');
    for (const [from, to] of [
      [stdout, log.output],
      [stderr, errors],
    ] as const) {
      const passing = passOn(from, to).finally(() => written.delete(passing));
      written.add(passing);
    }
    return worker;
  }

  async function end(): Promise<void> {
    await Promise.all(written);
    await Promise.all([log.output.drain(), errors.drain()]);
    process.exit(endsWith);
  }

  function stop(): void {
    isStopping = true;
    for (const timer of pauses) clearTimeout(timer);
    const running = runningWorkers();
    if (running.length === 0) void end();
    for (const worker of running) worker.process.kill('SIGTERM');
    const kill = () => running.forEach((worker) => void worker.process.kill('SIGKILL'));
    setTimeout(kill, (shutdownGraceSeconds + KILL_AFTER_MORE_SECONDS) * 1000);
  }

  function replaceLater(exitCode: number | null): void {
    const pause = Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** (failures - 1), LONGEST_PAUSE_MILLISECONDS);
    log.warn({ exitCode, failures, retryAfterMilliseconds: pause }, 'a worker could not start; the others go on');
    const timer = setTimeout(() => {
      pauses.delete(timer);
      fork();
    }, pause);
    pauses.add(timer);
  }

  function onExit({ id }: Worker, exitCode: number | null): void {
    if (isStopping) {
      if (runningWorkers().length === 0) void end();
      return;
    }
    if (hasListened.delete(id)) {
      log.warn({ exitCode }, 'a worker ended and is replaced');
      fork();
      return;
    }
    failures += 1;
    halfway.delete(id);
    first.delete(id);
    // None has ever come up: each has printed why, and another one would fail the same way.
    if (!hasServed && first.size === 0) {
      endsWith = exitCode ?? 1;
      stop();
    } else if (hasServed) replaceLater(exitCode);
    // Until one has, nobody knows whether another try is worth it.
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
  for (let started = 0; started < workers; started += 1) first.add(fork().id);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
}
