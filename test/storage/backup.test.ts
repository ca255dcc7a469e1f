/** The backup and restore commands of docs/storage.md, run as they stand there, beside a running provider. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { PASSWORD } from '../support/relying-party.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newKey } from './encrypted-fixture.ts';
import { testedCommands } from './guide.ts';
import { LOGIN, seedInstallation } from './installation-on.ts';
import { newVisitor } from './visitor.ts';

/** In a folder with `data/latchkey.db`, by the Node that runs the tests. */
async function runIn(folder: string, commands: string): Promise<void> {
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  await promisify(execFile)('sh', ['-e', '-c', commands], { cwd: folder, env: { PATH } });
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
