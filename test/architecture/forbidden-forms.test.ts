/** Proves that the linter reports import cycles, barrels and a second reader of the environment. */
import test from 'ava';
import { findings, layOut } from './linter.ts';

const reports = test.macro<[string, Readonly<Record<string, string>>, readonly string[]]>({
  async exec(t, rule, files, paths) {
    const { found } = await findings(await layOut(t, new Map(Object.entries(files))));
    t.deepEqual(
      found.toSorted((one, other) => one.path.localeCompare(other.path)),
      paths.map((path) => ({ path, rule })),
    );
  },
  title: (title) => title ?? '',
});

test(
  'two files that import each other are a cycle',
  reports,
  'lint/suspicious/noImportCycles',
  {
    'src/domain/one.ts': "import { two } from './two.ts';\n\nexport const one = (): unknown => two;\n",
    'src/domain/two.ts': "import { one } from './one.ts';\n\nexport const two = (): unknown => one;\n",
  },
  ['src/domain/one.ts', 'src/domain/two.ts'],
);

test(
  'a circle of types is a cycle too',
  reports,
  'lint/suspicious/noImportCycles',
  {
    'src/ports/one.ts': "import type { Two } from './two.ts';\n\nexport interface One {\n  two: Two;\n}\n",
    'src/ports/two.ts': "import type { One } from './one.ts';\n\nexport interface Two {\n  one: One;\n}\n",
  },
  ['src/ports/one.ts', 'src/ports/two.ts'],
);

test(
  'a file that only hands on what others export is a barrel',
  reports,
  'lint/performance/noBarrelFile',
  {
    'src/domain/accounts.ts':
      "export { create } from './accounts/create.ts';\nexport { lock } from './accounts/lock.ts';\n",
  },
  ['src/domain/accounts.ts'],
);

test(
  'only one file of src may read the environment',
  reports,
  'lint/style/noProcessEnv',
  {
    'src/compose.ts': 'export const color = process.env.NO_COLOR;\n',
    'src/config/read-config.ts': 'export const color = process.env.NO_COLOR;\n',
    'src/web/app.ts': 'export const color = process.env.NO_COLOR;\n',
    'adapters/sqlite/driver.ts': 'export const color = process.env.NO_COLOR;\n',
    'scripts/demo.ts': 'export const color = process.env.NO_COLOR;\n',
  },
  ['adapters/sqlite/driver.ts', 'src/compose.ts', 'src/web/app.ts'],
);
