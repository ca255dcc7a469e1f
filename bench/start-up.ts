/** From the start of a process to its first answer, and the memory it holds when nothing happens. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../test/support/free-port.ts';
import { median } from './measure.ts';
import { bareEngine } from './subjects/bare.ts';
import { productionEnvironment } from './subjects/latchkey.ts';
import { environmentOf, firstAnswer } from './subjects/subject.ts';
import { newWorld } from './subjects/world.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const SETTLE_MILLISECONDS = 1500;

export interface StartUp {
  readonly what: string;
  readonly seconds: readonly number[];
  readonly idleMegabytes: readonly number[];
}

interface Started {
  readonly seconds: number;
  readonly idleMegabytes: number;
}

async function residentMegabytes(pid: number | undefined): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) / 1024;
}

async function startOnce(program: string, environment: Readonly<Record<string, string>>): Promise<Started> {
  const startedAt = Date.now();
  const child = spawn(process.execPath, [program], {
    env: environmentOf(environment),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const seconds = ((await firstAnswer(`http://127.0.0.1:${environment.PORT}`, child)) - startedAt) / 1000;
  await new Promise((resume) => setTimeout(resume, SETTLE_MILLISECONDS));
  const idleMegabytes = await residentMegabytes(child.pid);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  return { seconds, idleMegabytes };
}

/** In turns, as everything here. The first start of all makes keys and tables; the later ones find them. */
export async function measureStartUp(runs: number): Promise<readonly StartUp[]> {
  const first: Started[] = [];
  const later: Started[] = [];
  const bare: Started[] = [];
  for (let run = 0; run < runs; run += 1) {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
    const environment = productionEnvironment(await freePort(), folder);
    first.push(await startOnce(main, environment));
    later.push(await startOnce(main, environment));
    const port = String(await freePort());
    bare.push(await startOnce(bareEngine, { PORT: port, BENCH_WORLD: JSON.stringify(newWorld()) }));
    await rm(folder, { recursive: true, force: true });
  }
  return [
    { what: 'bare engine', starts: bare },
    { what: 'Latchkey, very first start', starts: first },
    { what: 'Latchkey', starts: later },
  ].map(({ what, starts }) => ({
    what,
    seconds: starts.map(({ seconds }) => seconds),
    idleMegabytes: starts.map((start) => start.idleMegabytes),
  }));
}

export const medianOf = {
  seconds: (start: StartUp) => median(start.seconds),
  megabytes: (start: StartUp) => median(start.idleMegabytes),
};
