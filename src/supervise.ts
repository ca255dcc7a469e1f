/** Starts the worker processes, forwards what they write, and replaces one that dies: at once, and more slowly if the new one does not come up. */
import cluster, { type Worker } from 'node:cluster';
import type { Readable } from 'node:stream';
import type { PinoLog } from '../adapters/log/log.ts';
import { Output } from '../adapters/log/output.ts';
import type { Config } from './config/config.ts';
import { CONFIGURATION } from './start-failure.ts';

const FIRST_PAUSE_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 30_000;
/** A worker that is still alive this long after its time to end hangs. */
const KILL_AFTER_MORE_SECONDS = 5;

/** Whole lines, because several workers write to the same output. */
function forwardLines(from: Readable, to: Output): Promise<void> {
  let unfinished = '';
  from.setEncoding('utf8');
  from.on('data', (text: string) => {
    const end = text.lastIndexOf('\n') + 1;
    if (end > 0) to.write(unfinished + text.slice(0, end));
    unfinished = end > 0 ? text.slice(end) : unfinished + text;
  });
  // A worker that was killed may break its pipe: everything it wrote has been read by then.
  from.on('error', () => undefined);
  return new Promise((resolve) => {
    from.once('close', () => {
      if (unfinished !== '') to.write(`${unfinished}\n`);
      resolve();
    });
  });
}

/** What the workers write, until the last line of each. */
class WorkerOutputs {
  readonly #output: Output;
  readonly #errors = new Output(2);
  readonly #forwarding = new Set<Promise<void>>();

  constructor(output: Output) {
    this.#output = output;
  }

  forward({ process: { stdout, stderr } }: Worker): void {
    if (stdout === null || stderr === null) throw new TypeError('a worker without outputs');
    this.#track(forwardLines(stdout, this.#output));
    this.#track(forwardLines(stderr, this.#errors));
  }

  #track(forwarded: Promise<void>): void {
    const tracked = forwarded.finally(() => this.#forwarding.delete(tracked));
    this.#forwarding.add(tracked);
  }

