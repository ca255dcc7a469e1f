/**
 * Runs around `npm pack` of a workspace, in its folder. In the tree its name leads to the TypeScript source, so that nothing has to be
 * built; Node strips no types below node_modules, so the tarball has compiled code and a manifest that leads there: `publishConfig` says
 * what differs. pnpm and Yarn do the same by themselves, npm does not.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MANIFEST = 'package.json';
const cache = fileURLToPath(new URL('../.cache', import.meta.url));

function restore(kept: string): void {
  if (existsSync(kept)) renameSync(kept, MANIFEST);
  rmSync('dist', { recursive: true, force: true });
}

function build(kept: string): void {
  // What a pack that was killed has left.
  restore(kept);
  execFileSync('tsc', { stdio: 'inherit' });
  const text = readFileSync(MANIFEST, 'utf8');
  const { publishConfig, scripts: _, ...manifest } = JSON.parse(text);
  mkdirSync(cache, { recursive: true });
  writeFileSync(kept, text);
  writeFileSync(MANIFEST, `${JSON.stringify({ ...manifest, ...publishConfig }, null, 2)}\n`);
}

const kept = `${cache}/${process.env.npm_package_name?.replace('/', '+')}.json`;
if (process.argv[2] === 'restore') restore(kept);
else build(kept);
