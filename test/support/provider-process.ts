/** The real program as a child process: several of them can share one database, and each can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import got from 'got';

const main = fileURLToPath(new URL('../../src/start.js', import.meta.url));
const READY_WITHIN_MILLISECONDS = 30_000;

export interface ProviderProcess {
  readonly pid: number;
  /** Where it listens; its issuer may be another name. */
  readonly address: string;
  /** Everything it wrote so far, to both streams. */
  output(): string;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Asks it to end, and gives its exit code. */
  stop(): Promise<number | null>;
}

export interface ProcessOptions {
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Where it listens, if not on 127.0.0.1. */
  readonly reachedAt?: string;
  /** Another program that listens as the provider does. */
  readonly program?: string;
  /** What starts it: a shell, say, that limits it first. */
  readonly launcher?: readonly string[];
  /** Where both of its outputs go, instead of being read here: to a descriptor, or to sockets that nobody reads, or reads no more. */
  readonly outputs?: number | 'unread' | 'ended';
}

/** A minimal environment: settings of the machine that runs the tests must not leak in. */
function environmentOf({ port, environment }: ProcessOptions): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, PORT: String(port), HOST: '127.0.0.1', OPS_PORT: '0', BCRYPT_COST: '4', ...environment };
}

async function waitUntilReady(child: ChildProcess, address: string, output: () => string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MILLISECONDS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) break;
    const isReady = await got(`${address}/readyz`, { retry: { limit: 0 }, throwHttpErrors: false }).then(
      ({ statusCode }) => statusCode === 200,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  child.kill('SIGKILL');
  throw new Error(`the provider did not become ready:\n${output()}`);
}

export async function startProviderProcess(options: ProcessOptions): Promise<ProviderProcess> {
  const [command = '', ...args] = [...(options.launcher ?? []), process.execPath, options.program ?? main];
  const to = typeof options.outputs === 'number' ? options.outputs : 'pipe';
  const child = spawn(command, args, { env: environmentOf(options), stdio: ['ignore', to, to] });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    if (options.outputs === 'ended') stream?.destroy();
    else if (options.outputs === undefined) stream?.on('data', (chunk: Buffer) => (written += chunk.toString()));
  }
  const address = options.reachedAt ?? `http://127.0.0.1:${options.port}`;
  const ended = once(child, 'exit');
  await waitUntilReady(child, address, () => written);
  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await ended;
    }
    return child.exitCode;
  }
  return {
    pid: child.pid ?? 0,
    address,
    output: () => written,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}
