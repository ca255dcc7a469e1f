/** What stands in for a container: a user without rights, a Node of its own, and a place that is removed afterwards. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { childEnvironment, TO_REGISTRIES } from '../child-environment.ts';

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Nobody, where we may become somebody else; undefined: everything runs as the user who asked. */
export const otherUser: User | undefined = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;

export function* treeOf(folder: string): Generator<string> {
  yield folder;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* treeOf(path);
    else yield path;
  }
}

export function giveTo(user: User | undefined, folder: string): void {
  if (user === undefined) return;
  for (const path of treeOf(folder)) lchownSync(path, user.uid, user.gid);
}

const WRITE = 0o222;

/** Nobody may write there any more: who owns it may not either, except root, as whom nothing of this runs. */
export function makeReadOnly(folder: string, except: readonly string[]): void {
  giveTo(otherUser && { uid: 0, gid: 0 }, folder);
  for (const path of treeOf(folder)) {
    const status = lstatSync(path);
    if (!status.isSymbolicLink()) chmodSync(path, status.mode & ~WRITE);
  }
  for (const volume of except) {
    giveTo(otherUser, volume);
    chmodSync(volume, 0o700);
  }
}

export interface Machine {
  readonly folder: string;
  /** What a container has besides what its Dockerfile sets. */
  readonly environment: Readonly<Record<string, string>>;
  /** What a RUN line has besides that. */
  buildEnvironment(): Readonly<Record<string, string>>;
  remove(): void;
}

/** npm's cache for another user, who cannot read ours. Its contents never change: they are linked, and stay ours. */
function handOnCache(from: string, to: string, user: User): void {
  for (const path of treeOf(from)) {
    const copy = join(to, relative(from, path));
    if (lstatSync(path).isDirectory()) mkdirSync(copy, { recursive: true });
    else if (path.includes('/content-v2/')) {
      linkOrCopy(path, copy);
      continue;
    } else copyFileSync(path, copy);
    lchownSync(copy, user.uid, user.gid);
  }
}

function linkOrCopy(path: string, copy: string): void {
  try {
    linkSync(path, copy);
  } catch {
    // The folder for temporary files may be on another disk.
    copyFileSync(path, copy);
  }
}

/** What an image is built with on this machine: the way to the registry, and what npm has of it. */
function buildEnvironment(home: string): Record<string, string> {
  const found = childEnvironment(TO_REGISTRIES);
  const own = { ...found, npm_config_prefer_offline: 'true', npm_config_update_notifier: 'false' };
  const settings = execFileSync('npm', ['config', 'get', 'cache', 'registry'], { encoding: 'utf8' });
  const [, cache = '', registry = ''] = /^cache=(.*)\nregistry=(.*)$/m.exec(settings) ?? [];
  if (otherUser === undefined) return { ...own, npm_config_cache: cache, npm_config_registry: registry };
  const copy = join(home, '.npm');
  if (existsSync(join(cache, '_cacache'))) handOnCache(cache, copy, otherUser);
  return { ...own, npm_config_cache: copy, npm_config_registry: registry };
}

export function makeMachine(): Machine {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-container-'));
  chmodSync(folder, 0o755);
  const [bin, home, temporary] = [join(folder, 'bin'), join(folder, 'home'), join(folder, 'tmp')];
  for (const path of [bin, home, temporary]) mkdirSync(path);
  // Where ours lies may be closed to others.
  linkOrCopy(process.execPath, join(bin, 'node'));
  for (const path of [home, temporary]) giveTo(otherUser, path);
  // No folder of this project: what the image does not bring must not be found.
  let ofBuild: Readonly<Record<string, string>> | undefined;
  const path = (process.env.PATH ?? '').split(':').filter((entry) => !entry.includes('/node_modules/'));
  return {
    folder,
    environment: { PATH: [bin, ...path].join(':'), HOME: home, TMPDIR: temporary },
    buildEnvironment() {
      ofBuild ??= buildEnvironment(home);
      return ofBuild;
    },
    remove() {
      for (const entry of treeOf(folder)) if (lstatSync(entry).isDirectory()) chmodSync(entry, 0o700);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
