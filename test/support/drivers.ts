/** The drivers that tests run on, each opening an empty store of its own. */
import { join } from 'node:path';
import type { TestFn } from 'ava';
import { openSqliteDriver } from '../../adapters/sqlite/driver.ts';
import type { TestedDriver } from '../contract/records.ts';
import { mongodbDriver } from './mongodb/mongodb-driver.ts';
import { skippedWithoutMongodb } from './mongodb/skipped.ts';
import type { DatabaseName } from './storage.ts';
import { databasesParent, temporaryFolder } from './temporary-folder.ts';

export type TestDatabase = TestedDriver & { readonly name: DatabaseName };

const sqlite: TestDatabase = {
  name: 'sqlite',
  async open(t, clock) {
    const folder = await temporaryFolder(t, databasesParent);
    const records = await openSqliteDriver({ location: join(folder, 'test.db'), clock });
    t.teardown(() => records.close());
    return records;
  },
};

/** Declares the same facts for every database; where there is no MongoDB server, a skipped test says so. */
export async function forEachDatabase(test: TestFn, declare: (database: TestDatabase) => void): Promise<void> {
  // Waited for before the first declaration: ava takes no more tests once it has begun.
  const mongodb = await mongodbDriver();
  declare(sqlite);
  if (mongodb !== undefined) return declare(mongodb);
  skippedWithoutMongodb(test, 'no server');
}
