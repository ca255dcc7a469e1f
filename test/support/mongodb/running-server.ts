/** Hands a server that is already running to the test processes of the same run, through their environment. */
import { databaseUrl } from './database-url.ts';
import type { MissingMongodb, MongodbServer, ServerKind } from './server.ts';

const VARIABLE = 'LATCHKEY_TEST_MONGODB';

interface Handover {
  readonly kind: ServerKind;
  readonly description: string;
  readonly uri: string;
}

/** What the test processes must find in their environment. */
export function handover(server: MongodbServer | MissingMongodb): Readonly<Record<string, string>> {
  const value: Handover | MissingMongodb =
    'missing' in server ? server : { kind: server.kind, description: server.description, uri: server.url('test') };
  return { [VARIABLE]: JSON.stringify(value) };
}

/** What this process was handed, if it is part of a run. */
export function runningServer(): MongodbServer | MissingMongodb | undefined {
  const value = process.env[VARIABLE];
  if (!value) return undefined;
  const found = JSON.parse(value) as Handover | MissingMongodb;
  if ('missing' in found) return found;
  return {
    kind: found.kind,
    description: found.description,
    url: (databaseName) => databaseUrl(found.uri, databaseName),
    // Whoever started it ends it.
    stop: async () => undefined,
  };
}
