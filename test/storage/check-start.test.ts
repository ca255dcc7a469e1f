/** A check finds what the start would, and changes nothing. */
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { checkStart } from '../../src/check-start.ts';
import { openInstallation } from '../../src/compose.ts';
import type { Environment } from '../../src/config/config.ts';
import { configFromEnvironment } from '../../src/config/read-config.ts';
import { exitCodeOf, explainFailure } from '../../src/start-failure.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newKey } from './encrypted-fixture.ts';

async function codeOf(work: () => Promise<unknown>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    return exitCodeOf(error);
  }
}

const check = async (settings: Environment) => checkStart(configFromEnvironment(settings));
async function open(settings: Environment): Promise<void> {
  await (await openInstallation(configFromEnvironment(settings))).close();
}

/** Names, sizes and times of all that is in a folder. */
async function snapshot(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  const described = names.map(async (name) => {
    const { size, mtimeMs, mode } = await stat(join(folder, name)).catch(() => ({ size: 0, mtimeMs: 0, mode: 0 }));
    return `${name} ${size} ${mtimeMs} ${mode}`;
  });
  return [String((await stat(folder)).mtimeMs), ...(await Promise.all(described))].sort();
}

async function folderWithTraps(t: ExecutionContext): Promise<string> {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'folder'));
  await writeFile(join(folder, 'file'), 'x');
  await writeFile(join(folder, 'garbage'), 'no database at all, however long this goes on');
  await writeFile(join(folder, 'garbage.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  await symlink(join(folder, 'nowhere'), join(folder, 'link'));
  await symlink(join(folder, 'circle'), join(folder, 'circle'));
  await mkdir(join(folder, 'damaged'));
  await writeFile(join(folder, 'damaged', 'secret-keys'), 'not a key');
  await mkdir(join(folder, 'latin'));
  await writeFile(join(folder, 'latin', 'secret-keys'), Buffer.from([0xe9, 0xff]));
  await symlink(join(folder, 'folder'), join(folder, 'link-to-folder'));
  await mkdir(join(folder, 'no-keys'));
  await symlink(join(folder, 'nowhere'), join(folder, 'no-keys', 'secret-keys'));
  await mkdir(join(folder, 'beside'));
  await mkdir(join(folder, 'beside', 'one.db-wal'));
  await mkdir(join(folder, 'beside', 'two.db-shm'));
  await writeFile(join(folder, 'beside', 'one.db'), '');
  await symlink(join(folder, 'beside', 'one.db'), join(folder, 'linked.db'));
  await symlink(join(folder, 'beside', 'two.db'), join(folder, 'new-link.db'));
  return folder;
}

const mongodb = 'mongodb://someone:secret-word@127.0.0.1:1/latchkey?serverSelectionTimeoutMS=200';

/** `F` stands for a folder with traps. */
const wrong: Readonly<Record<string, Environment>> = {
  'a data folder that is a file': { DATA_FOLDER: 'F/file' },
  'a data folder below a file': { DATA_FOLDER: 'F/file/data' },
  'a data folder that is a link to nowhere': { DATA_FOLDER: 'F/link' },
  'a data folder whose links lead in a circle': { DATA_FOLDER: 'F/circle/x' },
  'a data folder where nothing can be made': { DATA_FOLDER: '/proc/latchkey' },
  'a data folder with a damaged key': { DATA_FOLDER: 'F/damaged' },
  'a data folder with a key that is no text': { DATA_FOLDER: 'F/latin' },
  'a name that is too long': { STORAGE_URL: `sqlite:F/${'x'.repeat(300)}.db` },
  'a database that is a folder': { STORAGE_URL: 'sqlite:F/folder' },
  'a database below a file': { STORAGE_URL: 'sqlite:F/file/test.db' },
  'a database that is none': { STORAGE_URL: 'sqlite:F/garbage' },
  'a database that is a device': { STORAGE_URL: 'sqlite:/dev/null' },
  'a database where nothing can be made': { STORAGE_URL: 'sqlite:/proc/x/y.db' },
  'a database whose log would have too long a name': { STORAGE_URL: `sqlite:F/${'x'.repeat(252)}` },
  'a database with too long a name': { STORAGE_URL: `sqlite:F/${'ä'.repeat(128)}` },
  'a new folder with too long a name': { STORAGE_URL: `sqlite:F/${'x'.repeat(256)}/test.db` },
  'a path that is too long for SQLite': { STORAGE_URL: `sqlite:F/${`${'x'.repeat(100)}/`.repeat(5)}test.db` },
  'a path that is far too long': { STORAGE_URL: `sqlite:F/${`${'x'.repeat(100)}/`.repeat(50)}test.db` },
  'a database whose log is a folder': { STORAGE_URL: 'sqlite:F/beside/one.db' },
  'a database whose index of the log is a folder': { STORAGE_URL: 'sqlite:F/beside/two.db' },
  'a linked database whose log is a folder': { STORAGE_URL: 'sqlite:F/linked.db' },
  'a link to a place whose log is a folder': { STORAGE_URL: 'sqlite:F/new-link.db' },
  'a data folder where the database is': { DATA_FOLDER: 'F/n1', STORAGE_URL: 'sqlite:F/n1' },
  'a data folder below the database': { DATA_FOLDER: 'F/n2/b', STORAGE_URL: 'sqlite:F/n2' },
  'a data folder far below the database': { DATA_FOLDER: 'F/n3/b/c/d/', STORAGE_URL: 'sqlite:F/x/../n3' },
  'a data folder below the database, by a link': {
    DATA_FOLDER: 'F/link-to-folder/x/y',
    STORAGE_URL: 'sqlite:F/folder/x',
  },
  'a database that is the file of the keys': { STORAGE_URL: 'sqlite:F/data/secret-keys', DATA_FOLDER: 'F/data' },
  'a database below the file of the keys': { STORAGE_URL: 'sqlite:F/data/secret-keys/db', DATA_FOLDER: 'F/data/' },
  'a data folder whose keys are a link to nowhere': { DATA_FOLDER: 'F/no-keys' },
  'an option that MongoDB does not know': { STORAGE_URL: `${mongodb}&noSuchOption=1` },
  'an option with a wrong value': { STORAGE_URL: `${mongodb}&tls=perhaps` },
  'two options that exclude each other': { STORAGE_URL: `${mongodb}&loadBalanced=true&replicaSet=rs0` },
  'a service name with a port': { STORAGE_URL: 'mongodb+srv://db.example.net:27017/latchkey' },
  'an authority file of MongoDB that is not there': { STORAGE_URL: `${mongodb}&tls=true&tlsCAFile=F/none.pem` },
  'an authority file of MongoDB that is a folder': { STORAGE_URL: `${mongodb}&tls=true&tlsCAFile=F/folder` },
  'an authority file of MongoDB that is garbage': { STORAGE_URL: `${mongodb}&tls=true&tlsCAFile=F/garbage.pem` },
  'a key file of MongoDB that is garbage': { STORAGE_URL: `${mongodb}&tls=true&tlsCertificateKeyFile=F/garbage.pem` },
};

for (const [title, settings] of Object.entries(wrong)) {
  test(`78 from both, without a stack and a trace: ${title}`, async (t) => {
    const folder = await folderWithTraps(t);
    const placed = Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [name, value?.replaceAll('F/', `${folder}/`)]),
    );
    const environment = { STORAGE_URL: `sqlite:${folder}/test.db`, DATA_FOLDER: `${folder}/data`, ...placed };
    const before = await snapshot(folder);
    const error = await t.throwsAsync(check(environment));
    t.is(exitCodeOf(error), 78, explainFailure(error));
    const [variable = ''] = Object.keys(settings);
    t.true(explainFailure(error).includes(variable), explainFailure(error));
    t.notRegex(explainFailure(error), /secret-word|\n\s+at /);
    t.deepEqual(await snapshot(folder), before);
    t.is(await codeOf(() => open(environment)), 78);
  });
}

