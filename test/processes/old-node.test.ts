/** Proves that every way to start something says in plain words that the Node it runs on is too old. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { machineNode } from '../support/machine-node.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { copyTree, shellEnvironment } from '../support/tree-copy.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { scripts, engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
};

/** The arguments of each script that is a Node program of ours. */
const programs = Object.entries(scripts).flatMap(([name, script]) => {
  const [command, ...args] = script.replace(/^exec /, '').split(' ');
  return command === 'node' ? [{ name, args }] : [];
});

interface Ended {
  readonly code: unknown;
  readonly output: string;
}

function run(file: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...shellEnvironment(), npm_config_loglevel: 'silent' }, timeout: 30_000 };
    execFile(file, args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, output: stdout + stderr });
    });
  });
}

function tellsTooOld(t: ExecutionContext, { code, output }: Ended, version: string): void {
  t.is(code, 78);
  t.true(output.includes('Latchkey needs Node 24 or newer'), output);
  t.true(output.includes(version));
  t.notRegex(output, /\bat .*:\d+:\d+|Error\b|node:internal/);
}

/** Our Node, which says that it is another version. */
const as = (version: string, args: readonly string[]) => [
  '--import',
  `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`,
  ...args,
];

test('the oldest Node is the one that package.json names', (t) => {
  t.is(engines.node, '>=24');
});

for (const { name, args } of programs) {
  test(`npm run ${name} on Node 20 says which Node it needs`, async (t) => {
    tellsTooOld(t, await run(process.execPath, as('20.20.2', args), root), '20.20.2');
  });
}

for (const version of ['16.20.2', '18.20.8', '20.9.0', '22.18.0', '22.22.0', '23.11.1']) {
  test(`npm start on Node ${version} says which Node it needs`, async (t) => {
    tellsTooOld(t, await run(process.execPath, as(version, ['src/start.js']), root), version);
  });
}

for (const version of ['24.0.0', '24.21.0', '25.0.0', '100.1.0']) {
  test(`Node ${version} is new enough`, async (t) => {
    const { code } = await run(process.execPath, as(version, ['src/start.js', '--version']), root);
    t.is(code, 0);
  });
}

// What only the real one shows: that it can read the code that checks its version. CI has one in the job of the clean machine.
const old = machineNode();
if (old !== undefined) {
  test("with the machine's own Node every program says so, before it needs any package", async (t) => {
    const folder = await temporaryFolder(t);
    copyTree(folder, ['package.json', 'src', 'scripts', 'bench']);
    for (const { args } of programs) tellsTooOld(t, await run(old, args, folder), old);
    tellsTooOld(t, await run('npm', ['start'], folder), old);
    tellsTooOld(t, await run('npm', ['run', '-s', 'admin', '--', 'config', 'check'], folder), old);
  });
}

test('what needs the development dependencies says so where they were left out', async (t) => {
  const folder = await temporaryFolder(t);
  copyTree(folder, ['package.json', 'src', 'scripts', 'bench']);
  const inDevelopment = programs.filter(({ name }) => !['start', 'admin', 'container:check', 'words'].includes(name));
  t.true(inDevelopment.length > 3);
  for (const { name, args } of inDevelopment) {
    const { code, output } = await run(process.execPath, args, folder);
    t.is(code, 1, name);
    t.regex(output, /development dependencies/, name);
    t.notRegex(output, /\bat .*:\d+:\d+|Error\b|node:internal/, name);
  }
});
