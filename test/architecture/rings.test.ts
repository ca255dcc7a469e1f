/** Proves that the linter reports each broken ring, and nothing that belongs there. */
import test from 'ava';
import { type Finding, findings, layOut } from './linter.ts';

/** Where a file stands, and imports that break the ring there. */
const forbidden: readonly (readonly [folder: string, imports: readonly string[]])[] = [
  ['src/ports', ['../domain/domain-error.ts', '../config/config.ts', '../storage/driver.ts', 'node:crypto', 'jose']],
  ['src/spelling', ['../ports/clock.ts', '../domain/domain-error.ts', '../config/config.ts', 'node:util']],
  ['src/storage', ['../domain/domain-error.ts', '../config/config.ts', '../web/app.ts', 'node:fs', 'jose']],
  ['src/storage/records', ['../../domain/domain-error.ts', '../../provider/cache.ts', 'node:fs', 'mongodb']],
  [
    'src/domain',
    [
      '../web/app.ts',
      '../provider/cache.ts',
      '../config/config.ts',
      '../storage/encryption/key-ring.ts',
      'koa',
      'node:fs',
    ],
  ],
  [
    'src/domain/accounts',
    ['../../web/app.ts', '../../config/config.ts', '../../../adapters/sqlite/driver.ts', 'oidc-provider', 'mongodb'],
  ],
  ['src/domain/passwords', ['../../web/app.ts', '../../config/config.ts', 'node:fs/promises', 'node:path', 'koa']],
  [
    'src/provider',
    ['../web/app.ts', '../config/read-config.ts', '../../adapters/sqlite/driver.ts', 'ejs', 'node:sqlite'],
  ],
  ['src/provider/middleware', ['../../web/app.ts', '../../../adapters/sqlite/driver.ts', 'mongodb']],
  ['src/web', ['../config/read-config.ts', '../../adapters/sqlite/driver.ts', 'mongodb', 'oidc-provider']],
  ['src/web/pages', ['../../config/read-config.ts', '../../../adapters/mongodb/driver.ts', 'node:sqlite']],
  ['src/resource-server', ['../ports/clock.ts', '../domain/domain-error.ts', 'koa', 'zod']],
  ['src/config', ['../ports/clock.ts', '../domain/domain-error.ts', 'koa', 'node:process']],
  [
    'adapters/sqlite',
    [
      '../mongodb/driver.ts',
      '../../src/storage/encryption/key-ring.ts',
      '../../src/storage/records/keys.ts',
      'mongodb',
    ],
  ],
  ['adapters/mongodb', ['../sqlite/driver.ts', '../../src/domain/domain-error.ts', 'node:sqlite', 'zod']],
  [
    'adapters/smtp',
    [
      '../../src/config/config.ts',
      '../../src/storage/retry.ts',
      '../../src/storage/driver.ts',
      'mongodb',
      'node:sqlite',
    ],
  ],
  ['src/web', ['../compose.ts', '../main.ts', '../../test/support/clock.ts']],
  ['src', ['../scripts/admin.ts', '../test/support/clock.ts', 'node:process']],
  ['src/drawer', ['node:crypto']],
];

/** The same places with what belongs there: else a rule that refuses everything would pass. */
const allowed: readonly (readonly [folder: string, imports: readonly string[]])[] = [
  ['src/ports', ['./clock.ts']],
  ['src/spelling', ['./nearest-name.ts']],
  ['src/storage', ['./driver.ts', '../ports/clock.ts', 'node:crypto']],
  ['src/storage/records', ['./keys.ts', '../driver.ts', '../encryption/key-ring.ts', '../../ports/clock.ts']],
  [
    'src/domain',
    ['./domain-error.ts', './accounts/lock.ts', '../ports/clock.ts', '../storage/records/keys.ts', 'jose'],
  ],
  [
    'src/domain/accounts',
    ['./lock.ts', '../domain-error.ts', '../../spelling/nearest-name.ts', '../../storage/issued/sessions.ts', 'bcrypt'],
  ],
  ['src/domain/passwords', ['./filter.ts', '../domain-error.ts', 'bcrypt', 'node:fs', 'node:crypto']],
  [
    'src/provider/options',
    [
      './claims.ts',
      '../cache.ts',
      '../../domain/domain-error.ts',
      '../../storage/driver.ts',
      '../../config/config.ts',
      'koa',
    ],
  ],
  ['src/web/pages', ['./login.ts', '../../provider/cache.ts', '../../ports/clock.ts', 'ejs', 'node:fs']],
  ['src/config', ['./config.ts', '../spelling/nearest-name.ts', 'zod', 'node:fs']],
  ['src/resource-server', ['./verifier.ts', 'jose']],
  [
    'adapters/sqlite',
    [
      './rows.ts',
      '../../src/ports/clock.ts',
      '../../src/storage/driver.ts',
      '../../src/storage/retry.ts',
      'node:sqlite',
    ],
  ],
  ['adapters/mongodb', ['./writes.ts', '../../src/storage/collections.ts', '../../src/storage/retry.ts', 'mongodb']],
  ['src', ['./web/app.ts', './config/read-config.ts', '../adapters/sqlite/driver.ts']],
  ['test', ['../src/compose.ts', '../adapters/sqlite/driver.ts', 'mongodb']],
];

/** One file for each import, so that each is judged by itself. */
function oneFileEach(cases: typeof forbidden, statement: (from: string) => string): ReadonlyMap<string, string> {
  const files = cases.flatMap(([folder, imports], row) =>
    imports.map((from, at): [string, string] => [`${folder}/case-${row}-${at}.ts`, statement(from)]),
  );
  return new Map(files);
}

const brokenRings = (found: readonly Finding[]): readonly string[] =>
  found.filter(({ rule }) => rule === 'lint/style/noRestrictedImports').map(({ path }) => path);

const statements = {
  import: (from: string) => `import { something } from '${from}';\n\nsomething();\n`,
  'import for effects': (from: string) => `import '${from}';\n`,
  'import of a type': (from: string) => `import type { Something } from '${from}';\n\nexport type Own = Something;\n`,
  're-export': (from: string) => `export { something } from '${from}';\n`,
  'dynamic import': (from: string) => `export const load = () => import('${from}');\n`,
};

for (const [form, statement] of Object.entries(statements)) {
  test(`every ring refuses what is not its own: ${form}`, async (t) => {
    const files = oneFileEach(forbidden, statement);
    const { found } = await findings(await layOut(t, files));
    t.deepEqual([...brokenRings(found)].sort(), [...files.keys()].sort());
  });

  test(`every ring takes what is its own: ${form}`, async (t) => {
    const { checked, found } = await findings(await layOut(t, oneFileEach(allowed, statement)));
    t.deepEqual(brokenRings(found), []);
    t.true(checked > allowed.length);
  });
}
