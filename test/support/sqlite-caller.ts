/** A process of its own that works on a SQLite store as its parent tells it to. */
import { openSqliteDriver } from '../../adapters/sqlite/driver.ts';
import { systemClock } from '../../src/ports/clock.ts';
import type { Records } from '../../src/storage/driver.ts';
import { atOnce, storedRecord } from './records.ts';

export interface Task {
  readonly verb: 'insert' | 'consume' | 'increment' | 'write for ever';
  readonly ids: readonly string[];
}

const CALLERS_OF_EACH_ID = 10;

const EXPIRES_AT = Date.UTC(2100, 0, 1);

function callsOf(records: Records, verb: Task['verb'], id: string): Promise<unknown[]> {
  return atOnce<unknown>(CALLERS_OF_EACH_ID, () => {
    if (verb === 'insert') return records.insert('grant_reservations', storedRecord(id, id));
    if (verb === 'consume') return records.consume('authorization_codes', id);
    return records.increment('counters', id, 1, EXPIRES_AT);
  });
}

/** Tells the parent of each write that was acknowledged, until it is killed. */
async function writeForEver(records: Records): Promise<void> {
  for (let round = 0; process.connected; round += 1) {
    await atOnce(20, async (n) => {
      const id = `${round}-${n}`;
      await records.insert('authorization_codes', storedRecord(id, id));
      await records.consume('authorization_codes', id);
      process.send?.(id);
    });
  }
}

const records = await openSqliteDriver({ location: process.argv[2] ?? '', clock: systemClock });
process.on('message', async ({ verb, ids }: Task) => {
  if (verb === 'write for ever') return writeForEver(records);
  process.send?.(await Promise.all(ids.map((id) => callsOf(records, verb, id))));
});
process.on('disconnect', () => records.close());
process.send?.('ready');