test('what is right and does not answer is 69, in about 5 seconds', async (t) => {
  const folder = await temporaryFolder(t);
  const mute = createServer(() => undefined).listen(0, '127.0.0.1');
  t.teardown(() => mute.close());
  await new Promise((resolve) => {
    mute.once('listening', resolve);
  });
  const { port } = mute.address() as { port: number };
  const addresses = [
    mongodb,
    'mongodb://127.0.0.1:1/latchkey?serverSelectionTimeoutMS=60000',
    `mongodb://127.0.0.1:${port}/latchkey?serverSelectionTimeoutMS=0&connectTimeoutMS=60000`,
    'mongodb://database.invalid/latchkey',
    'mongodb+srv://database.invalid/latchkey',
  ];
  const startedAt = performance.now();
  await Promise.all(
    addresses.map(async (STORAGE_URL) => {
      const error = await t.throwsAsync(check({ STORAGE_URL, DATA_FOLDER: folder }));
      t.is(exitCodeOf(error), 69, explainFailure(error));
      t.regex(explainFailure(error), /cannot be reached/);
    }),
  );
  t.true(performance.now() - startedAt < 9000);
  t.deepEqual(await readdir(folder), []);
});

test('where there is no database yet, none is made', async (t) => {
  const folder = await temporaryFolder(t);
  const settings = { STORAGE_URL: `sqlite:${folder}/test.db`, DATA_FOLDER: `${folder}/data` };
  t.is(await check(settings), 'new');
  t.deepEqual(await readdir(folder), []);
});

