/** The stand-in for machines without a genuine MongoDB: mongo-java-server on its file backend. */
import { join } from 'node:path';
import { fetchStandin } from './fetch-standin.ts';
import { startOwnServer } from './own-server.ts';
import type { OwnMongodbServer } from './server.ts';

// It lives for one run: quick to start matters more than fast for long.
const JVM = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-Xmx512m'];

export interface StandinWishes {
  /** What was acknowledged survives a kill. Slower, and its file grows fast. */
  readonly isJournaled: boolean;
}

export async function startStandin({ isJournaled }: StandinWishes): Promise<OwnMongodbServer> {
  const archives = await fetchStandin();
  const source = join(import.meta.dirname, 'standin/Standin.java');
  return await startOwnServer({
    kind: 'standin',
    description: 'the stand-in mongo-java-server 1.47.0, which is not a genuine MongoDB',
    command: (folder, port) => ({
      program: 'java',
      arguments: [
        ...JVM,
        '-cp',
        join(archives, '*'),
        source,
        join(folder, 'data.mv'),
        String(port),
        ...(isJournaled ? ['journaled'] : []),
      ],
      ready: /ready on port \d+/,
    }),
  });
}
