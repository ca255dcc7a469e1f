/** Declares tests that need a MongoDB server, or one skipped test that says there was none. */
import type { TestFn } from 'ava';
import { mongodbDriver, type TestedMongodb } from './mongodb-driver.ts';
import { skippedWithoutMongodb } from './skipped.ts';

export async function onMongodb(test: TestFn, declare: (database: TestedMongodb) => void): Promise<void> {
  const database = await mongodbDriver();
  if (database !== undefined) return declare(database);
  skippedWithoutMongodb(test, 'no server');
}
