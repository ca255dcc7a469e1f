/** A database of its own for one installation, on oidc-provider asked for. */
import { join } from 'node:path';
import { mongodbEngine } from './mongodb/engine.ts';

export type DatabaseName = 'sqlite' | 'mongodb';

export interface TestStorage {
  readonly url: string;
  drop(): Promise<void>;
}

/** One server a test file, started when the first test wants it. */
let mongodb: ReturnType<typeof mongodbEngine> | undefined;

export async function storageFor(engine: DatabaseName, folder: string): Promise<TestStorage> {
  if (engine === 'sqlite') return { url: `sqlite:${join(folder, 'test.db')}`, drop: async () => undefined };
  mongodb ??= mongodbEngine();
  const found = await mongodb;
  if (found === undefined) throw new Error('no MongoDB server was found');
  return found.lendDatabase();
}
