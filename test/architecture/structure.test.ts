/** Proves that this tree keeps its own rules: rings, cycles, barrels, names, sizes of folders, one reader of the environment. */
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { findings } from './linter.ts';
import { projectRoot, type SourceFile, sourceFiles } from './source-files.ts';

const everywhere = ['src', 'adapters', 'scripts', 'bench', 'examples', 'test'] as const;

function offenders(folders: readonly string[], isWrong: (file: SourceFile) => boolean): readonly string[] {
  return sourceFiles(folders)
    .filter(isWrong)
    .map(({ path }) => path);
}

test('no ring is broken, no import goes in a circle, no file is a barrel', async (t) => {
  const { checked, found } = await findings(fileURLToPath(projectRoot));
  t.deepEqual(found, []);
  t.true(checked >= sourceFiles(everywhere).length);
});

test('no file silences a rule that holds the rings', (t) => {
  const silences =
    /biome-ignore[a-z-]*\s+lint(?:\/style\/(?:noRestrictedImports|noProcessEnv)|\/suspicious\/noImportCycles|\s|:)/;
  t.deepEqual(
    offenders(everywhere, ({ text }) => silences.test(text)),
    [],
  );
});

test('an import takes the shortest way, so that its text shows where it leads', (t) => {
  const detour = /from '(?:\.\/\.\.|[^']*\/[^./'][^/']*\/\.\.)\//;
  t.deepEqual(
    offenders(everywhere, ({ text }) => detour.test(text)),
    [],
  );
});

test('no file and no folder is a drawer', (t) => {
  const drawers = ['utils', 'util', 'helpers', 'helper', 'common', 'shared', 'misc', 'lib', 'core', 'types', 'index'];
  const isDrawer = ({ path }: SourceFile): boolean =>
    path.split('/').some((part) => drawers.includes(basename(part, '.ts')));
  t.deepEqual(offenders(everywhere, isDrawer), []);
});

test('a folder of src or adapters has at most twelve files, those of options and words aside', (t) => {
  const folders = Map.groupBy(sourceFiles(['src', 'adapters']), ({ path }) => dirname(path));
  const full = [...folders].filter(([folder, { length }]) => length > 12 && !/\/(options|words(\/\w+)?)$/.test(folder));
  t.deepEqual(
    full.map(([folder]) => folder),
    [],
  );
});

test('one file of src reads the environment', (t) => {
  const readsEnvironment =
    /process\s*(?:\?\.|\.|\[\s*['"`])\s*env\b|\benv\b[^;]*\}\s*=\s*(?:globalThis\.)?process\b|loadEnvFile/;
  const readers = offenders(['src', 'adapters'], ({ text }) => readsEnvironment.test(text));
  t.deepEqual(readers, ['src/config/read-config.ts']);
});

test('one file of src loads a database driver', (t) => {
  t.deepEqual(
    offenders(['src'], ({ text }) => /'(?:\.\.\/)+adapters\/(?:sqlite|mongodb)\//.test(text)),
    ['src/open-storage.ts'],
  );
});
