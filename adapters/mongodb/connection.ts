/** Makes a MongoDB client: what every operation is guaranteed, and how long it may take. */
import {
  type CommandStartedEvent,
  type Db,
  type DbOptions,
  type Document,
  MongoClient,
  type MongoClientOptions,
  MongoServerError,
  ReadConcern,
  ReadPreference,
  WriteConcern,
} from 'mongodb';
import { invalidAddress } from './addresses.ts';

const DEFAULT_DATABASE = 'latchkey';

// An address may override these.
const ADJUSTABLE = {
  appName: 'latchkey',
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  socketTimeoutMS: 5_000,
  waitQueueTimeoutMS: 5_000,
  maxPoolSize: 50,
  // Most firewalls wait for longer before they drop an idle connection silently.
  maxIdleTimeMS: 120_000,
} as const satisfies MongoClientOptions;

export interface Connection {
  readonly client: MongoClient;
  readonly database: Db;
  /** How long one call may take as a whole. */
  readonly deadlineMs: number;
}

export interface ConnectionOptions {
  readonly url: string;
  /** For work that takes longer than a request may, such as building an index. */
  readonly socketTimeoutMs?: number;
  /** Upper limit for each step, whatever the address says: somebody waits for the answer. */
  readonly timeoutMs?: number;
  readonly onCommand?: ((command: CommandStartedEvent) => void) | undefined;
}

function databaseNameIn(url: string): string {
  const [, name = ''] = /^[^:]+:\/\/[^/?]*\/([^?]*)/.exec(url) ?? [];
  return decodeURIComponent(name) || DEFAULT_DATABASE;
}

function settingsIn(url: string): ReadonlySet<string> {
  const query = url.split('?')[1] ?? '';
  return new Set([...new URLSearchParams(query).keys()].map((name) => name.toLowerCase()));
}

/** The address may set shorter limits than `atMost`, not longer ones; 0 in it means no limit. */
function timeoutsWithin(atMost: number, url: string): MongoClientOptions {
  const given = [...new URLSearchParams(url.split('?')[1] ?? '')];
  const names = ['serverSelectionTimeoutMS', 'connectTimeoutMS', 'socketTimeoutMS'] as const;
  return Object.fromEntries(
    names.map((name) => {
      const [, value] = given.find(([key]) => key.toLowerCase() === name.toLowerCase()) ?? [];
      return [name, Math.min(atMost, Number(value) || atMost)];
    }),
  );
}

function optionsFor({ url, socketTimeoutMs, timeoutMs, onCommand }: ConnectionOptions): MongoClientOptions {
  const set = settingsIn(url);
  const adjustable = Object.entries(ADJUSTABLE).filter(([name]) => !set.has(name.toLowerCase()));
  return {
    ...(Object.fromEntries(adjustable) as Partial<typeof ADJUSTABLE>),
    ...(socketTimeoutMs !== undefined && { socketTimeoutMS: socketTimeoutMs }),
    ...(timeoutMs !== undefined && timeoutsWithin(timeoutMs, url)),
    ignoreUndefined: true,
    promoteBuffers: true,
    monitorCommands: onCommand !== undefined,
  };
}

// No address can weaken these, as it could if they were the client's options: with a write that only one server has, or a
// read from one that lags, one code could be exchanged twice.
const guaranteesWithin = (wtimeoutMS: number): DbOptions => ({
  writeConcern: new WriteConcern('majority', wtimeoutMS, true),
  readConcern: new ReadConcern('majority'),
  readPreference: ReadPreference.primary,
});

/** Does not connect yet: the first operation does. Throws `StorageAddressInvalid`. */
export function connectionTo(options: ConnectionOptions): Connection {
  const { url, onCommand } = options;
  try {
    const client = new MongoClient(url, optionsFor(options));
    if (onCommand !== undefined) client.on('commandStarted', onCommand);
    const { serverSelectionTimeoutMS, socketTimeoutMS } = client.options;
    return {
      client,
      database: client.db(databaseNameIn(url), guaranteesWithin(socketTimeoutMS)),
      // A little more than the driver's own bounds, because its error is more precise than ours.
      deadlineMs: Math.max(serverSelectionTimeoutMS, socketTimeoutMS) + 500,
    };
  } catch (error) {
    throw invalidAddress(url, error);
  }
}

const COMMAND_NOT_FOUND = 59;

async function greet(database: Db): Promise<Document> {
  const admin = database.client.db('admin');
  try {
    return await admin.command({ hello: 1 });
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== COMMAND_NOT_FOUND) throw error;
    // The name that `hello` had before MongoDB 5.
    return await admin.command({ isMaster: 1 });
  }
}

/** Whether the server deletes expired documents by itself. Where it does not, `purge` does. */
export async function runsTtlMonitor(database: Db): Promise<boolean> {
  // Every command that reports it needs special rights. The servers that we know have sessions and a monitor, or neither.
  // Without sessions the client does not retry writes: one whose response was lost is `StorageUnavailable`.
  const { logicalSessionTimeoutMinutes } = await greet(database);
  return typeof logicalSessionTimeoutMinutes === 'number';
}
