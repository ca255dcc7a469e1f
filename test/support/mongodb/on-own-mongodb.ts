/** Declares tests that kill their MongoDB server, on one of their own, or a skipped test that says there was none. */
import type { TestFn } from 'ava';
import type { OwnMongodbServer } from './server.ts';
import { skippedWithoutMongodb } from './skipped.ts';
import { type StartWishes, startOwnMongodb } from './start-mongodb.ts';

export async function onOwnMongodb(
  test: TestFn,
  options: StartWishes,
  declare: (server: OwnMongodbServer) => void,
): Promise<void> {
  const server = await startOwnMongodb(options);
  if ('missing' in server) return skippedWithoutMongodb(test, 'no server that may be killed');
  test.after.always('the server ends', () => server.stop());
  declare(server);
}
