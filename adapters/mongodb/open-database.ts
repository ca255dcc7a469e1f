/** Connects, and makes sure that the database has the shape that this version knows. */
import type { Clock } from '../../src/ports/clock.ts';
import type { SchemaVersions } from '../../src/ports/upkeep.ts';
import { type Capabilities, capabilitiesOf } from './capabilities.ts';
import { type ConnectionWishes, connectionTo } from './connect.ts';
import { checkVersion, knownVersion, migrate, schemaVersionOf } from './migrate.ts';
import { type RenewableConnection, renewableConnection } from './renewable-connection.ts';
import { reaching, reachingWithin } from './unavailable.ts';

export interface OpenedDatabase {
  readonly connection: RenewableConnection;
  readonly capabilities: Capabilities;
  readonly schema: SchemaVersions;
}

export interface DatabaseWishes extends ConnectionWishes {
  readonly clock: Clock;
  readonly acceptNewer: boolean;
}

// An index on a large collection takes long to build.
const MIGRATION_TIMEOUT_MS = 30 * 60_000;

async function migrateWithPatience(wishes: DatabaseWishes): Promise<void> {
  const { client, database } = connectionTo({ ...wishes, socketTimeoutMs: MIGRATION_TIMEOUT_MS });
  try {
    await reaching(() => migrate(database, wishes.clock, wishes.acceptNewer));
  } finally {
    await client.close();
  }
}

export async function openDatabase(wishes: DatabaseWishes): Promise<OpenedDatabase> {
  const connection = connectionTo(wishes);
  const { client, database, deadlineMs } = connection;
  try {
    const [capabilities, found] = await reachingWithin(deadlineMs, async () => {
      await client.connect();
      return await Promise.all([capabilitiesOf(database), schemaVersionOf(database)]);
    });
    checkVersion(found, wishes.acceptNewer);
    if (found < knownVersion) await migrateWithPatience(wishes);
    const schema = { found, current: Math.max(found, knownVersion), known: knownVersion };
    return { connection: renewableConnection(connection, () => connectionTo(wishes)), capabilities, schema };
  } catch (error) {
    await client.close();
    throw error;
  }
}
