/** What an operator reads when the provider cannot start because of its database, and how the process ends. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newKey } from './encrypted-fixture.ts';
import { isExplained, newerStorage, newInstallation, PASSWORD, startsAnyway } from './starts.ts';

const unreachable = (address: RegExp): readonly RegExp[] => [address, /^tried: .+/m, /^what to do: .+STORAGE_URL/m];

test('a MongoDB that nobody runs: the address without its password, what was tried, what to do', async (t) => {
  const url = `mongodb://someone:${PASSWORD}@127.0.0.1:1/accounts?serverSelectionTimeoutMS=400`;
  const says = [...unreachable(/mongodb:\/\/127\.0\.0\.1:1\/accounts cannot be reached/), /ECONNREFUSED/];
  await isExplained(t, { STORAGE_URL: url }, { exitCode: 69, says });
});

test('a MongoDB whose name leads nowhere, with several workers: each says it, and the program ends', async (t) => {
  const url = `mongodb://someone:${PASSWORD}@database.invalid/accounts?serverSelectionTimeoutMS=400`;
  const says = unreachable(/mongodb:\/\/database\.invalid\/accounts/);
  await isExplained(t, { STORAGE_URL: url, WEB_CONCURRENCY: '2' }, { exitCode: 69, says });
});

test('an address that MongoDB does not understand is a mistake in the settings', async (t) => {
  const url = `mongodb://someone:${PASSWORD}@127.0.0.1/accounts?noSuchOption=1`;
  await isExplained(
    t,
    { STORAGE_URL: url },
    { exitCode: 78, says: [/option 1 .* none that MongoDB knows/, /STORAGE_URL/] },
  );
});

test('a file that is no database is a mistake in the settings', async (t) => {
  const file = join(await temporaryFolder(t), 'notes.txt');
  await writeFile(file, 'not a database, but long enough to be read as the header of one'.repeat(20));
  const says = [/STORAGE_URL .*not a database/, /notes\.txt/];
  await isExplained(t, { STORAGE_URL: `sqlite:${file}` }, { exitCode: 78, says });
});

test('a database file where none can be made is a wrong setting', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');
  await mkdir(join(folder, 'folder'));
  const expected = { exitCode: 78, says: [/STORAGE_URL .*folder/] };
  await isExplained(t, { STORAGE_URL: `sqlite:${join(folder, 'file', 'test.db')}` }, expected);
  await isExplained(t, { STORAGE_URL: `sqlite:${join(folder, 'folder')}` }, expected);
});

test('folders that no file system makes end the start with a sentence', async (t) => {
  await isExplained(t, { STORAGE_URL: 'sqlite:/proc/x/y.db' }, { exitCode: 78, says: [/STORAGE_URL .*\/proc/] });
  const STORAGE_URL = `sqlite:${join(await temporaryFolder(t), 'test.db')}`;
  await isExplained(t, { STORAGE_URL, DATA_FOLDER: '/proc/x/y' }, { exitCode: 78, says: [/DATA_FOLDER/] });
});

test('SQLite: what a newer version has written is refused, unless told so', async (t) => {
  const file = join(await temporaryFolder(t), 'test.db');
  const key = await newInstallation(`sqlite:${file}`);
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 99');
  database.close();
  await isExplained(t, { STORAGE_URL: `sqlite:${file}`, SECRET_KEYS: key }, newerStorage);
  await startsAnyway(t, `sqlite:${file}`, key);
});

test('SQLite: keys that do not open the database are recognised at start', async (t) => {
  const url = `sqlite:${join(await temporaryFolder(t), 'test.db')}`;
  await newInstallation(url);
  const settings = { STORAGE_URL: url, SECRET_KEYS: newKey().toString('base64url') };
  await isExplained(t, settings, { exitCode: 78, says: [/SECRET_KEYS does not decrypt this database/, /what to do/] });
});
