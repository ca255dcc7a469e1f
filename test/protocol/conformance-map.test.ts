/** The map from conformance modules to our tests leads somewhere. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { moduleProofs } from './conformance-map.ts';

test('every module that is mapped has a test with that title', (t) => {
  const lost = moduleProofs.filter(({ file, proof }) => {
    const source = readFileSync(new URL(`${file}.test.ts`, import.meta.url), 'utf8');
    return proof === '' || !source.includes(proof);
  });
  t.deepEqual(lost, []);
  t.true(moduleProofs.length > 80);
});
