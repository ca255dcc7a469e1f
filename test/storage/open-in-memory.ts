/** An empty embedded database in memory, for one test. */
import type { ExecutionContext } from 'ava';
import { openSqliteDriver } from '../../adapters/sqlite/driver.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { StorageDriver } from '../../src/storage/driver.ts';

export async function openInMemory(t: ExecutionContext, clock: Clock): Promise<StorageDriver> {
  const records = await openSqliteDriver({ location: ':memory:', clock });
  t.teardown(() => records.close());
  return records;
}
