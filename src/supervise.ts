/** Starts the worker processes, and replaces one that dies. */
import cluster from 'node:cluster';
import type { Config } from './config/config.ts';
import type { Log } from './ports/log.ts';

export function supervise({ workers }: Config, log: Log): void {
  let isStopping = false;
  const hasListened = new Set<number>();
  cluster.on('listening', (worker) => hasListened.add(worker.id));
  cluster.on('exit', (worker, code) => {
    if (isStopping) return;
    // A worker that never listened has printed why; another one would fail the same way.
    if (!worker.exitedAfterDisconnect && code !== 0 && !hasListened.has(worker.id)) process.exit(code);
    log.warn({ exitCode: code }, 'a worker ended and is replaced');
    cluster.fork();
  });
  for (let started = 0; started < workers; started += 1) cluster.fork();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      isStopping = true;
      for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
    });
  }
}
