/** Proves that docs/connect shows what `npm run connect` runs, and nothing else. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { blocksOf, readPage, registrationOf } from '../../scripts/connect/page.ts';
import { stacks } from '../../scripts/connect/stacks.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const names = stacks.map(({ name }) => name).toSorted();
// Nobody pastes them: the package manager writes them.
const lockFiles = ['package-lock.json', 'go.sum'];

// A callback app of ours: test/relying-party runs it.
const notStacks = ['preview-callback', 'preview-deployments'];

function filesIn(folder: string): readonly string[] {
  const found = globSync('**/*', { cwd: `${root}examples/snippets/${folder}`, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile() && !lockFiles.includes(entry.name))
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(`${root}examples/snippets/${folder}/`.length))
    .toSorted();
}

function textOf(folder: string, file: string): string {
  return readFileSync(`${root}examples/snippets/${folder}/${file}`, 'utf8');
}

test('every folder of snippets is a stack of the runner, and every stack has its folder', (t) => {
  const folders = globSync('*', { cwd: `${root}examples/snippets` }).toSorted();
  t.deepEqual(
    folders.filter((folder) => !notStacks.includes(folder)),
    names,
  );
});

test('every page belongs to a stack, but the list and what is not run', (t) => {
  const pages = globSync('*.md', { cwd: `${root}docs/connect` }).map((page) => page.replace(/\.md$/, ''));
  t.deepEqual(pages.filter((page) => !['README', 'not-run', ...notStacks].includes(page)).toSorted(), names);
});

for (const { name } of stacks) {
  test(`the page of ${name} quotes every file of its folder byte for byte, and no other`, async (t) => {
    const quoted = blocksOf(await readPage(name)).flatMap(({ file, text }) =>
      file === undefined ? [] : [{ file, text }],
    );
    t.deepEqual(quoted.map(({ file }) => file).toSorted(), filesIn(name));
    for (const { file, text } of quoted) t.is(text, textOf(name, file), file);
  });

  test(`the page of ${name} says what to register and to paste, what comes back and what goes wrong`, async (t) => {
    const page = await readPage(name);
    const headings = Array.from(page.matchAll(/^## (.+)$/gm), ([, heading]) => heading);
    const expected = ['Register', 'Paste', 'What comes back', 'What goes wrong'];
    t.deepEqual(
      headings.filter((heading) => expected.includes(heading ?? '')),
      expected,
    );
    t.regex(registrationOf(page), /^npm run -s admin -- client create /m);
  });

  test(`the list of pages and the output of the day name ${name}`, async (t) => {
    const list = await readPage('README');
    t.regex(list, new RegExp(`^\\| \\[.+\\]\\(${name}\\.md\\) \\|`, 'm'));
    t.regex(list, new RegExp(`^ok +${name} .+; \\S`, 'm'));
  });

  test(`the program of ${name} knows nothing of this repository`, (t) => {
    for (const file of filesIn(name))
      t.notRegex(textOf(name, file), /\.\.\/\.\.|latchkey\/|scripts\/|playwright/, file);
  });
}

/** Of each manifest, the versions that it asks for. */
const versionsIn: Readonly<Record<string, (text: string) => readonly string[]>> = {
  'package.json': (text) => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(text);
    return Object.values<string>({ ...dependencies, ...devDependencies });
  },
  'pom.xml': (text) => Array.from(text.matchAll(/<version>(.+?)<\/version>/g), ([, version = '']) => version),
  'go.mod': (text) => Array.from(text.matchAll(/^(?:require )?\s*\S+\.\S+ (v\S+)/gm), ([, version = '']) => version),
  'requirements.txt': (text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => /^[\w[\]-]+==(\S+)$/.exec(line)?.[1] ?? line),
};

test('a program asks for exact versions of its libraries, in its manifest or where it is installed', (t) => {
  for (const { name, install } of stacks) {
    const manifests = filesIn(name).filter((file) => file in versionsIn);
    const installed = install.flat().flatMap((word) => /\w@(\S+)$/.exec(word)?.[1] ?? []);
    const versions = [...manifests.flatMap((file) => versionsIn[file]?.(textOf(name, file)) ?? []), ...installed];
    t.true(versions.length > 0, name);
    for (const version of versions) t.regex(version, /^v?\d+(?:\.\d+)+$/, `${name}: ${version}`);
  }
});

test('what asks for a range, a tag or the newest is no exact version', (t) => {
  const ranges = ['^1.0.0', '~1.0.0', '1.x', '*', 'latest', '[1.0,2.0)', 'LATEST', '>=1.0', '1'];
  for (const range of ranges) t.notRegex(range, /^v?\d+(?:\.\d+)+$/);
  t.deepEqual(versionsIn['requirements.txt']?.('authlib\nPyJWT[crypto]==2.10.1\nflask>=3\n'), [
    'authlib',
    '2.10.1',
    'flask>=3',
  ]);
});

test('what is not run are these five, each with what to register and what to paste', async (t) => {
  const page = await readPage('not-run');
  const headings = Array.from(page.matchAll(/^## (.+)$/gm), ([, heading]) => heading);
  t.deepEqual(headings, ['ASP.NET Core', 'Spring Boot 3', 'AppAuth', 'Grafana', 'Kubernetes']);
  t.is(page.match(/\*\*Not run here\.\*\*/g)?.length, 5);
  const blocks = Map.groupBy(blocksOf(page), ({ heading }) => heading);
  for (const heading of headings) {
    const [register, ...paste] = blocks.get(heading ?? '') ?? [];
    t.is(register?.language, 'sh', heading);
    t.true(paste.length > 0, heading);
  }
});

test('no page of a stack says that it was not run', async (t) => {
  for (const { name } of stacks) t.notRegex(await readPage(name), /not run/i, name);
});

test('a page registers once: without a block under "Register", or with two, nothing is run', (t) => {
  const block = '```sh\nnpm run -s admin -- client create --name A\n```\n';
  t.is(registrationOf(`# A\n## Register\n\n${block}\nText\n\n## Paste\n\n${block}`), `${block.split('\n')[1]}\n`);
  for (const page of [
    '',
    `## Paste\n\n${block}`,
    `## Register\n\n${block}\n${block}`,
    '## Register\n\n```\nls\n```\n',
  ]) {
    t.throws(() => registrationOf(page));
  }
});
