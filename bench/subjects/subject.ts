/** Something that is measured: a server in a process of its own, with one worker. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Fixture } from './setup.ts';
import type { Usage } from './usage-probe.ts';

export interface Subject {
  readonly name: string;
  readonly origin: string;
  readonly fixture: Fixture;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

export interface SubjectProgram {
  readonly name: string;
  readonly fixture: Fixture;
  readonly program: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs when it has ended. */
  readonly clean: () => Promise<unknown>;
  readonly nodeOptions?: readonly string[];
}

const PATIENCE_MILLISECONDS = 30_000;
const probe = fileURLToPath(new URL('usage-probe.ts', import.meta.url));

/** Resolves with its milliseconds since the epoch when discovery has answered for the first time. */
export async function firstAnswer(origin: string, child: ChildProcess): Promise<number> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  while (Date.now() < deadline && child.exitCode === null) {
    const isThere = await fetch(`${origin}/.well-known/openid-configuration`).then(
      async (response) => (await response.json()) !== undefined && response.ok,
      () => false,
    );
    if (isThere) return Date.now();
    await new Promise((resume) => setTimeout(resume, 2));
  }
  child.kill('SIGKILL');
  throw new Error(`nothing answered at ${origin}`);
}

/** Settings of the machine that runs this must not leak in. */
export function environmentOf(environment: Readonly<Record<string, string>>): Record<string, string> {
  const { PATH = '' } = process.env;
  return { PATH, ...environment };
}

export async function startSubject(wanted: SubjectProgram): Promise<Subject> {
  const { name, fixture, program, port, nodeOptions = [] } = wanted;
  const child = spawn(process.execPath, [...nodeOptions, '--import', probe, program], {
    env: environmentOf(wanted.environment),
    // It pays for writing its log, which is thrown away.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const origin = `http://127.0.0.1:${port}`;
  await firstAnswer(origin, child);
  return {
    name,
    origin,
    fixture,
    async usage() {
      const answer = once(child, 'message');
      child.send('usage');
      const [usage] = await answer;
      return usage as Usage;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await wanted.clean();
    },
  };
}
