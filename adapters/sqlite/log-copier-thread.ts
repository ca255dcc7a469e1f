/** Starts the thread that copies the log, and speaks with it. */
import { Worker } from 'node:worker_threads';

const program = new URL('log-copier.ts', import.meta.url);

export interface LogCopier {
  /** Resolves when what was in the log, as far as nobody reads it, is in the database file, on the disk. One at a time. */
  copy(): Promise<void>;
  /** Resolves when its connection is closed. */
  end(): Promise<void>;
}

export function startLogCopier(path: string): LogCopier {
  const thread = new Worker(program, { workerData: path, execArgv: [], env: {}, name: 'sqlite log copier' });
  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<void>();
  let copied = Promise.withResolvers<void>();
  thread.on('message', () => copied.resolve());
  thread.once('error', fail);
  thread.once('exit', () => end());
  // Whoever asks for something is told; nobody else need know.
  ended.catch(() => undefined);
  // While it has no order the process may end.
  thread.unref();
  return {
    async copy() {
      copied = Promise.withResolvers();
      // Writes may be waiting for this: a process that has nothing else to do must not end meanwhile.
      thread.ref();
      thread.postMessage('copy');
      await Promise.race([copied.promise, ended]);
      thread.unref();
    },
    async end() {
      thread.ref();
      thread.postMessage('end');
      await ended;
    },
  };
}
