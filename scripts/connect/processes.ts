/** Processes that this one starts, each in a group of its own, and all of which end with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const KILL_AFTER_MILLISECONDS = 5000;
const LOOK_EVERY_MILLISECONDS = 100;
const LAST_LINES = 30;

export interface Spawned {
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Written to its standard input, which then ends. */
  readonly input?: string;
}

export interface Service {
  /** Resolves once it answers, whatever; rejects if it ends before, or takes too long. */
  answersAt(address: string, withinMilliseconds: number): Promise<void>;
  /** The last lines that it wrote. */
  output(): string;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
const stop = new AbortController();

/** Aborts when everything is to end; nothing can be started after that. */
export const stopping = stop.signal;

// Should this process end in any other way than the ordinary one.
process.once('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
});

function start({ command, folder, environment, input }: Spawned): { child: ChildProcess; output: () => string } {
  stopping.throwIfAborted();
  const [program = '', ...args] = command;
  // A group, because what we start may be a shell or a build tool that starts the program.
  const child = spawn(program, args, { cwd: folder, env: environment, stdio: 'pipe', detached: true });
  running.add(child);
  child.once('close', () => running.delete(child));
  // Without a reader, or a program: its exit says it.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  let written = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (written += chunk));
  return { child, output: () => written };
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
}

/** Runs a command to its end and returns what it wrote to standard output and error. */
export async function runToEnd(spawned: Spawned): Promise<string> {
  const { child, output } = start(spawned);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${spawned.command.join(' ')} ended with ${code}:\n${lastLines(output())}`);
  return output();
}

export function startService(spawned: Spawned): Service {
  const { child, output } = start(spawned);
  let failure: string | undefined;
  child.once('error', (error) => (failure = error.message));
  child.once('close', (code, signal) => (failure ??= `it ended (${signal ?? code})`));
  return {
    async answersAt(address, withinMilliseconds) {
      const deadline = performance.now() + withinMilliseconds;
      while (!(await answers(address))) {
        if (performance.now() > deadline) failure ??= `it did not answer at ${address} in time`;
        if (failure !== undefined) {
          throw new Error(`${spawned.command.join(' ')}: ${failure}\n${lastLines(output())}`);
        }
        await sleep(LOOK_EVERY_MILLISECONDS);
      }
    },
    output: () => lastLines(output()),
    stop: () => end(child),
  };
}

async function answers(address: string): Promise<boolean> {
  try {
    const response = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(KILL_AFTER_MILLISECONDS) });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return;
  const closed = once(child, 'close');
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MILLISECONDS);
  await closed;
  clearTimeout(timer);
  // What it started may outlive it.
  signalGroup(child, 'SIGKILL');
}

export async function stopEverything(): Promise<void> {
  stop.abort(new Error('interrupted'));
  await Promise.all(Array.from(running, end));
}
