/** Proves that .env.example and the code name the same settings with the same defaults. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { readConfig } from '../../src/config/read-config.ts';
import { secretVariables, variables } from '../../src/config/variables.ts';

const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');

const settings = [...example.matchAll(/^# ([A-Z][A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => ({
  name,
  value,
}));

test('.env.example has every variable once, and no other', (t) => {
  t.deepEqual(settings.map(({ name }) => name).sort(), Object.keys(variables).sort());
});

test('the defaults that .env.example shows are the ones that the code has', (t) => {
  const shown = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
  t.deepEqual(readConfig(shown), readConfig({}));
});

test('a line of meaning stands above each variable', (t) => {
  for (const { name } of settings) {
    t.regex(example, new RegExp(`^# [^\\n]{20,}\\.\\n# ${name}=`, 'm'), name);
  }
});

test('.env.example names every secret that can come from a file', (t) => {
  for (const name of secretVariables) t.true(example.includes(`${name}_FILE`), name);
});
