/** Several processes on one SQLite file: what is promised to one caller holds across all of them. */
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { openSqliteDriver } from '../../adapters/sqlite/driver.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { atOnce, storedRecord, tally, textOf } from '../support/records.ts';
import { type SqliteProcess, startSqliteProcess } from '../support/sqlite-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROCESSES = 2;
const CALLERS = PROCESSES * 10;
const ids = Array.from({ length: 40 }, (_, n) => `id-${n}`);

async function startTogether(t: ExecutionContext): Promise<{ location: string; processes: SqliteProcess[] }> {
  const location = join(await temporaryFolder(t), 'records.db');
  // None of them finds a database: they also agree on who makes it.
  return { location, processes: await atOnce(PROCESSES, () => startSqliteProcess(t, location)) };
}

/** All answers to one id, whichever process gave them. */
async function answersById(processes: SqliteProcess[], verb: 'insert' | 'consume' | 'increment'): Promise<unknown[][]> {
  const answers = await Promise.all(processes.map((process) => process.run({ verb, ids })));
  return ids.map((_, index) => answers.flatMap((ofProcess) => ofProcess[index] ?? []));
}

test('an id inserted by two processes at once has one winner in all', async (t) => {
  const { processes } = await startTogether(t);
  for (const answers of await answersById(processes, 'insert')) {
    t.is(tally(answers, true), 1);
    t.is(tally(answers, false), CALLERS - 1);
  }
});

test('a record consumed by two processes at once has one winner in all', async (t) => {
  const { location, processes } = await startTogether(t);
  const records = await openSqliteDriver({ location, clock: systemClock });
  t.teardown(() => records.close());
  for (const id of ids) await records.insert('authorization_codes', storedRecord(id, id));
  for (const answers of await answersById(processes, 'consume')) {
    t.is(tally(answers, 'consumed'), 1);
    t.is(tally(answers, 'already_consumed'), CALLERS - 1);
  }
});

test('a counter that two processes add to at once misses none of them', async (t) => {
  const { processes } = await startTogether(t);
  for (const answers of await answersById(processes, 'increment')) {
    t.deepEqual(
      answers.map(Number).toSorted((a, b) => a - b),
      Array.from({ length: CALLERS }, (_, n) => n + 1),
    );
  }
});

test('what was acknowledged before a process was killed is there, and the file is whole', async (t) => {
  const location = join(await temporaryFolder(t), 'records.db');
  const { child } = await startSqliteProcess(t, location);
  const acknowledged: string[] = [];
  const exit = once(child, 'exit');
  child.on('message', (id) => {
    acknowledged.push(String(id));
    // In the middle of a round, while the next writes are under way.
    if (acknowledged.length === 205) child.kill('SIGKILL');
  });
  child.send({ verb: 'write for ever', ids: [] });
  t.is((await exit)[1], 'SIGKILL');

  const records = await openSqliteDriver({ location, clock: systemClock });
  t.true(acknowledged.length >= 205);
  for (const id of acknowledged) {
    const found = await records.get('authorization_codes', id);
    t.is(textOf(found), id);
    t.not(found?.consumedAt, undefined);
  }
  await records.close();
  const database = new DatabaseSync(location);
  t.teardown(() => database.close());
  t.deepEqual(database.prepare('PRAGMA integrity_check').all().map(Object.values), [['ok']]);
  t.deepEqual(database.prepare('PRAGMA foreign_key_check').all(), []);
});
