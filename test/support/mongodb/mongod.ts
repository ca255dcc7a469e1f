/** A genuine MongoDB server: the `mongod` on the path, or one that is downloaded. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startOwnServer } from './own-server.ts';
import type { OwnMongodbServer } from './server.ts';

const DOWNLOAD_PATIENCE_MS = 20_000;

const run = promisify(execFile);

async function start(kind: 'path' | 'download', program: string): Promise<OwnMongodbServer> {
  const { stdout } = await run(program, ['--version'], { timeout: 10_000 });
  const [version = 'mongod'] = stdout.split('\n');
  return await startOwnServer({
    kind,
    description: `a genuine mongod ${kind === 'path' ? 'from the path' : 'that was downloaded'}, ${version}`,
    command: (folder, port) => ({
      program,
      arguments: ['--dbpath', folder, '--bind_ip', '127.0.0.1', '--port', String(port)],
      ready: /Waiting for connections/,
    }),
  });
}

export const startMongodOnPath = async (): Promise<OwnMongodbServer> => await start('path', 'mongod');

export async function startDownloadedMongod(): Promise<OwnMongodbServer> {
  // A process of its own, because a download cannot be called off but by ending it.
  const script = join(import.meta.dirname, 'download-mongod.ts');
  const { stdout } = await run(process.execPath, [script], { timeout: DOWNLOAD_PATIENCE_MS });
  return await start('download', stdout.trim());
}
