/** Budgets are shared by all processes on one database. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { budgets } from '../../src/domain/throttle/budgets.ts';
import { forEachDatabase } from '../support/drivers.ts';
import type { Guesses } from '../support/guessing-process.ts';
import { storageFor } from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const program = fileURLToPath(new URL('../support/guessing-process.ts', import.meta.url));

async function start(t: ExecutionContext, storageUrl: string, folder: string): Promise<ChildProcess> {
  const child = fork(program, [storageUrl, folder], { execArgv: [] });
  t.teardown(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  await once(child, 'message');
  return child;
}

async function ask(child: ChildProcess, guesses: Guesses): Promise<readonly boolean[]> {
  child.send(guesses);
  const [answers] = await once(child, 'message');
  return answers as readonly boolean[];
}

await forEachDatabase(test, ({ name }) => {
  test(`${name}: of 600 guesses at once in three processes as many are checked as the account's budget has`, async (t) => {
    const folder = await temporaryFolder(t);
    const { url, drop } = await storageFor(name, folder);
    t.teardown(drop);
    const children = [await start(t, url, folder), await start(t, url, folder), await start(t, url, folder)];
    const guesses = (process: number): Guesses => ({
      accountId: 'ada',
      addresses: Array.from({ length: 200 }, (_, n) => `10.${process}.${n}.1`),
    });
    const answers = await Promise.all(children.map((child, process) => ask(child, guesses(process))));
    t.is(answers.flat().filter(Boolean).length, budgets.account.limit);
  });

  test(`${name}: of 300 guesses at once from one address in three processes as many are checked as its budget has`, async (t) => {
    const folder = await temporaryFolder(t);
    const { url, drop } = await storageFor(name, folder);
    t.teardown(drop);
    const children = [await start(t, url, folder), await start(t, url, folder), await start(t, url, folder)];
    const addresses = Array<string>(20).fill('192.0.2.1');
    const checked = await Promise.all(
      children.flatMap(async (child, process) => {
        const rounds: boolean[] = [];
        for (let n = 0; n < 5; n += 1) rounds.push(...(await ask(child, { accountId: `${process} ${n}`, addresses })));
        return rounds;
      }),
    );
    t.is(checked.flat().filter(Boolean).length, budgets.address.limit);
  });
});
