/** The demo's processes start together, and when one ends, all do. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { styleText } from 'node:util';

// Longer than the SHUTDOWN_GRACE_SECONDS of the demo's provider.
const KILL_AFTER_MILLISECONDS = 5000;

export class Children {
  readonly #running = new Set<ChildProcess>();
  readonly #stopping = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  readonly #onUnexpectedEnd: (name: string, how: string) => void;
  readonly #killAfterMilliseconds: number;

  /** The callback is called when a process ends by itself; the others are stopped then. */
  constructor(onUnexpectedEnd: (name: string, how: string) => void, killAfterMilliseconds = KILL_AFTER_MILLISECONDS) {
    this.#onUnexpectedEnd = onUnexpectedEnd;
    this.#killAfterMilliseconds = killAfterMilliseconds;
  }

  /** Aborts when the demo is to end. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Resolves when the demo was stopped and its last process has ended. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  start(name: string, program: string, environment: Readonly<Record<string, string>>): void {
    // Ctrl-C can come while the demo is still being prepared.
    if (this.stopping.aborted) return;
    const child = spawn(process.execPath, [program], { env: { ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#running.add(child);
    passOn(name, child);
    const onEnd = (how: string) => {
      if (!this.#running.delete(child)) return;
      if (!this.stopping.aborted) this.#onUnexpectedEnd(name, how);
      this.stop();
    };
    child.once('error', (error) => onEnd(error.message));
    // Not `exit`: what it still writes comes first.
    child.once('close', (code, signal) => onEnd(signal ?? `exit code ${code}`));
  }

  stop(): void {
    this.#resolveWhenEnded();
    if (this.stopping.aborted) return;
    this.#stopping.abort();
    for (const child of this.#running) child.kill('SIGTERM');
    setTimeout(() => {
      for (const child of this.#running) child.kill('SIGKILL');
    }, this.#killAfterMilliseconds).unref();
    this.#resolveWhenEnded();
  }

  #resolveWhenEnded(): void {
    if (this.stopping.aborted && this.#running.size === 0) this.#ended.resolve();
  }
}

/** Shows the output of a process, behind its name. */
function passOn(name: string, { stdout, stderr }: ChildProcess): void {
  for (const [from, to] of [
    [stdout, process.stdout],
    [stderr, process.stderr],
  ] as const) {
    if (from === null) continue;
    createInterface({ input: from }).on('line', (line) => {
      to.write(`${styleText('dim', `${name.padEnd(8)} |`, { stream: to })} ${line}\n`);
    });
  }
}

const LOOK_EVERY_MILLISECONDS = 500;

/** npm gives SIGTERM to the shell that it runs scripts in, and the shell ends without passing it on. */
export function onParentGone(act: () => void): void {
  const startedBy = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === startedBy) return;
    clearInterval(looking);
    act();
  }, LOOK_EVERY_MILLISECONDS);
  looking.unref();
}
