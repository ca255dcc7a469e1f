/** Proves that the map in ARCHITECTURE.md is the one of this tree. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { fileMap, mappedFolders, withFileMap } from '../../scripts/architecture/file-map.ts';
import { openingSentence, projectRoot, sourceFiles } from '../../scripts/architecture/source-files.ts';

const document = readFileSync(new URL('ARCHITECTURE.md', projectRoot), 'utf8');

test('the map in ARCHITECTURE.md is current (else: npm run architecture)', (t) => {
  t.is(withFileMap(document, fileMap(sourceFiles(mappedFolders))), document);
});

test('a file that is added, dropped or says something else changes the map', (t) => {
  const map = (path: string, text: string): string => fileMap([{ path, text }]);
  const one = map('src/one.ts', '/** Does one thing. And more. */\n');
  t.true(one.includes('- [`one.ts`](src/one.ts): Does one thing.\n'));
  t.not(withFileMap(document, one), document);
  t.not(one, map('src/one.ts', '/** Does another thing. */\n'));
  t.not(one, map('src/two.ts', '/** Does one thing. */\n'));
});

test('the opening sentence ends where the sentence ends, over line breaks too', (t) => {
  t.is(openingSentence('/**\n * Seals and\n * opens values.\n *\n * More.\n */\nimport x'), 'Seals and opens values.');
  t.is(openingSentence('/** `npm test`: runs node 24.1 on it. */'), '`npm test`: runs node 24.1 on it.');
  t.is(openingSentence("import x from 'y';\n/** Late. */"), undefined);
  t.is(openingSentence('/** no sentence */'), undefined);
});
