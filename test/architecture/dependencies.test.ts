/** Proves that dependencies are pinned, explained, and installable on every platform. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { projectRoot } from './source-files.ts';

interface Manifest {
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

interface LockedPackage {
  /** A workspace, and the link to it. */
  readonly link?: boolean;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (path: string): string => readFileSync(new URL(path, projectRoot), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const declared = { ...manifest.dependencies, ...manifest.devDependencies };
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Readonly<Record<string, LockedPackage>> };
const locked = Object.entries(packages)
  .filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
  .map(([path, found]) => ({ ...found, name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length) }));

test('every dependency is named with its exact version', (t) => {
  for (const [name, version] of Object.entries(declared)) t.regex(version, /^\d+\.\d+\.\d+$/, name);
});

test('docs/dependencies.md has a line for every dependency, with its licence, and for no other', (t) => {
  const rows = [...read('docs/dependencies.md').matchAll(/^\| `(?<name>[^`]+)` \|[^|]+\| (?<license>[^|]+) \|/gm)];
  const explained = Object.fromEntries(rows.map(({ groups }) => [groups?.name, groups?.license]));
  const licenses = Object.keys(declared).map((name) => {
    const { license } = JSON.parse(read(`node_modules/${name}/package.json`)) as Manifest;
    return [name, license];
  });
  t.deepEqual(explained, Object.fromEntries(licenses));
});

test('the lock file has the packages of every platform', (t) => {
  const names = new Set(locked.map(({ name }) => name));
  const missing = locked.flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies).filter((name) => !names.has(name)),
  );
  t.deepEqual(missing, []);
});

test('the lock file can tell an altered package from the one that was locked', (t) => {
  t.deepEqual(
    locked.filter(({ integrity }) => !integrity?.startsWith('sha512-')).map(({ name }) => name),
    [],
  );
});

test('npm may run install scripts of exactly those packages that have one', (t) => {
  const withScripts = locked.filter(({ hasInstallScript }) => hasInstallScript === true).map(({ name }) => name);
  t.deepEqual(Object.keys(manifest.allowScripts ?? {}).sort(), withScripts.sort());
});
