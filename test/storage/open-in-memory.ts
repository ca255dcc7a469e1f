/** An empty embedded database in memory, for one test. */
import type { ExecutionContext } from 'ava';
import { openSqliteRecords } from '../../adapters/sqlite/records.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { StorageEngine } from '../../src/ports/upkeep.ts';

export async function openInMemory(t: ExecutionContext, clock: Clock): Promise<StorageEngine> {
  const records = await openSqliteRecords({ location: ':memory:', clock });
  t.teardown(() => records.close());
  return records;
}
