/** The demo's processes: started together, ended together, whoever ends first. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { styleText } from 'node:util';

// Longer than the provider's own grace for requests under way.
const PATIENCE_MILLISECONDS = 5000;

export class Children {
  readonly #running = new Set<ChildProcess>();
  readonly #stopping = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  readonly #onUnexpectedEnd: (name: string, how: string) => void;
  readonly #patienceMilliseconds: number;

  /** Told when a process ends that nobody told to; the others are stopped then. */
  constructor(onUnexpectedEnd: (name: string, how: string) => void, patienceMilliseconds = PATIENCE_MILLISECONDS) {
    this.#onUnexpectedEnd = onUnexpectedEnd;
    this.#patienceMilliseconds = patienceMilliseconds;
  }

  /** Aborts when the demo is to end. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Resolves when the demo was told to end and the last process has. */
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
    // Not `exit`: what it still had to say comes first.
    child.once('close', (code, signal) => onEnd(signal ?? `exit code ${code}`));
  }

  stop(): void {
    this.#resolveWhenEnded();
    if (this.stopping.aborted) return;
    this.#stopping.abort();
    for (const child of this.#running) child.kill('SIGTERM');
    setTimeout(() => {
      for (const child of this.#running) child.kill('SIGKILL');
    }, this.#patienceMilliseconds).unref();
    this.#resolveWhenEnded();
  }

  #resolveWhenEnded(): void {
    if (this.stopping.aborted && this.#running.size === 0) this.#ended.resolve();
  }
}

/** Shows what a process says, behind its name. */
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
