/** Proves where a start keeps what it compiled, and that a later start uses it. */
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, realpath, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { projectRoot } from '../architecture/source-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Stands in for the provider: tells where compiled code is kept, and whether Node has loaded what strips types. */
const program = `import { getCompileCacheDir } from 'node:module';
const list: readonly string[] = (process as unknown as { moduleLoadList: string[] }).moduleLoadList;
const hasStripped: boolean = list.some((name) => name.includes('amaro'));
process.stdout.write(JSON.stringify({ folder: getCompileCacheDir() ?? null, hasStripped }));
`;

/** The real entry before that program, in a tree of its own. */
async function tree(t: ExecutionContext) {
  const root = await realpath(await temporaryFolder(t));
  await mkdir(join(root, 'src/node'), { recursive: true });
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  await writeFile(join(root, 'src/main.ts'), program);
  for (const file of ['src/start.js', 'src/node/hang-up.js', 'src/node/version.js'])
    await copyFile(new URL(file, projectRoot), join(root, file));
  return {
    compiled: join(root, '.cache/compiled'),
    path: (name: string) => join(root, name),
    async start(environment: Readonly<Record<string, string>> = {}) {
      const { PATH } = process.env;
      const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'src/start.js')], {
        env: { PATH, ...environment },
      });
      return JSON.parse(stdout) as { readonly folder: string | null; readonly hasStripped: boolean };
    },
  };
}

test('a start keeps what it compiled beside the code, for its own user alone', async (t) => {
  const { start, compiled } = await tree(t);
  const { folder } = await start();
  t.true(folder?.startsWith(compiled));
  t.is((await stat(compiled)).mode & 0o777, 0o700);
});

test('a later start strips no types again', async (t) => {
  const { start } = await tree(t);
  t.true((await start()).hasStripped);
  t.false((await start()).hasStripped);
});

test('compiled code is not taken from a folder in which others could have put it', async (t) => {
  const { start, compiled, path } = await tree(t);
  await start();
  await chmod(compiled, 0o777);
  t.deepEqual(await start(), { folder: null, hasStripped: true });
  await chmod(compiled, 0o700);
  await chmod(path('.cache'), 0o777);
  t.deepEqual(await start(), { folder: null, hasStripped: true });
});

test('where nothing can be written the provider starts all the same', async (t) => {
  const { start, path } = await tree(t);
  await writeFile(path('.cache'), 'not a folder');
  t.deepEqual(await start(), { folder: null, hasStripped: true });
});

test("Node's own settings for compiled code are honoured", async (t) => {
  const { start, path } = await tree(t);
  const elsewhere = await start({ NODE_COMPILE_CACHE: path('elsewhere') });
  t.true(elsewhere.folder?.startsWith(path('elsewhere')));
  t.is((await start({ NODE_DISABLE_COMPILE_CACHE: '1' })).folder, null);
});
