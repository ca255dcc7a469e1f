/** Holds docs/ to the product: what a page names is there, and what is there is named. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import test from 'ava';
import { createProgram } from '../../scripts/admin/program.ts';
import { variables } from '../../src/config/variables.ts';
import { securityEvents } from '../../src/domain/events/security-events.ts';
import { providerRoutes } from '../../src/provider/routes.ts';
import { collectionNames } from '../../src/storage/collections.ts';
import { startInstallation } from '../support/installation.ts';

const page = (name: string): string => readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
const matches = (text: string, pattern: RegExp): readonly string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, found = '']) => found))].sort();

test('each decision of the threat model has its line among the settings, and each line its decision', (t) => {
  const decided = matches(page('threat-model'), /\*\*([A-Z])\*\* /g);
  t.true(decided.length > 20);
  t.deepEqual(matches(page('security'), /^\| \*\*([A-Z])\*\* \|/gm), decided);
});

test('the settings and flags that the decisions name exist', (t) => {
  const [, table = ''] = page('security').split('## Decisions and their settings');
  const [rows = ''] = table.split('\n## ');
  for (const name of matches(rows, /`([A-Z][A-Z_]{3,})`/g)) t.true(Object.hasOwn(variables, name), name);
  const flags = createProgram().commands.flatMap((noun) => noun.commands.flatMap((verb) => verb.options));
  const known = new Set(flags.map(({ long }) => long));
  for (const flag of matches(rows, /`(?:keys rotate )?(--[a-z-]+)`/g)) t.true(known.has(flag), flag);
});

test('the flows name routes that exist', async (t) => {
  const { routes, stop } = await startInstallation();
  t.teardown(stop);
  const known = new Set([...providerRoutes, ...routes].map(({ path }) => path));
  const named = matches(page('flows'), /(?:GET|POST|to) (\/[a-z:/-]*[a-z])/g);
  t.true(named.length > 8);
  for (const path of named) t.true(known.has(path), path);
});

/** Both end a message in Mermaid's grammar, and what follows is then no statement: the page shows an error in place of the flow. */
test('no line of a drawn flow has a semicolon or a number sign in it', (t) => {
  const drawn = [...page('flows').matchAll(/```mermaid\n(.*?)```/gs)].map(([, lines = '']) => lines);
  t.is(drawn.length, matches(page('flows'), /^## (.+)$/gm).length);
  for (const line of drawn.join('').split('\n')) t.notRegex(line, /[;#]/);
});

test('the events that the pages name are in the closed list', (t) => {
  const nouns = new Set(Object.keys(securityEvents).map((name) => name.split('.')[0]));
  for (const name of ['flows', 'security', 'production', 'compromise', 'retention'])
    for (const event of matches(page(name), /\b([a-z_]+\.(?!md\b)[a-z_]+)\b/g).filter((word) =>
      nouns.has(word.split('.')[0]),
    ))
      t.true(Object.hasOwn(securityEvents, event), `${name}: ${event}`);
});

test('retention says of every collection what is in it', (t) => {
  const named = matches(page('retention'), /`([a-z_]+)`/g);
  for (const collection of collectionNames) t.true(named.includes(collection), collection);
});

const root = new URL('../../', import.meta.url);
const everyPage = globSync(['*.md', '{docs,examples}/**/*.md', 'src/resource-server/*.md'], { cwd: root });
/** What stands behind `node` in commands, of which `npx` brings its own Node. */
const nodeCommands = everyPage
  .filter((name) => name !== 'CHANGELOG.md')
  .flatMap((name) =>
    matches(
      readFileSync(new URL(name, root), 'utf8'),
      /(?:^|[\s`])(?<!npx )node ((?:-|[\w./]+\.[jt]s\b)[^`\n]*)/gm,
    ).map((args) => ({
      name,
      args,
    })),
  );

test('a command that calls node on an older one gets plain words: the check of the version comes first', (t) => {
  t.true(nodeCommands.length > 8);
  const checks = /^(?:--import \.\/(?:src\/node\/version|scripts\/development)\.js |-- src\/start\.js)/;
  for (const { name, args } of nodeCommands) {
    // Of a project of the reader's own, or an expression, which knows nothing of where this project is.
    const [program = ''] = args.split(' ').filter((word) => !word.startsWith('-'));
    const isForeign = !existsSync(new URL(program, root));
    t.true(isForeign || checks.test(args), `${name}: node ${args}`);
  }
});

test('a command whose program knows --env-file keeps Node from reading it', (t) => {
  for (const { name, args } of nodeCommands)
    if (/src\/start\.js|scripts\/admin\.ts/.test(args))
      t.regex(args, /(?:^| )-- (?:src|scripts)\//, `${name}: node ${args}`);
});

test('every picture is shown somewhere, every picture that is shown is there in both modes, and all of them are small', (t) => {
  const folder = new URL('../../docs/pictures/', import.meta.url);
  const there = globSync('*', { cwd: folder }).toSorted();
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const shown = matches(`${readme}${page('pages')}${page('portal')}`, /pictures\/([\w-]+\.webp)/g);
  t.deepEqual(there, [...shown]);
  for (const name of there) t.true(there.includes(name.replace('-light.', '-dark.')), name);
  const bytes = there.map((name) => readFileSync(new URL(name, folder)).byteLength);
  t.true(bytes.reduce((sum, size) => sum + size, 0) < 800_000);
});