test('a database is read and left as it is, in use or not', async (t) => {
  const folder = await temporaryFolder(t);
  const settings = { STORAGE_URL: `sqlite:${folder}/test.db`, DATA_FOLDER: `${folder}/data` };
  const running = await openInstallation(configFromEnvironment(settings));
  const otherKeys = { ...settings, SECRET_KEYS: newKey().toString('base64url') };
  const noKeys = { ...settings, DATA_FOLDER: `${folder}/elsewhere` };
  const inUse = await readdir(folder, { recursive: true });
  t.is(await check(settings), 'installation');
  for (const wrongKeys of [otherKeys, noKeys]) t.is(await codeOf(() => check(wrongKeys)), 78);
  t.deepEqual(await readdir(folder, { recursive: true }), inUse);
  await running.close();

  const content = await readFile(join(folder, 'test.db'));
  const before = await snapshot(folder);
  t.is(await check(settings), 'installation');
  for (const wrongKeys of [otherKeys, noKeys]) t.is(await codeOf(() => check(wrongKeys)), 78);
  t.deepEqual(await snapshot(folder), before);
  t.deepEqual(await readFile(join(folder, 'test.db')), content);
});

test('a listener on an address of another machine is told, and one whose port is in use passes', async (t) => {
  const folder = await temporaryFolder(t);
  const settings = { STORAGE_URL: `sqlite:${folder}/test.db`, DATA_FOLDER: folder };
  for (const elsewhere of [
    { HOST: '192.0.2.1' },
    { OPS_HOST: '2001:db8::1', OPS_PORT: '9464' },
    { HOST: 'no.invalid' },
  ])
    t.is(await codeOf(() => check({ ...settings, ...elsewhere })), 78, JSON.stringify(elsewhere));
  const provider = createServer().listen(0, '127.0.0.1');
  t.teardown(() => provider.close());
  await new Promise((resolve) => {
    provider.once('listening', resolve);
  });
  const { port } = provider.address() as { port: number };
  t.is(await check({ ...settings, PORT: String(port) }), 'new');
});

// To root every folder is its own.
if (process.getuid?.() !== 0) {
  test('folders and files of others are a wrong setting', async (t) => {
    const folder = await temporaryFolder(t);
    await chmod(folder, 0o500);
    t.teardown(() => chmod(folder, 0o700));
    t.is(await codeOf(() => check({ STORAGE_URL: `sqlite:${folder}/test.db` })), 78);
  });
}