  async drain(): Promise<void> {
    await Promise.all(this.#forwarding);
    await Promise.all([this.#output.drain(), this.#errors.drain()]);
  }
}

function runningWorkers(): readonly Worker[] {
  return Object.values(cluster.workers ?? {}).flatMap((worker) => (worker?.isDead() === false ? worker : []));
}

type ExitCode = number | null;

class Supervisor {
  readonly #config: Config;
  readonly #log: PinoLog;
  readonly #outputs: WorkerOutputs;
  readonly #listening = new Set<number>();
  /** Their OPS_PORT is still missing: it may be in use. */
  readonly #listeningOnMainPortOnly = new Set<number>();
  readonly #firstWorkersStarting = new Set<number>();
  /** They may have read the TLS files before new ones came. */
  readonly #startingAtHangUp = new Set<number>();
  /** Of workers that failed before any had come up: only then is it known whether another try is worth it. */
  readonly #earlyExitCodes: ExitCode[] = [];
  readonly #pauses = new Set<NodeJS.Timeout>();
  #failuresInARow = 0;
  #hasServed = false;
  #isStopping = false;
  /** Of this process, once it stops. */
  #exitCode = 0;

  constructor(config: Config, log: PinoLog) {
    this.#config = config;
    this.#log = log;
    this.#outputs = new WorkerOutputs(log.output);
  }

  start(): void {
    cluster.on('listening', ({ id }) => this.#onListening(id));
    cluster.on('exit', ({ id }: Worker, ...end: [ExitCode, NodeJS.Signals | null]) => this.#onExit(id, ...end));
    for (let started = 0; started < this.#config.workers; started += 1) this.#firstWorkersStarting.add(this.#fork().id);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.#stop());
    process.on('SIGHUP', () => this.#onHangUp());
  }

  /** A worker that has not run its first line would be ended by the signal: it gets it later. */
  #onHangUp(): void {
    for (const worker of runningWorkers()) {
      if (this.#listening.has(worker.id)) worker.process.kill('SIGHUP');
      else this.#startingAtHangUp.add(worker.id);
    }
  }

  #fork(): Worker {
    const worker = cluster.fork();
    this.#outputs.forward(worker);
    return worker;
  }

  /** Called once for each port that the worker listens on. */
  #onListening(id: number): void {
    if (this.#config.opsPort !== undefined && !this.#listeningOnMainPortOnly.delete(id)) {
      this.#listeningOnMainPortOnly.add(id);
      return;
    }
    this.#listening.add(id);
    if (this.#startingAtHangUp.delete(id)) cluster.workers?.[id]?.process.kill('SIGHUP');
    this.#firstWorkersStarting.delete(id);
    this.#hasServed = true;
    for (const exitCode of this.#earlyExitCodes.splice(0)) this.#replaceLater(exitCode);
    this.#failuresInARow = 0;
  }

  #onExit(id: number, exitCode: ExitCode, signal: NodeJS.Signals | null): void {
    const hasListened = this.#listening.delete(id);
    this.#startingAtHangUp.delete(id);
    if (this.#isStopping) {
      if (runningWorkers().length === 0) void this.#end();
    } else if (signal === 'SIGHUP') {
      this.#replaceHungUp(id);
    } else if (!hasListened) {
      this.#onFailedStart(id, exitCode);
    } else if (exitCode === CONFIGURATION) {
      // It has printed what is wrong, and the others have the same settings.
      this.#exitCode = exitCode;
      this.#stop();
    } else {
      this.#log.warn({ exitCode }, 'a worker ended and is replaced');
      this.#fork();
    }
  }

  /** It was sent to all processes of a group, and this one had not run its first line yet: the settings are not to blame. */
  #replaceHungUp(id: number): void {
    const isFirst = this.#firstWorkersStarting.delete(id);
    const replacement = this.#fork();
    if (isFirst) this.#firstWorkersStarting.add(replacement.id);
  }

  #onFailedStart(id: number, exitCode: ExitCode): void {
    this.#failuresInARow += 1;
    this.#listeningOnMainPortOnly.delete(id);
    this.#firstWorkersStarting.delete(id);
    if (this.#hasServed) {
      this.#replaceLater(exitCode);
    } else if (this.#firstWorkersStarting.size > 0) {
      this.#earlyExitCodes.push(exitCode);
    } else {
      // None has ever come up: each has printed why, and another one would fail the same way.
      this.#exitCode = exitCode ?? 1;
      this.#stop();
    }
  }

  #replaceLater(exitCode: ExitCode): void {
    const failures = this.#failuresInARow;
    const pause = Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** (failures - 1), LONGEST_PAUSE_MILLISECONDS);
    this.#log.warn({ exitCode, failures, retryAfterMilliseconds: pause }, 'a worker could not start; the others go on');
    const timer = setTimeout(() => {
      this.#pauses.delete(timer);
      this.#fork();
    }, pause);
    this.#pauses.add(timer);
  }

  #stop(): void {
    this.#isStopping = true;
    for (const timer of this.#pauses) clearTimeout(timer);
    const running = runningWorkers();
    if (running.length === 0) void this.#end();
    for (const worker of running) worker.process.kill('SIGTERM');
    const kill = () => running.forEach((worker) => void worker.process.kill('SIGKILL'));
    setTimeout(kill, (this.#config.shutdownGraceSeconds + KILL_AFTER_MORE_SECONDS) * 1000);
  }

  async #end(): Promise<void> {
    await this.#outputs.drain();
    process.exit(this.#exitCode);
  }
}

export function supervise(config: Config, log: PinoLog): void {
  // Each worker accepts for itself. Handing connections over loses those that a killed worker had been handed and had not
  // taken yet: their sockets stay open in this process, and nobody answers or closes them.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  // Workers write to pipes of this process. Node makes writes to a descriptor that it hands to a child block, so that a reader
  // of a shared output who no longer reads would stop all of them.
  // The settings of an env file are in the environment already, so that every worker has those that this process read.
  cluster.setupPrimary({ args: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  new Supervisor(config, log).start();
}
