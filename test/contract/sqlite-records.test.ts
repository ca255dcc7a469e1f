/** The contract of the `Records` port, kept by SQLite in memory and in a file. */
import { join } from 'node:path';
import test from 'ava';
import { openSqliteDriver } from '../../adapters/sqlite/driver.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { recordsContract } from './records.ts';

recordsContract(test, {
  name: 'SQLite in memory',
  async open(t, clock) {
    const records = await openSqliteDriver({ location: ':memory:', clock });
    t.teardown(() => records.close());
    return records;
  },
});

recordsContract(test, {
  name: 'SQLite in a file',
  async open(t, clock) {
    const location = join(await temporaryFolder(t), 'records.db');
    const records = await openSqliteDriver({ location, clock });
    t.teardown(() => records.close());
    return records;
  },
});
