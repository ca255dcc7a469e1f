/** The container file, followed line by line: what `docker build` and `docker run --read-only` would make of it. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { shellEnvironment } from '../support/tree-copy.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

async function check(...folder: readonly string[]): Promise<string> {
  const options = { cwd: root, env: shellEnvironment(), timeout: 150_000 };
  return (await promisify(execFile)(process.execPath, ['scripts/container-check.ts', ...folder], options)).stdout;
}

test('the image holds what the provider needs: it gets healthy on a read-only root as another user, and stops', async (t) => {
  t.timeout(180_000);
  const output = await check();
  for (const line of [
    'RUN npm ci',
    'healthy',
    'the admin command made an account',
    'SIGTERM ended it',
    'nothing was written',
  ]) {
    t.true(output.includes(`✔ ${line}`), line);
  }
});

for (const [what, from, to] of [
  ['a mistyped COPY', 'COPY package.json', 'COPY package.jsn'],
  ['a RUN line that fails', /COPY[\s\S]*RUN npm ci/, 'RUN false'],
  ['an instruction that is not known', 'EXPOSE', 'EXPOSED'],
] as const) {
  test(`${what} ends the check with 1`, async (t) => {
    const folder = await temporaryFolder(t);
    const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');
    await writeFile(join(folder, 'Dockerfile'), dockerfile.replace(from, to));
    const error = await t.throwsAsync(check(folder));
    t.like(error, { code: 1 });
    t.regex((error as unknown as { stderr: string }).stderr, /^✘ Dockerfile: [^\n]+\n$/m);
  });
}
