/** Group commit: writes of one turn share a transaction, yet each stands for itself. */
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { openSqliteDriver } from '../../adapters/sqlite/driver.ts';
import { GroupCommit } from '../../adapters/sqlite/group-commit.ts';
import { systemClock } from '../../src/ports/clock.ts';
import type { Records } from '../../src/storage/driver.ts';
import { StorageUnavailable } from '../../src/storage/driver.ts';
import { ManualClock } from '../support/clock.ts';
import { atOnce, storedRecord, textOf } from '../support/records.ts';

const IOERR = 10;

/** What `node:sqlite` throws. */
function sqliteFailure(errcode: number): Error {
  return Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode });
}

async function openRecords(t: ExecutionContext): Promise<Records> {
  const records = await openSqliteDriver({ location: ':memory:', clock: new ManualClock() });
  t.teardown(() => records.close());
  return records;
}

/** A table of numbers, the queue that writes it, and every command that the queue gives the database. */
function groupedNumbers(t: ExecutionContext) {
  const database = new DatabaseSync(':memory:');
  t.teardown(() => database.close());
  database.exec('CREATE TABLE numbers (n INTEGER PRIMARY KEY, payload BLOB) STRICT');
  const commands: string[] = [];
  const exec = database.exec.bind(database);
  database.exec = (sql) => {
    commands.push(sql);
    exec(sql);
  };
  const writes = new GroupCommit(database, { clock: systemClock, timeoutMs: 0 });
  const add = database.prepare('INSERT INTO numbers VALUES (?, ?)');
  const all = database.prepare('SELECT n FROM numbers ORDER BY n');
  return {
    database,
    commands,
    writes,
    add: (n: number, payload: Uint8Array = new Uint8Array(0)) => writes.write(() => add.run(n, payload).changes),
    addTogether: (...ns: readonly number[]) => writes.writeTogether(() => ns.forEach((n) => void add.run(n, null))),
    kept: () => all.all().map(({ n }) => n),
  };
}

test('writes of one turn share one transaction, those of the next turn another', async (t) => {
  const { add, commands, kept } = groupedNumbers(t);
  await atOnce(50, (n) => add(n));
  t.deepEqual(commands, ['BEGIN IMMEDIATE', 'COMMIT']);
  await add(50);
  t.deepEqual(commands.slice(2), ['BEGIN IMMEDIATE', 'COMMIT']);
  t.is(kept().length, 51);
});

test('a write is acknowledged after the commit, not before', async (t) => {
  const { add, database, commands } = groupedNumbers(t);
  await Promise.all(
    [1, 2].map(async (n) => {
      await add(n);
      t.false(database.isTransaction);
      t.is(commands.at(-1), 'COMMIT');
    }),
  );
});

test('a statement that fails fails its own caller only', async (t) => {
  const { add, kept } = groupedNumbers(t);
  const outcomes = await Promise.allSettled([add(1), add(1), add(2)]);
  t.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  t.deepEqual(kept(), [1, 2]);
});

test('of a write of several statements none is kept when one fails', async (t) => {
  const { add, addTogether, kept } = groupedNumbers(t);
  const outcomes = await Promise.allSettled([add(1), addTogether(2, 3, 1), addTogether(4, 5), add(3)]);
  t.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  );
  t.deepEqual(kept(), [1, 3, 4, 5]);
});

test('when the disk is full the whole group is StorageUnavailable, nothing of it is kept, and later writes go on', async (t) => {
  const { add, database, kept } = groupedNumbers(t);
  database.prepare('PRAGMA max_page_count = 20').get();
  const large = new Uint8Array(100_000);
  for (const outcome of await Promise.allSettled([add(1), add(2, large), add(3)])) {
    t.true(outcome.status === 'rejected' && outcome.reason instanceof StorageUnavailable);
  }
  t.deepEqual(kept(), []);
  await add(4);
  t.deepEqual(kept(), [4]);
});

test('when the commit fails no write is acknowledged, and later writes go on', async (t) => {
  const { add, database, kept } = groupedNumbers(t);
  const { exec } = database;
  database.exec = (sql) => {
    if (sql === 'COMMIT') throw sqliteFailure(IOERR);
    exec(sql);
  };
  await t.throwsAsync(add(1), { instanceOf: StorageUnavailable });
  database.exec = exec;
  await add(2);
  t.deepEqual(kept(), [2]);
});

test('when the disk fails under one write the whole group is StorageUnavailable and nothing of it is kept', async (t) => {
  const { add, writes, kept } = groupedNumbers(t);
  const failing = writes.write(() => {
    throw sqliteFailure(IOERR);
  });
  for (const outcome of await Promise.allSettled([add(1), failing, add(2)])) {
    t.true(outcome.status === 'rejected' && outcome.reason instanceof StorageUnavailable);
  }
  t.deepEqual(kept(), []);
});

test('a session whose session id cannot be written is not written either, and its neighbours are', async (t) => {
  const records = await openRecords(t);
  const broken = { sessionId: ['good', null as unknown as string] };
  const [first, second, third] = await Promise.allSettled([
    records.insert('sessions', storedRecord('1', 'one')),
    records.insert('sessions', storedRecord('2', 'two', { indexes: broken })),
    records.insert('sessions', storedRecord('3', 'three')),
  ]);
  t.is(second?.status, 'rejected');
  t.false(second?.status === 'rejected' && second.reason instanceof StorageUnavailable);
  t.like([first, third], [{ value: true }, { value: true }]);
  t.is(await records.get('sessions', '2'), undefined);
  t.deepEqual(await records.findBy('sessions', 'sessionId', 'good', { limit: 10 }), []);
  t.is(textOf(await records.get('sessions', '3')), 'three');
});

test('an index that the collection does not declare is a mistake of the caller', async (t) => {
  const records = await openRecords(t);
  const record = storedRecord('1', '', { indexes: { unheard: 'of' } });
  await t.throwsAsync(records.insert('clients', record), { instanceOf: TypeError });
  t.is(await records.get('clients', '1'), undefined);
});

test('more writes than one transaction takes are all written', async (t) => {
  const { add, kept } = groupedNumbers(t);
  await atOnce(1000, (n) => add(n));
  t.is(kept().length, 1000);
});

test('removals by an index and purges go through more records than one batch', async (t) => {
  const clock = new ManualClock();
  const records = await openSqliteDriver({ location: ':memory:', clock });
  t.teardown(() => records.close());
  const soon = { indexes: { grantId: 'g' }, expiresAt: clock.now() + 1000 };
  await atOnce(350, (n) => records.insert('access_tokens', storedRecord(`${n}`, '', { indexes: { grantId: 'g' } })));
  await atOnce(350, (n) => records.insert('refresh_tokens', storedRecord(`${n}`, '', soon)));
  t.is(await records.removeBy('access_tokens', 'grantId', 'g'), 350);
  clock.advance(1);
  t.is(await records.purge(320), 320);
  t.is(await records.purge(320), 30);
});
