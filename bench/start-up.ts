/** From the start of a process to its first answer, and the memory it holds when nothing happens. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../scripts/free-port.ts';
import { median } from './measure.ts';
import { bareProvider } from './subjects/bare.ts';
import { productionEnvironment } from './subjects/latchkey.ts';
import { newFixture } from './subjects/setup.ts';
import { environmentOf, firstAnswer } from './subjects/subject.ts';

const start = fileURLToPath(new URL('../src/start.js', import.meta.url));
const SETTLE_MILLISECONDS = 1500;

export interface StartUp {
  readonly what: string;
  /** The targets are for us, not for the yardstick. */
  readonly isOurs: boolean;
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

/** Each subject twice: with everything still to be compiled, and with what its own start before has left. */
const cases = [
  { what: 'bare oidc-provider, nothing compiled', isOurs: false },
  { what: 'Latchkey, very first start', isOurs: true },
  { what: 'bare oidc-provider, compiled before', isOurs: false },
  { what: 'Latchkey, every later start', isOurs: true },
] as const;

/** The four cases once. The first start of Latchkey makes keys and tables as well; the later one finds them. */
async function startEach(): Promise<readonly Started[]> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  const bare = {
    PORT: String(await freePort()),
    BENCH_FIXTURE: JSON.stringify(newFixture()),
    NODE_COMPILE_CACHE: join(folder, 'bare'),
  };
  const ours = productionEnvironment(await freePort(), folder);
  try {
    return [
      await startOnce(bareProvider, bare),
      await startOnce(start, { ...ours, NODE_COMPILE_CACHE: join(folder, 'ours') }),
      await startOnce(bareProvider, bare),
      // Nothing set: where Latchkey itself keeps what it compiled.
      await startOnce(start, ours),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In turns, as everything here. */
export async function measureStartUp(runs: number): Promise<readonly StartUp[]> {
  // Not counted: the code may have changed since Latchkey was started last.
  await startEach();
  const rounds: (readonly Started[])[] = [];
  for (let run = 0; run < runs; run += 1) rounds.push(await startEach());
  return cases.map((each, which) => {
    const starts = rounds.flatMap((round) => round[which] ?? []);
    return {
      ...each,
      seconds: starts.map(({ seconds }) => seconds),
      idleMegabytes: starts.map(({ idleMegabytes }) => idleMegabytes),
    };
  });
}

export const medianOf = {
  seconds: (start: StartUp) => median(start.seconds),
  megabytes: (start: StartUp) => median(start.idleMegabytes),
};
