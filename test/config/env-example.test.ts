import { readFileSync } from 'node:fs';
import test from 'ava';
import { readConfig } from '../../src/config/read-config.ts';
import { type Variable, variables } from '../../src/config/variables.ts';

const table = Object.entries<Variable>(variables);
const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
const settings = [...example.matchAll(/^# (.*)\n# ([A-Z][A-Z_]+)=(.*)$/gm)].map(([, help, name = '', value]) => ({
  name,
  help,
  value,
}));

test('.env.example has every variable once, in the order of the table and with its help, and no other', (t) => {
  t.deepEqual(
    settings.map(({ name, help }) => ({ name, help })),
    table.map(([name, { help }]) => ({ name, help })),
  );
});

test('the defaults that .env.example shows are the ones that the code has', (t) => {
  const shown = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
  t.deepEqual(readConfig(shown), readConfig({}));
});

test('a line of meaning stands above each variable', (t) => {
  for (const { name, help } of settings) t.regex(help ?? '', /^.{20,}\.$/, name);
});

test('.env.example names every secret that can come from a file', (t) => {
  for (const [name, { isSecret }] of table) t.is(example.includes(`${name}_FILE`), isSecret ?? false, name);
});
