/** What callers of the SQLite store see while another process holds the lock of the file. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { openSqliteDriver } from '../../adapters/sqlite/driver.ts';
import { systemClock } from '../../src/ports/clock.ts';
import type { Records } from '../../src/storage/driver.ts';
import { StorageUnavailable } from '../../src/storage/driver.ts';
import { storedRecord, textOf } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A store, and a second connection to its file that holds the write lock. */
async function lockedStore(
  t: ExecutionContext,
  busyTimeoutMs: number,
): Promise<{ records: Records; holder: DatabaseSync }> {
  const location = join(await temporaryFolder(t), 'records.db');
  const records = await openSqliteDriver({ location, clock: systemClock, busyTimeoutMs });
  await records.insert('clients', storedRecord('client', 'payload'));
  const holder = new DatabaseSync(location);
  holder.exec('BEGIN IMMEDIATE');
  t.teardown(async () => {
    holder.close();
    await records.close();
  });
  return { records, holder };
}

test('a write waits for the lock without holding up reads, and goes through when it is free', async (t) => {
  const { records, holder } = await lockedStore(t, 30_000);
  const write = records.insert('clients', storedRecord('another', ''));
  t.is(textOf(await records.get('clients', 'client')), 'payload');
  holder.exec('ROLLBACK');
  t.true(await write);
});

test('every write that cannot have the lock in time is StorageUnavailable, and nothing of it is kept', async (t) => {
  const { records, holder } = await lockedStore(t, 10);
  const writes = Array.from({ length: 5 }, (_, n) => records.insert('clients', storedRecord(`${n}`, '')));
  for (const outcome of await Promise.allSettled(writes)) {
    t.true(outcome.status === 'rejected' && outcome.reason instanceof StorageUnavailable);
  }
  holder.exec('ROLLBACK');
  t.is((await records.list('clients', { limit: 10 })).length, 1);
});

test('after the lock was lost for too long the store recovers without being opened again', async (t) => {
  const { records, holder } = await lockedStore(t, 10);
  await t.throwsAsync(records.consume('clients', 'client'), { instanceOf: StorageUnavailable });
  holder.exec('ROLLBACK');
  t.is(await records.consume('clients', 'client'), 'consumed');
});

test('a store that opens while another process holds the file waits, and in the end is StorageUnavailable', async (t) => {
  const location = join(await temporaryFolder(t), 'records.db');
  const holder = new DatabaseSync(location);
  t.teardown(() => holder.close());
  holder.exec('BEGIN EXCLUSIVE');
  const open = (busyTimeoutMs: number) => openSqliteDriver({ location, clock: systemClock, busyTimeoutMs });
  await t.throwsAsync(open(10), { instanceOf: StorageUnavailable });
  const opening = open(30_000);
  holder.exec('ROLLBACK');
  const records = await opening;
  t.true(await records.insert('clients', storedRecord('client', '')));
  await records.close();
});
