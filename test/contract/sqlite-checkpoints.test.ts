/** The log of the SQLite file: copied by a thread of its own, bounded under a writer that never rests, in nobody's way. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { type CheckpointPace, Checkpoints, canWatchLog } from '../../adapters/sqlite/checkpoints.ts';
import { GroupCommit } from '../../adapters/sqlite/group-commit.ts';
import { atOnce } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PAGE_BYTES = 4096;
const BRISK: CheckpointPace = { worthCopying: 100, longestLog: 400, idleMilliseconds: 1000 };
/** From here on the connection that writes would copy by itself. */
const BACKSTOP_PAGES = 16_000;
const CALLERS = 8;

/** A connection that writes rows of a page each. */
function pageWriter(location: string, { pace = BRISK, copierPath = location } = {}) {
  const database = new DatabaseSync(location, { timeout: 50 });
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS pages (page BLOB) STRICT');
  const checkpoints = new Checkpoints(database, copierPath, pace);
  const writes = new GroupCommit(database, 30_000, checkpoints);
  const insert = database.prepare('INSERT INTO pages VALUES (zeroblob(4000))');
  return {
    database,
    checkpoints,
    add: () => writes.write(() => insert.run().changes),
    async addMany(pages: number) {
      await atOnce(CALLERS, async () => {
        for (let page = 0; page < pages / CALLERS; page += 1) await this.add();
      });
    },
    async close() {
      await writes.close();
      await checkpoints.close();
      database.close();
    },
  };
}

async function newLocation(t: ExecutionContext): Promise<string> {
  return join(await temporaryFolder(t), 'pages.db');
}

test('under a writer that never rests the log starts from its beginning again and again', async (t) => {
  const location = await newLocation(t);
  const writer = pageWriter(location);
  await writer.addMany(BACKSTOP_PAGES * 1.25);
  t.true((await stat(`${location}-wal`)).size < (BACKSTOP_PAGES * PAGE_BYTES) / 2);
  await writer.close();
});

test('closing leaves one whole file and no log, though a thread had them open', async (t) => {
  const location = await newLocation(t);
  const writer = pageWriter(location);
  await writer.addMany(1000);
  await writer.close();
  t.false(existsSync(`${location}-wal`));
  const database = new DatabaseSync(location);
  t.teardown(() => database.close());
  t.is(database.prepare('SELECT count(*) AS pages FROM pages').get()?.pages, 1000);
  t.deepEqual(database.prepare('PRAGMA integrity_check').all().map(Object.values), [['ok']]);
});

test('two that write to one file, and copy its log at the same time, lose nothing', async (t) => {
  const location = await newLocation(t);
  const writers = [pageWriter(location), pageWriter(location)];
  await Promise.all(writers.map((writer) => writer.addMany(2000)));
  for (const writer of writers) await writer.close();
  const database = new DatabaseSync(location);
  t.teardown(() => database.close());
  t.is(database.prepare('SELECT count(*) AS pages FROM pages').get()?.pages, 4000);
  t.deepEqual(database.prepare('PRAGMA integrity_check').all().map(Object.values), [['ok']]);
});

test('a thread that was idle is ended, and another one goes on when there is work again', async (t) => {
  const location = await newLocation(t);
  const writer = pageWriter(location, { pace: { ...BRISK, idleMilliseconds: 0 } });
  for (let burst = 0; burst < 5; burst += 1) await writer.addMany(400);
  await writer.close();
  t.false(existsSync(`${location}-wal`));
});

test('where the thread cannot work writes go on, and SQLite copies its log by itself as ever', async (t) => {
  const location = await newLocation(t);
  const writer = pageWriter(location, { copierPath: join(location, 'not', 'a folder') });
  await writer.addMany(4000);
  t.is(writer.database.prepare('PRAGMA wal_autocheckpoint').get()?.wal_autocheckpoint, 1000);
  t.true((await stat(`${location}-wal`)).size < 2500 * PAGE_BYTES);
  await writer.close();
});

test('while the last of the log is copied writes wait, and they go through afterwards', async (t) => {
  const database = new DatabaseSync(':memory:');
  t.teardown(() => database.close());
  database.exec('CREATE TABLE numbers (n INTEGER) STRICT');
  const pause = Promise.withResolvers<void>();
  let commits = 0;
  const writes = new GroupCommit(database, 0, {
    pause: pause.promise,
    committed() {
      commits += 1;
    },
  });
  const count = () => Number(database.prepare('SELECT count(*) AS size FROM numbers').get()?.size);
  const write = writes.write(() => database.exec('INSERT INTO numbers VALUES (1)'));
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resume) => setImmediate(resume));
  t.is(count(), 0);
  pause.resolve();
  await write;
  t.is(count(), 1);
  await writes.close();
  t.is(commits, 1);
});

test('an SQLite that cannot look at its log without copying it is left to copy by itself', (t) => {
  const versions = ['3.49.1', '3.50.4', '', '3.51.0', '3.53.4', '4.0.0'];
  t.deepEqual(
    versions.map((version) => canWatchLog(version)),
    [false, false, false, true, true, true],
  );
});
