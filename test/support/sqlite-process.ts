/** Starts processes that share one SQLite store with the test. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import type { Task } from './sqlite-caller.ts';

const script = fileURLToPath(new URL('sqlite-caller.ts', import.meta.url));

export interface SqliteProcess {
  readonly child: ChildProcess;
  /** What every caller of every id was answered, by id. */
  run(task: Task): Promise<readonly unknown[][]>;
}

/** Resolves when it has opened the store; it is gone when the test is over. */
export async function startSqliteProcess(t: ExecutionContext, location: string): Promise<SqliteProcess> {
  const child = fork(script, [location], { execArgv: [] });
  t.teardown(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const answer = async (): Promise<unknown> => {
    const died = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`the process ended: ${code ?? signal}`);
    });
    const [message] = await Promise.race([once(child, 'message'), died]);
    return message;
  };
  await answer();
  return {
    child,
    async run(task) {
      child.send(task);
      return (await answer()) as unknown[][];
    },
  };
}
