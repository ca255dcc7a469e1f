/** Runs npm in the folder of the new server. Settings of the npm that runs this command, such as its prefix, must not reach that one. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { childEnvironment, OF_THE_MACHINE, TO_REGISTRIES } from '../child-environment.ts';
import { projectRoot } from './write-server.ts';

const OF_NPM = /^npm_config_(?:registry|cache|userconfig|globalconfig|offline|prefer_offline)$/i;

/** Strips types by itself from here on. */
const OLDEST_MAJOR = 24;

function npm(folder: string, args: readonly string[]): string {
  const env = childEnvironment(OF_THE_MACHINE, TO_REGISTRIES, OF_NPM);
  return execFileSync('npm', args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

/** What the package is made of, and what makes it (scripts/packed-manifest.ts). */
const packedFrom = ['package.json', 'tsconfig.json', 'LICENSE', 'scripts/packed-manifest.ts', 'src/resource-server'];

/**
 * Makes `@latchkey/resource-server` for the folder, and returns the name of its tarball. In a copy: while it is packed, its name leads
 * nowhere, for a provider or another command that takes it from these sources too.
 */
export function packResourceServer(folder: string): string {
  const tree = mkdtempSync(join(tmpdir(), 'latchkey-packed-'));
  try {
    for (const path of packedFrom) cpSync(join(projectRoot, path), join(tree, path), { recursive: true });
    symlinkSync(join(projectRoot, 'node_modules'), join(tree, 'node_modules'), 'junction');
    const pack = ['pack', '--silent', '-w', '@latchkey/resource-server', '--pack-destination', folder];
    return npm(tree, pack).trim().split('\n').at(-1) ?? '';
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

/** Whether it went well; npm has said what was wrong. */
export function install(folder: string): boolean {
  try {
    npm(folder, ['install', '--no-audit', '--no-fund', '--loglevel=error']);
    return true;
  } catch {
    return false;
  }
}

/** False where whoever starts the server has none or an older one: ours is on the path of npm's scripts alone. */
export function machineHasOurNode(): boolean {
  const folders = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !/node_modules|node-gyp-bin/.test(folder));
  try {
    const env = { PATH: folders.join(delimiter) };
    const version = execFileSync('/usr/bin/env', ['node', '--version'], { env, encoding: 'utf8', stdio: 'pipe' });
    return Number.parseInt(version.slice(1), 10) >= OLDEST_MAJOR;
  } catch {
    return false;
  }
}
