/** Proves that a process loads the driver of the database it works on, and no other: a driver costs time and memory at every start. */
import { join } from 'node:path';
import test from 'ava';
import { freePort } from '../../scripts/free-port.ts';
import { failedStart } from '../storage/failed-start.ts';
import { startProviderProcess } from '../support/provider-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NODE_OPTIONS = `--import ${import.meta.resolve('../support/tell-loaded-modules.ts')}`;

const sqlite = { adapter: '/adapters/sqlite/driver.ts', driver: 'node:sqlite' };
const mongodb = { adapter: '/adapters/mongodb/driver.ts', driver: '/node_modules/mongodb/' };

/** Which of both a process has loaded, by what it told. */
function loadedOf(output: string) {
  const loaded = output.split('\n').filter((line) => line.startsWith('loaded '));
  const has = (part: string): boolean => loaded.some((line) => line.includes(part));
  const both = ({ adapter, driver }: typeof sqlite) => ({ adapter: has(adapter), driver: has(driver) });
  return { sqlite: both(sqlite), mongodb: both(mongodb) };
}

const used = { adapter: true, driver: true };
const unused = { adapter: false, driver: false };

test('on SQLite the provider loads no MongoDB driver', async (t) => {
  const folder = await temporaryFolder(t);
  const storage = { STORAGE_URL: `sqlite:${join(folder, 'test.db')}`, DATA_FOLDER: folder };
  const port = await freePort();
  const environment = { NODE_OPTIONS, ISSUER: `http://localhost:${port}`, ...storage };
  const provider = await startProviderProcess({ port, environment });
  t.teardown(provider.kill);
  t.deepEqual(loadedOf(provider.output()), { sqlite: used, mongodb: unused });
});

test('on MongoDB the provider loads no SQLite driver', async (t) => {
  const folder = await temporaryFolder(t);
  // Nothing listens there: the driver finds that out, so it is loaded.
  const storage = { STORAGE_URL: 'mongodb://127.0.0.1:1/accounts', DATA_FOLDER: folder };
  const { exitCode, stderr } = await failedStart({ NODE_OPTIONS, ...storage });
  t.is(exitCode, 69);
  t.deepEqual(loadedOf(stderr), { sqlite: unused, mongodb: used });
});
