/** What the server at the other end can do: the one place that knows how MongoDB-wire servers differ. */
import { type Db, type Document, MongoServerError } from 'mongodb';

export interface Capabilities {
  /**
   * The server keeps sessions. Where it does not, the driver sends its writes without the number that lets the server
   * recognise a retry, and does not retry them: a write whose answer was lost is `StorageUnavailable`.
   */
  readonly hasSessions: boolean;
  /** The server deletes expired documents by itself. Where it does not, `purge` is the only one that does. */
  readonly hasTtlMonitor: boolean;
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

export async function capabilitiesOf(database: Db): Promise<Capabilities> {
  const { logicalSessionTimeoutMinutes } = await greet(database);
  const hasSessions = typeof logicalSessionTimeoutMinutes === 'number';
  // No command without special rights tells; the servers known to us either keep sessions and run a monitor, or do neither.
  return { hasSessions, hasTtlMonitor: hasSessions };
}
