/** Starts the real provider where it cannot start, and waits for what it says. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/start.js', import.meta.url));

export interface FailedStart {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Its port is any: it must end before it listens. */
export async function failedStart(environment: Readonly<Record<string, string>>): Promise<FailedStart> {
  const { PATH } = process.env;
  const child = spawn(process.execPath, [main], { env: { PATH, PORT: '0', OPS_PORT: '0', ...environment } });
  // One that starts after all says so in its log.
  child.stdout.on('data', (chunk: Buffer) => {
    if (chunk.includes('listening')) child.kill('SIGKILL');
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { exitCode, stdout, stderr };
}
