/** Holds the walks in ARCHITECTURE.md to what they say: every file is there, every import is there, none is longer than its bound. */
import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import { projectRoot } from './source-files.ts';

interface Step {
  readonly path: string;
  readonly rest: string;
}

interface Walk {
  readonly title: string;
  readonly bound: number;
  readonly steps: readonly Step[];
}

const page = readFileSync(new URL('ARCHITECTURE.md', projectRoot), 'utf8');

const walks: readonly Walk[] = page
  .split('\n### ')
  .slice(1)
  .map((section) => {
    const [title = ''] = section.split('\n', 1);
    const steps = [...section.matchAll(/^\d+\. `([^`]+)`(.*)$/gm)].map(([, path = '', rest = '']) => ({ path, rest }));
    return { title, bound: Number(/at most (\d+) files/.exec(title)?.[1]), steps };
  });

/** Static, type-only and dynamic imports: packages by name, files by their path from the root. */
function importsOf(path: string): readonly string[] {
  const text = readFileSync(new URL(path, projectRoot), 'utf8');
  return [...text.matchAll(/(?:\bfrom|\bimport\()\s*'([^']+)'/g)].map(([, specifier = '']) =>
    specifier.startsWith('.')
      ? new URL(specifier, new URL(path, projectRoot)).href.slice(projectRoot.href.length)
      : specifier,
  );
}

/** Who must import what, as the step says it: "imported by 2", "imports 5", "imports `bcrypt`". */
function importsNamedIn({ path, rest }: Step, steps: readonly Step[]): readonly (readonly [string, string])[] {
  const pathOf = (number: string): string => steps[Number(number) - 1]?.path ?? `step ${number}`;
  return [...rest.matchAll(/\b(imported by|imports) (?:`([^`]+)`|(\d+))/g)].map(([, way, name, number = '']) => {
    const other = name ?? pathOf(number);
    return way === 'imports' ? [path, other] : [other, path];
  });
}

/** "of ours it imports only 3, 4 and 5": then a reader has no other file to open from here. */
function importsBesideNamed({ path, rest }: Step, steps: readonly Step[]): readonly string[] {
  const [, numbers] = /of ours it imports only ([\d, and]+)/.exec(rest) ?? [];
  if (numbers === undefined) return [];
  const named = [...numbers.matchAll(/\d+/g)].map(([number]) => steps[Number(number) - 1]?.path);
  return importsOf(path).filter((other) => other.endsWith('.ts') && !named.includes(other));
}

test('ARCHITECTURE.md has three walks, and fewer than 200 lines', (t) => {
  t.is(walks.length, 3);
  t.true(page.split('\n').length < 200);
});

for (const { title, bound, steps } of walks) {
  test(`every file of the walk is there: ${title}`, (t) => {
    t.true(steps.length > 1 && steps.length <= bound);
    t.deepEqual(
      steps.filter(({ path }) => !existsSync(new URL(path, projectRoot))),
      [],
    );
  });

  test(`every step of the walk is an import: ${title}`, (t) => {
    for (const [at, step] of steps.entries()) {
      const named = importsNamedIn(step, steps);
      const isJoined = named.some(([from, to]) => steps.slice(0, at).some(({ path }) => path === from || path === to));
      t.true(at === 0 || isJoined, `${step.path} names no import that joins it to a step before it`);
      for (const [from, to] of named) t.true(importsOf(from).includes(to), `${from} does not import ${to}`);
      t.deepEqual(importsBesideNamed(step, steps), []);
    }
  });
}
