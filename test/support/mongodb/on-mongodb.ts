/** Declares tests that need a MongoDB server, or one skipped test that says there was none. */
import type { TestFn } from 'ava';
import { type MongodbEngine, mongodbEngine } from './engine.ts';
import { skippedWithoutMongodb } from './skipped.ts';

export async function onMongodb(test: TestFn, declare: (engine: MongodbEngine) => void): Promise<void> {
  const engine = await mongodbEngine();
  if (engine !== undefined) return declare(engine);
  skippedWithoutMongodb(test, 'no server');
}
