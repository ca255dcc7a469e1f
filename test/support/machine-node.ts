/** The Node that this machine has by itself, older than the one that we bring: undefined where there is none. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { shellEnvironment } from './tree-copy.ts';

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function machineNode(): string | undefined {
  const folders = (shellEnvironment().PATH ?? '').split(':');
  return folders.map((folder) => join(folder, 'node')).find((path) => isRunnable(path) && isOlder(path));
}

function isOlder(node: string): boolean {
  const major = (version: string) => Number.parseInt(version.replace('v', ''), 10);
  return major(execFileSync(node, ['--version'], { encoding: 'utf8' })) < major(process.version);
}
