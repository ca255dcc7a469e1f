/** Starts a server as a child process, waits until it says that it is ready, and ends it with this process at the latest. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

export interface ChildCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  /** What it prints on standard output when it is ready. */
  readonly ready: RegExp;
}

export interface Child {
  readonly ready: RegExpExecArray;
  /** Asks it to end and waits; kills it when it takes too long. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

const START_PATIENCE_MS = 30_000;
const STOP_PATIENCE_MS = 10_000;

// A test process that has done its work must not wait for a server that others use or that ends with it.
function letGo(stream: Readable | Writable | null): void {
  if (stream !== null && 'unref' in stream && typeof stream.unref === 'function') stream.unref();
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function readiness(child: ChildProcess, ready: RegExp): Promise<RegExpExecArray> {
  const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
  let printed = '';
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints = `${complaints}${chunk}`.slice(-2000);
  });
  child.stdout?.on('data', (chunk: Buffer) => {
    printed = `${printed}${chunk}`.slice(-2000);
    const match = ready.exec(printed);
    if (match !== null) resolve(match);
  });
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${(complaints || printed).trim()}`)));
  const timer = setTimeout(() => reject(new Error(`not ready in ${START_PATIENCE_MS} ms`)), START_PATIENCE_MS);
  return await promise.finally(() => clearTimeout(timer));
}

export async function startChild(command: ChildCommand): Promise<Child> {
  const child = spawn(command.program, command.arguments, { stdio: ['pipe', 'pipe', 'pipe'] });
  const endWithUs = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended(child);
  };
  try {
    const ready = await readiness(child, command.ready);
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr]) letGo(stream);
    return {
      ready,
      kill,
      async stop() {
        child.ref();
        child.kill('SIGTERM');
        const timer = setTimeout(endWithUs, STOP_PATIENCE_MS);
        await ended(child);
        clearTimeout(timer);
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}
