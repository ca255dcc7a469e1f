/** A server on this machine with its data in a temporary folder: started, killed, restarted and cleared away. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../scripts/free-port.ts';
import { type Child, type ChildCommand, startChild } from './child.ts';
import type { OwnMongodbServer, ServerKind } from './server.ts';

export interface OwnServerProgram {
  readonly kind: ServerKind;
  readonly description: string;
  command(folder: string, port: number): ChildCommand;
}

export async function startOwnServer({ kind, description, command }: OwnServerProgram): Promise<OwnMongodbServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-mongodb-'));
  const clear = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', clear);
  const start = async (): Promise<Child> => await startChild(command(folder, port));
  let child = await start();
  return {
    kind,
    description,
    url: (databaseName) => `mongodb://127.0.0.1:${port}/${databaseName}`,
    kill: () => child.kill(),
    async restart() {
      await child.kill();
      child = await start();
    },
    async stop() {
      await child.stop();
      process.off('exit', clear);
      clear();
    },
  };
}
