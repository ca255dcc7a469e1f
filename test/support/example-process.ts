/** Runs an example as a process of its own, and waits for the address that it prints. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Owner } from './owner.ts';

export interface RunningExample {
  readonly child: ChildProcess;
  readonly address: string;
}

export interface HowToStart {
  readonly environment?: Readonly<Record<string, string>>;
  readonly node?: string;
}

export async function startExample(
  t: Owner,
  commandLine: readonly string[],
  { environment = {}, node = process.execPath }: HowToStart = {},
): Promise<RunningExample> {
  const { NODE_COMPILE_CACHE } = process.env;
  const env = { NODE_COMPILE_CACHE, ...environment };
  const child = spawn(node, commandLine, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  for await (const line of createInterface({ input: child.stdout })) {
    const [address] = /http:\/\/localhost:\d+\/$/.exec(line) ?? [];
    if (address !== undefined) return { child, address };
  }
  throw new Error(`${commandLine[0]} ended before it listened.`);
}
