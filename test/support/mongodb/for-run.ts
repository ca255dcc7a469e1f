/** One server for a whole run of test processes: a JVM takes a second to start. */
import { handover } from './running-server.ts';
import type { MissingMongodb, MongodbServer } from './server.ts';
import { startMongodb } from './start-mongodb.ts';

/** `work` starts the test processes with these variables in their environment; the server ends after it. */
export async function withMongodb<T>(
  work: (variables: Readonly<Record<string, string>>, server: MongodbServer | MissingMongodb) => Promise<T>,
): Promise<T> {
  const server = await startMongodb();
  try {
    return await work(handover(server), server);
  } finally {
    if (!('missing' in server)) await server.stop();
  }
}
