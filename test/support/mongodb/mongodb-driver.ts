/** MongoDB as a driver for tests. */
import type { ExecutionContext } from 'ava';
import { MongoClient, MongoServerError } from 'mongodb';
import { type MongodbOptions, openMongodbDriver } from '../../../adapters/mongodb/driver.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { StorageDriver } from '../../../src/storage/driver.ts';
import { databasePool, type LentDatabase } from './database-pool.ts';
import type { MongodbServer } from './server.ts';
import { startMongodb } from './start-mongodb.ts';

export interface TestedMongodb {
  readonly name: 'mongodb';
  /** False on the stand-in. */
  readonly canExplain: boolean;
  lendDatabase(): Promise<LentDatabase>;
  /** Opens an empty store that is this test's alone. */
  open(t: ExecutionContext, clock: Clock, options?: Pick<MongodbOptions, 'onCommand'>): Promise<StorageDriver>;
}

async function canExplain(server: MongodbServer): Promise<boolean> {
  const client = new MongoClient(server.url('latchkey_test'));
  try {
    await client.db().command({ explain: { find: 'nothing' } });
    return true;
  } catch (error) {
    if (error instanceof MongoServerError && error.codeName === 'CommandNotFound') return false;
    throw error;
  } finally {
    await client.close();
  }
}

/** Undefined where there is no server; that has been said loudly by then. */
export async function mongodbDriver(): Promise<TestedMongodb | undefined> {
  const server = await startMongodb();
  if ('missing' in server) return undefined;
  const lendDatabase = databasePool(server);
  return {
    name: 'mongodb',
    canExplain: await canExplain(server),
    lendDatabase,
    async open(t, clock, options = {}) {
      const { url, drop } = await lendDatabase();
      // Teardowns run last to first: the store closes before its database is given back.
      t.teardown(drop);
      const records = await openMongodbDriver({ ...options, url, clock });
      t.teardown(() => records.close());
      return records;
    },
  };
}
