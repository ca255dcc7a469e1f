/** `npm run fuzz`: more made-up requests than `npm test` sends, or those of an earlier run again (test/security/fuzz.test.ts). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const usage = 'npm run fuzz -- [--seed N] [--runs M] [--route PART_OF_A_NAME]';
const USAGE = 64;

function variables(): Readonly<Record<string, string>> {
  const text = { type: 'string' } as const;
  const { seed, runs = '2000', route = '' } = parseArgs({ options: { seed: text, runs: text, route: text } }).values;
  for (const number of [seed ?? '0', runs]) if (!/^\d{1,9}$/.test(number)) throw new Error(`${number} is no number`);
  return { FUZZ_RUNS: runs, FUZZ_ROUTE: route, ...(seed !== undefined && { FUZZ_SEED: seed }) };
}

async function run(env: Readonly<Record<string, string>>): Promise<number> {
  const command = ['node_modules/ava/entrypoints/cli.js', 'test/security/fuzz.test.ts', '--timeout=24h'];
  const cwd = fileURLToPath(new URL('../', import.meta.url));
  const child = spawn(process.execPath, command, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
  await once(child, 'close');
  return child.exitCode ?? 1;
}

let wanted: ReturnType<typeof variables> | undefined;
try {
  wanted = variables();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
}
process.exitCode = wanted === undefined ? USAGE : await run(wanted);
