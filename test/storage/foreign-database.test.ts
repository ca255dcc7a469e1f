/** A SQLite file that is in use by others: another program's, or one of ours that lies there in an unusual state. */
import { copyFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { checkStart } from '../../src/check-start.ts';
import { openInstallation } from '../../src/compose.ts';
import { configFromEnvironment } from '../../src/config/read-config.ts';
import { createHost } from '../../src/host.ts';
import { viewStorage } from '../../src/open-storage.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { exitCodeOf, explainFailure } from '../../src/start-failure.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newKey } from './encrypted-fixture.ts';
import { newInstallation } from './starts.ts';

const ownNames = ['keys', 'accounts', 'clients'].map((name) => `CREATE TABLE ${name} (id INTEGER PRIMARY KEY)`);

const foreign: Readonly<Record<string, readonly string[]>> = {
  'tables that are called like ours': ownNames,
  'one table': ['CREATE TABLE notes (x)'],
  'one table and version 1': ['CREATE TABLE notes (x)', 'PRAGMA user_version = 1'],
  'one table and version 2': ['CREATE TABLE notes (x)', 'PRAGMA user_version = 2'],
  'tables like ours and version 2': [...ownNames, 'PRAGMA user_version = 2'],
  'one table and a version that is newer': ['CREATE TABLE notes (x)', 'PRAGMA user_version = 2026'],
  'a version and no table': ['PRAGMA user_version = 1'],
  'a negative version': ['CREATE TABLE notes (x)', 'PRAGMA user_version = -1'],
  'a log': ['PRAGMA journal_mode = WAL', 'CREATE TABLE notes (x)'],
  'a name of SQLite’s kind': ['CREATE TABLE sqlitex (x)'],
};

for (const [title, statements] of Object.entries(foreign)) {
  test(`a database of another program is 78 at check and start, and stays as it is: ${title}`, async (t) => {
    const folder = await temporaryFolder(t);
    const file = join(folder, 'other.db');
    const database = new DatabaseSync(file);
    for (const statement of statements) database.exec(statement);
    database.close();
    const before = await readFile(file);
    const config = configFromEnvironment({ STORAGE_URL: `sqlite:${file}`, DATA_FOLDER: join(folder, 'data') });
    for (const attempt of [() => checkStart(config), () => openInstallation(config)]) {
      const error = await t.throwsAsync<Error>(attempt);
      t.is(exitCodeOf(error), 78, explainFailure(error));
      t.regex(explainFailure(error), /another program.*STORAGE_URL/s);
    }
    t.deepEqual(await readFile(file), before);
    t.deepEqual(await readdir(folder), ['other.db']);
  });
}

test('an empty file is a new database', async (t) => {
  const folder = await temporaryFolder(t);
  const config = configFromEnvironment({ STORAGE_URL: `sqlite:${folder}/empty.db`, DATA_FOLDER: folder });
  new DatabaseSync(join(folder, 'empty.db')).close();
  t.is(await checkStart(config), 'new');
  await (await openInstallation(config)).close();
});

const ignored = () => undefined;
const silent = { debug: ignored, info: ignored, warn: ignored, error: ignored };

test('what is in a log without its index is read, and nothing is left behind', async (t) => {
  const folder = await temporaryFolder(t);
  const settings = {
    ISSUER: 'https://one.example',
    HOST: '127.0.0.1',
    SECRET_KEYS: newKey().toString('base64url'),
    STORAGE_URL: `sqlite:${folder}/test.db`,
  };
  const installation = await openInstallation(configFromEnvironment(settings));
  await (await createHost(installation, silent)).rememberIssuer();
  // As a copy of the files of a running provider has them, or a crash and a careful cleaner.
  for (const ending of ['', '-wal']) await copyFile(`${folder}/test.db${ending}`, `${folder}/copy.db${ending}`);
  await installation.close();
  const names = (await readdir(folder)).sort();
  const before = await Promise.all(['copy.db', 'copy.db-wal'].map((name) => readFile(join(folder, name))));
  const codeOf = async (changes: Readonly<Record<string, string>>) =>
    checkStart(configFromEnvironment({ ...settings, STORAGE_URL: `sqlite:${folder}/copy.db`, ...changes })).then(
      String,
      exitCodeOf,
    );
  t.is(await codeOf({}), 'installation');
  t.is(await codeOf({ ISSUER: 'https://two.example' }), 78);
  t.is(await codeOf({ SECRET_KEYS: newKey().toString('base64url') }), 78);
  t.deepEqual((await readdir(folder)).sort(), names);
  t.deepEqual(await Promise.all(['copy.db', 'copy.db-wal'].map((name) => readFile(join(folder, name)))), before);
});

for (const mode of ['WAL', 'DELETE']) {
  test(`a database that another program lets nobody read does not answer: ${mode}`, async (t) => {
    const file = join(await temporaryFolder(t), 'test.db');
    const url = `sqlite:${file}`;
    await newInstallation(url);
    const holder = new DatabaseSync(file);
    t.teardown(() => holder.close());
    holder.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = ${mode}; UPDATE keys SET version = 2`);
    const options = { url, clock: systemClock, acceptNewer: false, timeoutMs: 1000 };
    const error = await t.throwsAsync(viewStorage(options, async () => undefined));
    t.is(exitCodeOf(error), 69, explainFailure(error));
    t.regex(explainFailure(error), /locked/);
  });
}
