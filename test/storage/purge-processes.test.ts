/** A purge on a SQLite file that other processes use. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { openSqliteDriver } from '../../adapters/sqlite/driver.ts';
import { freePort } from '../../scripts/free-port.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { startProviderProcess } from '../support/provider-process.ts';
import { atOnce, storedRecord, tally } from '../support/records.ts';
import { startSqliteProcess } from '../support/sqlite-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const EXPIRED = 3000;
const LONGEST_WAIT_MILLISECONDS = 30_000;
const ids = Array.from({ length: 100 }, (_, n) => `id-${n}`);

test('beside a process that writes as fast as it can neither is told that the storage is unavailable, and both get done', async (t) => {
  const location = join(await temporaryFolder(t), 'records.db');
  const records = await openSqliteDriver({ location, clock: systemClock });
  t.teardown(() => records.close());
  const expiresAt = Date.now() - 1;
  await atOnce(EXPIRED, (n) => records.insert('access_tokens', storedRecord(`old ${n}`, '', { expiresAt })));
  const writer = await startSqliteProcess(t, location);

  // A process that meets an error ends, and `run` fails.
  const [purged, inserted] = await Promise.all([records.purge(EXPIRED), writer.run({ verb: 'insert', ids })]);

  t.is(purged, EXPIRED);
  t.is(await records.size('access_tokens'), 0);
  for (const answers of inserted) t.is(tally(answers, true), 1);
  t.is((await records.list('grant_reservations', { limit: 1000 })).length, ids.length);
});

test('a purge that finds nothing to delete does not ask for the lock of the file', async (t) => {
  const location = join(await temporaryFolder(t), 'records.db');
  const records = await openSqliteDriver({ location, clock: systemClock, busyTimeoutMs: 10 });
  const holder = new DatabaseSync(location);
  t.teardown(async () => {
    holder.close();
    await records.close();
  });
  holder.exec('BEGIN IMMEDIATE');
  t.is(await records.purge(100), 0);
});

test('a provider that runs deletes what has expired, and ends when it is told to', async (t) => {
  const folder = await temporaryFolder(t);
  const location = join(folder, 'records.db');
  const records = await openSqliteDriver({ location, clock: systemClock });
  t.teardown(() => records.close());
  const expiresAt = Date.now() - 1;
  await atOnce(EXPIRED, (n) => records.insert('access_tokens', storedRecord(`old ${n}`, '', { expiresAt })));
  const port = await freePort();
  const environment = { ISSUER: `http://localhost:${port}`, STORAGE_URL: `sqlite:${location}`, DATA_FOLDER: folder };
  const provider = await startProviderProcess({ port, environment });
  t.teardown(provider.kill);

  const deadline = Date.now() + LONGEST_WAIT_MILLISECONDS;
  let left = EXPIRED;
  while (left === EXPIRED && Date.now() < deadline) {
    await new Promise((resume) => setTimeout(resume, 100));
    left = await records.size('access_tokens');
  }
  t.true(left < EXPIRED);
  // In the middle of its work.
  t.is(await provider.stop(), 0);
  t.deepEqual(await records.faults(), []);
});
