/** Proves that the linter reports each broken ring, and nothing that belongs there. */
import test from 'ava';
import { type Finding, findings, layOut } from './linter.ts';

/** Where a file stands, and imports that break the ring there. */
const forbidden: readonly (readonly [folder: string, imports: readonly string[]])[] = [
  ['src/ports', ['../domain/refusal.ts', '../config/config.ts', 'node:crypto', 'jose']],
  [
    'src/domain',
    ['../web/app.ts', '../provider/access.ts', '../config/config.ts', '../sealing/keys.ts', 'koa', 'node:fs'],
  ],
  [
    'src/domain/accounts',
    ['../../web/app.ts', '../../config/config.ts', '../../../adapters/sqlite/records.ts', 'oidc-provider', 'mongodb'],
  ],
  ['src/sealing', ['../domain/refusal.ts', '../config/config.ts', 'node:fs', 'jose']],
  ['src/provider', ['../web/app.ts', '../sealing/keys.ts', '../config/environment.ts', 'ejs', 'node:sqlite']],
  ['src/provider/after', ['../../web/app.ts', '../../../adapters/sqlite/records.ts', 'mongodb']],
  ['src/web', ['../sealing/keys.ts', '../config/read-config.ts', '../../adapters/sqlite/records.ts', 'mongodb']],
  ['src/web/pages', ['../../sealing/keys.ts', '../../../adapters/mongodb/records.ts', 'node:sqlite']],
  ['src/resource-server', ['../ports/clock.ts', '../domain/refusal.ts', 'koa', 'zod']],
  ['src/config', ['../ports/clock.ts', '../domain/refusal.ts', 'koa', 'node:process']],
  ['adapters/sqlite', ['../mongodb/records.ts', '../../src/sealing/keys.ts', 'mongodb', 'oidc-provider']],
  ['adapters/mongodb', ['../sqlite/records.ts', '../../src/domain/refusal.ts', 'node:sqlite', 'zod']],
  ['adapters/smtp', ['../../src/config/config.ts', 'mongodb', 'node:sqlite']],
  ['src/web', ['../compose.ts', '../main.ts', '../../test/support/clock.ts']],
  ['src', ['../scripts/admin.ts', '../test/support/clock.ts', 'node:process']],
  ['src/drawer', ['node:crypto']],
];

/** The same places with what belongs there: else a rule that refuses everything would pass. */
const allowed: readonly (readonly [folder: string, imports: readonly string[]])[] = [
  ['src/ports', ['./records.ts']],
  ['src/domain', ['./refusal.ts', './accounts/lock.ts', '../ports/clock.ts', 'jose']],
  ['src/domain/accounts', ['./lock.ts', '../refusal.ts', '../clients/find.ts', '../../ports/clock.ts', 'bcrypt']],
  ['src/sealing', ['./vault.ts', '../ports/clock.ts', 'node:crypto']],
  ['src/provider/options', ['./claims.ts', '../access.ts', '../../domain/refusal.ts', '../../config/config.ts', 'koa']],
  ['src/web/pages', ['./login.ts', '../../provider/access.ts', '../../ports/clock.ts', 'ejs', 'node:fs']],
  ['src/config', ['./config.ts', 'zod', 'node:fs']],
  ['src/resource-server', ['./verifier.ts', 'jose']],
  ['adapters/sqlite', ['./records.ts', '../../src/ports/clock.ts', 'node:sqlite']],
  ['adapters/mongodb', ['./records.ts', '../../src/ports/clock.ts', 'mongodb']],
  ['src', ['./web/app.ts', './config/environment.ts', '../adapters/sqlite/records.ts']],
  ['test', ['../src/compose.ts', '../adapters/sqlite/records.ts', 'mongodb']],
];

/** One file for each import, so that each is judged by itself. */
function oneFileEach(cases: typeof forbidden, statement: (from: string) => string): ReadonlyMap<string, string> {
  const files = cases.flatMap(([folder, imports]) =>
    imports.map((from, at): [string, string] => [`${folder}/case-${at}.ts`, statement(from)]),
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
