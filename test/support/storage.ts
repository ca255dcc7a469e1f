/** A database of its own for one installation, of the kind that is asked for. */
import { join } from 'node:path';
import type { TestedMongodb } from './mongodb/mongodb-driver.ts';

export type DatabaseName = 'sqlite' | 'mongodb';

export interface TestStorage {
  readonly url: string;
  drop(): Promise<void>;
}

/** One server a test file, started when the first test wants it. Most files never do, and would load its driver for nothing. */
let mongodb: Promise<TestedMongodb | undefined> | undefined;

export async function storageFor(database: DatabaseName, folder: string): Promise<TestStorage> {
  if (database === 'sqlite') return { url: `sqlite:${join(folder, 'test.db')}`, drop: async () => undefined };
  mongodb ??= import('./mongodb/mongodb-driver.ts').then(({ mongodbDriver }) => mongodbDriver());
  const found = await mongodb;
  if (found === undefined) throw new Error('no MongoDB server was found');
  return found.lendDatabase();
}
