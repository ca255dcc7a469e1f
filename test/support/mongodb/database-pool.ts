/** Lends empty databases to tests: a few, used again, because a genuine server takes its time to create one. */
import { randomUUID } from 'node:crypto';
import { type Db, MongoClient } from 'mongodb';
import { collectionNames } from '../../../src/storage/collections.ts';
import type { MongodbServer } from './server.ts';

const SIZE = 4;

export interface LentDatabase {
  /** Its connection string. It is empty, and nobody else uses it. */
  readonly url: string;
  /** Gives it back; what it holds is lost. */
  drop(): Promise<void>;
}

async function onDatabase(url: string, work: (database: Db) => Promise<unknown>): Promise<void> {
  const client = new MongoClient(url);
  try {
    await work(client.db());
  } finally {
    await client.close();
  }
}

const empty = async (database: Db): Promise<void> => {
  for (const collection of collectionNames) await database.collection(collection).deleteMany({});
};

/** Each call lends one; waits while too many are lent. */
export function databasePool(server: MongodbServer): () => Promise<LentDatabase> {
  const waiting: ((url: string) => void)[] = [];
  let lent = 0;

  const take = async (): Promise<string> => {
    if (lent === SIZE) return await new Promise((resolve) => waiting.push(resolve));
    lent += 1;
    return server.url(`latchkey_test_${randomUUID().slice(0, 8)}`);
  };
  const giveBack = async (url: string): Promise<void> => {
    if (waiting.length === 0) await onDatabase(url, (database) => database.dropDatabase());
    else await onDatabase(url, empty);
    const next = waiting.shift();
    if (next === undefined) lent -= 1;
    else next(url);
  };
  return async () => {
    const url = await take();
    return { url, drop: () => giveBack(url) };
  };
}
