/** Declares tests that need a MongoDB server, or one skipped test that says there was none. */
import type { TestFn } from 'ava';
import { type MongodbEngine, mongodbEngine } from './engine.ts';

export async function onMongodb(test: TestFn, declare: (engine: MongodbEngine) => void): Promise<void> {
  const engine = await mongodbEngine();
  if (engine !== undefined) return declare(engine);
  // biome-ignore lint/suspicious/noSkippedTests: an error under CI; elsewhere the report must show what did not run.
  test.skip('mongodb: SKIPPED, no server was found', () => undefined);
}
