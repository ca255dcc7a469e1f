/** The demo's processes live and end together. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Children } from '../../scripts/demo/children.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const waits = 'setInterval(() => {}, 1000)';

async function program(t: ExecutionContext, code: string): Promise<string> {
  const path = join(await temporaryFolder(t), 'program.cjs');
  await writeFile(path, code);
  return path;
}

test('when one ends by itself, the others are stopped', async (t) => {
  const unexpected: string[] = [];
  const children = new Children((name, how) => unexpected.push(`${name}: ${how}`));
  children.start('steady', await program(t, waits), {});
  children.start('short', await program(t, 'process.exitCode = 3'), {});

  await children.ended;

  t.deepEqual(unexpected, ['short: exit code 3']);
});

test('stopping ends all of them and is no surprise', async (t) => {
  const unexpected: string[] = [];
  const children = new Children((name) => unexpected.push(name));
  for (const name of ['one', 'two']) children.start(name, await program(t, waits), {});

  children.stop();

  await children.ended;
  t.deepEqual(unexpected, []);
});

test('one that does not listen is ended all the same', async (t) => {
  const sign = join(await temporaryFolder(t), 'sign');
  const children = new Children(() => t.fail(), 100);
  const deaf = `process.on('SIGTERM', () => {}); require('node:fs').writeFileSync(process.env.SIGN, ''); ${waits}`;
  children.start('deaf', await program(t, deaf), { SIGN: sign });
  await until('the process listens for SIGTERM', () => existsSync(sign));

  children.stop();

  await t.notThrowsAsync(children.ended);
});

test('nothing starts once the demo was told to end', async (t) => {
  const children = new Children(() => t.fail());
  children.stop();

  children.start('late', await program(t, waits), {});

  await t.notThrowsAsync(children.ended);
});
