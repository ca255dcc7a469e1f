/** Starts the child process of the growth bench and sends it commands. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Fixture } from '../subjects/setup.ts';
import type { Counts, Order, Reply } from './host.ts';

const program = fileURLToPath(new URL('host.ts', import.meta.url));

export interface Host {
  /** Opens an installation on a database, and says where it answers. */
  open(side: string, storageUrl: string, fixture: Fixture): Promise<string>;
  count(side: string): Promise<Counts>;
  startPurge(side: string): Promise<void>;
  stopPurge(side: string): Promise<void>;
  close(side: string): Promise<void>;
  end(): Promise<void>;
}

export function startHost(): Host {
  const child = fork(program, { execArgv: [] });
  const ended = once(child, 'exit');
  const died = ended.then(([code, signal]) => {
    throw new Error(`the host ended: ${code ?? signal}`);
  });
  // Nobody may be waiting when it is ended on purpose.
  died.catch(() => undefined);

  async function ask<T>(order: Order): Promise<T> {
    const answered = once(child, 'message');
    child.send(order);
    const [reply] = (await Promise.race([answered, died])) as [Reply];
    if ('failure' in reply) throw new Error(`${order.verb} ${order.side}: ${reply.failure}`);
    return reply.answer as T;
  }

  return {
    open: (side, storageUrl, fixture) => ask({ verb: 'open', side, storageUrl, fixture }),
    count: (side) => ask({ verb: 'count', side }),
    startPurge: (side) => ask({ verb: 'start purge', side }),
    stopPurge: (side) => ask({ verb: 'stop purge', side }),
    close: (side) => ask({ verb: 'close', side }),
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
