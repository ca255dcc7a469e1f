/** The SQLite file itself: who may read it, and which files are refused. */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { openSqliteDriver } from '../../adapters/sqlite/driver.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { StorageTooNew, StorageUnavailable } from '../../src/storage/driver.ts';
import { storedRecord, textOf } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const clock = systemClock;

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

async function newDatabase(t: ExecutionContext): Promise<string> {
  const location = join(await temporaryFolder(t), 'records.db');
  const records = await openSqliteDriver({ location, clock });
  await records.insert('clients', storedRecord('client', 'payload'));
  await records.close();
  return location;
}

function setSchemaVersion(location: string, version: number): void {
  const database = new DatabaseSync(location);
  database.exec(`PRAGMA user_version = ${version}`);
  database.close();
}

test('the database, its log and the folder made for it are readable by their owner only', async (t) => {
  const folder = join(await temporaryFolder(t), 'new', 'data');
  const location = join(folder, 'records.db');
  const records = await openSqliteDriver({ location, clock });
  t.teardown(() => records.close());
  await records.insert('clients', storedRecord('client', 'payload'));
  t.is(await modeOf(folder), '700');
  for (const file of [location, `${location}-wal`, `${location}-shm`]) t.is(await modeOf(file), '600', file);
});

test('a folder that was there keeps its mode', async (t) => {
  const folder = join(await temporaryFolder(t), 'data');
  await mkdir(folder, { mode: 0o750 });
  const records = await openSqliteDriver({ location: join(folder, 'records.db'), clock });
  await records.close();
  t.is(await modeOf(folder), '750');
});

test('what was written is there when the file is opened again', async (t) => {
  const records = await openSqliteDriver({ location: await newDatabase(t), clock });
  t.teardown(() => records.close());
  t.is(textOf(await records.get('clients', 'client')), 'payload');
});

test('closing waits for the writes that were taken', async (t) => {
  const location = await newDatabase(t);
  const records = await openSqliteDriver({ location, clock });
  const write = records.insert('clients', storedRecord('late', ''));
  await records.close();
  t.true(await write);
  const again = await openSqliteDriver({ location, clock });
  t.teardown(() => again.close());
  t.not(await again.get('clients', 'late'), undefined);
});

test('a database that a newer version has written is refused', async (t) => {
  const location = await newDatabase(t);
  setSchemaVersion(location, 999);
  const error = await t.throwsAsync(openSqliteDriver({ location, clock }), { instanceOf: StorageTooNew });
  t.is(error?.foundVersion, 999);
  t.is(error?.code, 'storage_too_new');
});

test('a database that a newer version has written opens, unchanged, when that is asked for', async (t) => {
  const location = await newDatabase(t);
  setSchemaVersion(location, 999);
  const records = await openSqliteDriver({ location, clock, acceptNewer: true });
  t.is(textOf(await records.get('clients', 'client')), 'payload');
  t.true(await records.insert('clients', storedRecord('another', '')));
  await records.close();
  await t.throwsAsync(openSqliteDriver({ location, clock }), { instanceOf: StorageTooNew });
});

test('a file that is no database is StorageUnavailable and stays as it was', async (t) => {
  const location = join(await temporaryFolder(t), 'letter.txt');
  await writeFile(location, 'a letter\n'.repeat(200));
  await t.throwsAsync(openSqliteDriver({ location, clock }), { instanceOf: StorageUnavailable });
  t.is((await stat(location)).size, 1800);
});

test('a place where no file can be made is StorageUnavailable', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');
  const impossible = [join(folder, 'file', 'records.db'), folder];
  for (const location of impossible) {
    await t.throwsAsync(openSqliteDriver({ location, clock }), { instanceOf: StorageUnavailable }, location);
  }
});
