/** The SQLite file itself: who may read it, and which files are refused. */
import { copyFile, mkdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { openSqliteDriver } from '../../adapters/sqlite/driver.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { StorageAddressInvalid, StorageReplaced, StorageTooNew, StorageUnavailable } from '../../src/storage/driver.ts';
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

test('the database, its log and the folder that is made where that is asked for are readable by their owner only', async (t) => {
  const folder = join(await temporaryFolder(t), 'new', 'data');
  const location = join(folder, 'records.db');
  await t.throwsAsync(openSqliteDriver({ location, clock }), { instanceOf: StorageAddressInvalid });
  const records = await openSqliteDriver({ location, clock, makesFolder: true });
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

test('a place where no file can be made is a wrong address, and a folder does not open', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');
  const below = join(folder, 'file', 'records.db');
  await t.throwsAsync(openSqliteDriver({ location: below, clock }), { instanceOf: StorageAddressInvalid });
  await t.throwsAsync(openSqliteDriver({ location: folder, clock }), { instanceOf: StorageUnavailable });
});

/** What happens to the files of an open database, and how it is taken back. */
const replacements: Readonly<Record<string, (location: string) => Promise<() => Promise<unknown>>>> = {
  async 'the file is renamed'(location) {
    await rename(location, `${location}.old`);
    return () => rename(`${location}.old`, location);
  },
  async 'the folder is renamed'(location) {
    const folder = dirname(location);
    await rename(folder, `${folder}-old`);
    return () => rename(`${folder}-old`, folder);
  },
  async 'a backup is moved over it'(location) {
    await rename(location, `${location}.old`);
    await copyFile(`${location}.old`, `${location}.backup`);
    await rename(`${location}.backup`, location);
    return () => rename(`${location}.old`, location);
  },
  async 'an empty file is in its place'(location) {
    await rename(location, `${location}.old`);
    await writeFile(location, '');
    return () => rename(`${location}.old`, location);
  },
  async 'a folder is in its place'(location) {
    await rename(location, `${location}.old`);
    await mkdir(location);
    return async () => {
      await rm(location, { recursive: true });
      await rename(`${location}.old`, location);
    };
  },
  async 'its log is renamed'(location) {
    await rename(`${location}-wal`, `${location}-old`);
    return () => rename(`${location}-old`, `${location}-wal`);
  },
  async 'the index of its log is renamed'(location) {
    await rename(`${location}-shm`, `${location}-old`);
    return () => rename(`${location}-old`, `${location}-shm`);
  },
};

async function openInFolder(t: ExecutionContext) {
  const folder = join(await temporaryFolder(t), 'data');
  const location = join(folder, 'records.db');
  await mkdir(folder);
  const records = await openSqliteDriver({ location, clock });
  t.teardown(() => records.close());
  return { folder, location, records };
}

for (const [what, replace] of Object.entries(replacements)) {
  test(`${what}: the database is not ready and takes no write, until it is there again`, async (t) => {
    const { location, records } = await openInFolder(t);
    await records.insert('clients', storedRecord('before', ''));
    await records.ping();
    const takeBack = await replace(location);
    await t.throwsAsync(records.ping(), { instanceOf: StorageReplaced });
    await t.throwsAsync(records.insert('clients', storedRecord('lost', '')), { instanceOf: StorageReplaced });
    await t.throwsAsync(records.increment('counters', 'lost', 1, Date.now() + 1e6), { instanceOf: StorageReplaced });
    await takeBack();
    await records.ping();
    t.is(await records.get('clients', 'lost'), undefined);
    t.true(await records.insert('clients', storedRecord('after', '')));
  });
}

for (const ending of ['', '-wal', '-shm']) {
  test(`a database whose file${ending} was removed is not ready any more, also when another one is made`, async (t) => {
    const { location, records } = await openInFolder(t);
    await rm(location + ending);
    await t.throwsAsync(records.ping(), { instanceOf: StorageReplaced });
    await writeFile(location + ending, '');
    await t.throwsAsync(records.ping(), { instanceOf: StorageReplaced });
    await t.throwsAsync(records.insert('clients', storedRecord('lost', '')), { instanceOf: StorageReplaced });
  });
}

test('a link that is led to another database is a replaced file, and one that leads to the open one is none', async (t) => {
  const folder = await temporaryFolder(t);
  const [location, one, other] = [join(folder, 'link.db'), join(folder, 'one.db'), join(folder, 'other.db')];
  await writeFile(one, '');
  await writeFile(other, '');
  await symlink(one, location);
  const records = await openSqliteDriver({ location, clock });
  t.teardown(() => records.close());
  await records.insert('clients', storedRecord('client', ''));
  await records.ping();
  await rm(location);
  await symlink(other, location);
  await t.throwsAsync(records.ping(), { instanceOf: StorageReplaced });
  await rm(`${one}-wal`);
  await rm(location);
  await symlink(one, location);
  await t.throwsAsync(records.ping(), { instanceOf: StorageReplaced });
});

test('what others do with the same files is no replacement', async (t) => {
  const { location, records } = await openInFolder(t);
  for (let turn = 0; turn < 3; turn += 1) {
    const other = await openSqliteDriver({ location, clock });
    await other.insert('clients', storedRecord(`client ${turn}`, ''));
    await other.close();
  }
  const checkpointer = new DatabaseSync(location);
  checkpointer.exec(`PRAGMA wal_checkpoint(TRUNCATE); VACUUM; VACUUM INTO '${location}.backup'`);
  checkpointer.close();
  await records.ping();
  t.true(await records.insert('clients', storedRecord('client', '')));
});

test('a database in memory has no file that could go', async (t) => {
  const records = await openSqliteDriver({ location: ':memory:', clock });
  t.teardown(() => records.close());
  await records.ping();
  t.true(await records.insert('clients', storedRecord('client', '')));
});

test('a folder that cannot be made ends the start at once, where Node would try for ever', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');
  const impossible = [
    '/proc/x',
    '/proc/x/y/z',
    '/proc/self/x',
    '/dev/fd/x/y',
    '/dev/null/x',
    '/sys/x',
    `${folder}/file/x/y`,
  ];
  for (const parent of impossible) {
    const location = join(parent, 'records.db');
    const error = await t.throwsAsync(openSqliteDriver({ location, clock }), undefined, location);
    t.true(
      [StorageAddressInvalid, StorageUnavailable].some((each) => error instanceof each),
      `${location}: ${error}`,
    );
  }
});
