/** The backup and restore commands of docs/storage.md, run as they stand there, beside a running provider. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { PASSWORD } from '../support/relying-party.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newKey } from './encrypted-fixture.ts';
import { testedCommands, upgradeGuide } from './guide.ts';
import { LOGIN, seedInstallation } from './installation-on.ts';
import { newVisitor } from './visitor.ts';

/** By the Node that runs the tests, and as they are pasted: the shell goes on after a line that failed. */
async function runIn(folder: string, commands: string): Promise<void> {
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  await promisify(execFile)('sh', ['-c', commands], { cwd: folder, env: { PATH } });
}

test('a backup made beside a running provider restores a whole installation, after a crash too', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'data'));
  const database = join(folder, 'data/latchkey.db');
  const keys = newKey().toString('base64url');
  const seeded = await seedInstallation(t, { storageUrl: `sqlite:${database}`, folder, secretKeys: keys });
  const [port] = seeded.ports;
  const running = await seeded.start(port, keys);
  const visitor = await newVisitor(seeded);

  let isBackedUp = false;
  const backup = runIn(folder, testedCommands('sqlite backup')).finally(() => {
    isBackedUp = true;
  });
  const later = await newVisitor(seeded);
  while (!isBackedUp) await later.goesOn(t, port);
  await backup;
  t.is((await stat(join(folder, 'backup.db'))).mode & 0o077, 0);
  const bytes = await readFile(join(folder, 'backup.db'));
  for (const secret of [LOGIN, PASSWORD, seeded.client.client_secret, keys]) t.false(bytes.includes(secret), secret);
  // Killed, it leaves a -wal file that belongs to the database that is replaced.
  await running.kill();
  t.true((await stat(`${database}-wal`)).size > 0);

  await runIn(folder, testedCommands('sqlite restore'));
  const checked = await seeded.admin(['storage', 'check', '--json'], keys);
  t.is(checked.exitCode, 0, checked.stdout);
  await seeded.start(port, keys);
  await visitor.goesOn(t, port);
  t.is((await seeded.admin(['account', 'create', '--email', LOGIN], keys)).exitCode, 1);
});

test('a backup never overwrites another one', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'data'));
  await seedInstallation(t, {
    storageUrl: `sqlite:${join(folder, 'data/latchkey.db')}`,
    folder,
    secretKeys: newKey().toString('base64url'),
  });
  await writeFile(join(folder, 'backup.db'), 'the backup of yesterday');
  await t.throwsAsync(runIn(folder, testedCommands('sqlite backup')));
});

const copying = [testedCommands('sqlite backup'), testedCommands('copy', upgradeGuide)];
const goingBack = [
  ['backup.db', testedCommands('sqlite restore')],
  ['before-upgrade.db', testedCommands('go back', upgradeGuide)],
] as const;

test('where there is no database, no copy of one is made', async (t) => {
  for (const commands of copying) {
    for (const folders of [[], ['data'], ['data', 'data/latchkey.db']]) {
      const folder = await temporaryFolder(t);
      for (const name of folders) await mkdir(join(folder, name));
      await t.throwsAsync(runIn(folder, commands));
      t.deepEqual((await readdir(folder, { recursive: true })).toSorted(), folders.toSorted(), commands);
    }
  }
});

test('where there is no copy, the database stays', async (t) => {
  for (const [copy, commands] of goingBack) {
    for (const found of ['nothing', 'a folder']) {
      const folder = await temporaryFolder(t);
      await mkdir(join(folder, 'data'));
      if (found === 'a folder') await mkdir(join(folder, copy));
      const files = ['latchkey.db', 'latchkey.db-shm', 'latchkey.db-wal'];
      for (const name of files) await writeFile(join(folder, 'data', name), name);
      await t.throwsAsync(runIn(folder, commands));
      t.deepEqual((await readdir(join(folder, 'data'))).toSorted(), files, commands);
      for (const name of files) t.is(await readFile(join(folder, 'data', name), 'utf8'), name);
    }
  }
});
