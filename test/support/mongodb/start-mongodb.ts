/** Finds the MongoDB server that tests use, or starts one: which, in what order, and what if there is none. */
import { databaseUrl } from './database-url.ts';
import { startDownloadedMongod, startMongodOnPath } from './mongod.ts';
import { runningServer } from './running-server.ts';
import type { MissingMongodb, MongodbServer, OwnMongodbServer } from './server.ts';
import { startStandin } from './standin.ts';

const choices = ['path', 'download', 'standin'] as const;

type Choice = (typeof choices)[number];

export interface StartWishes {
  /** What was acknowledged survives a kill. */
  readonly isJournaled: boolean;
}

const starters: Readonly<Record<Choice, (options: StartWishes) => Promise<OwnMongodbServer>>> = {
  path: startMongodOnPath,
  download: startDownloadedMongod,
  standin: startStandin,
};

function chosen(): Choice | undefined {
  const name = process.env.MONGODB_TEST_SERVER;
  if (!name) return undefined;
  const choice = choices.find((each) => each === name);
  if (choice === undefined) throw new Error(`MONGODB_TEST_SERVER is one of ${choices.join(', ')}, not ${name}`);
  return choice;
}

/** What to try: where the run has found a server already, another one of its kind. */
function candidates(): readonly Choice[] {
  const running = runningServer();
  const kind = chosen() ?? (running !== undefined && 'kind' in running ? running.kind : undefined);
  return choices.filter((each) => kind === undefined || kind === 'given' || each === kind);
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? ('stderr' in error && String(error.stderr)) || error.message : String(error);
  return text.trim().split('\n').slice(0, 3).join(' ').slice(0, 300);
}

/** A server of this process alone, which it may kill. A given one is not: that belongs to somebody else. */
export async function startOwnMongodb(options: StartWishes): Promise<OwnMongodbServer | MissingMongodb> {
  const reasons: string[] = [];
  for (const each of candidates()) {
    try {
      return await starters[each](options);
    } catch (error) {
      reasons.push(`${each}: ${reasonOf(error)}`);
    }
  }
  const missing = `none was found (${reasons.join('; ')})`;
  if (chosen() !== undefined || process.env.CI === 'true') throw new Error(`MongoDB for the tests: ${missing}`);
  return { missing };
}

function givenServer(): MongodbServer | undefined {
  const uri = process.env.MONGODB_TEST_URI;
  if (!uri || chosen() !== undefined) return undefined;
  return {
    kind: 'given',
    description: 'the one at MONGODB_TEST_URI',
    url: (databaseName) => databaseUrl(uri, databaseName),
    stop: async () => undefined,
  };
}

/** The server that the whole run shares if there is one, else one that is started now. Says which it is. */
export async function startMongodb(): Promise<MongodbServer | MissingMongodb> {
  const running = runningServer();
  if (running !== undefined) return running;
  const server = givenServer() ?? (await startOwnMongodb({ isJournaled: false }));
  const text = 'missing' in server ? `${server.missing}: ITS TESTS ARE SKIPPED` : server.description;
  process.stderr.write(`MongoDB for the tests: ${text}\n`);
  return server;
}
