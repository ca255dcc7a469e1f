/** Proves that docs/storage.md tells of everything that is stored. */
import test from 'ava';
import { createProgram } from '../../scripts/admin/program.ts';
import { collectionNames, collections } from '../../src/storage/collections.ts';
import { firstColumnOf, guide } from './guide.ts';

const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/[`']([a-z_]+)[`']/g)].map(([, name = '']) => name);

test('the table of collections has each of them once, with all its indexes', (t) => {
  const rows = firstColumnOf('collection |').map((cell) => cell.replace(/^`([a-z_]+)`.*$/, '$1'));
  t.deepEqual([...rows].sort(), [...collectionNames].sort());
  for (const collection of collectionNames) {
    const row = guide.split('\n').find((line) => line.startsWith(`| \`${collection}\``)) ?? '';
    for (const index of Object.keys(collections[collection].indexes))
      t.true(row.includes(`\`${index}\``), `${collection} ${index}`);
  }
});

test('every collection is sharded, or it is said that it is not', (t) => {
  const [, sharding = ''] = guide.split('\n## Sharding\n');
  const [commands = '', rest = ''] = sharding.split('\n```\n');
  const [stay = ''] = rest.split('\n|');
  const sharded = namesIn(commands.slice(commands.indexOf('['), commands.indexOf(']')));
  const left = [...namesIn(stay), 'sessions'];
  t.deepEqual([...sharded, ...left].sort(), [...collectionNames].sort());
  t.true(rest.includes('Leave `sessions` unsharded'));
});

test('every storage verb is named', (t) => {
  const storage = createProgram().commands.find((command) => command.name() === 'storage');
  for (const verb of storage?.commands ?? []) t.true(guide.includes(`storage ${verb.name()}`), verb.name());
});
