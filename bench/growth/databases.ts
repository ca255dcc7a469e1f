/** The drivers whose growth is measured, each with databases of its own for one run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMongodbDriver } from '../../adapters/mongodb/driver.ts';
import { openSqliteDriver } from '../../adapters/sqlite/driver.ts';
import { systemClock } from '../../src/ports/clock.ts';
import type { StorageDriver } from '../../src/storage/driver.ts';
import { startMongodb } from '../../test/support/mongodb/start-mongodb.ts';
import { fillMongodb, fillSqlite } from './fill.ts';
import type { Shape } from './shapes.ts';

export interface GrowingDatabase {
  readonly name: string;
  /** What must be known to read its numbers. */
  readonly caution?: string;
  /** The address of a database that does not exist yet. */
  addressOf(database: string): string;
  fill(address: string, copies: Iterable<Shape>): Promise<void>;
  open(address: string): Promise<StorageDriver>;
  stop(): Promise<void>;
}

const SQLITE = 'sqlite:';

const STANDIN_CAUTION = `The stand-in reads a whole collection for all but a plain read by id: its times grow with what it holds. On a
genuine server an index leads every command (test/contract/mongodb-commands.test.ts). The counts of operations hold for both.

`;

export async function sqliteToGrow(): Promise<GrowingDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-growth-'));
  const locationOf = (address: string): string => address.slice(SQLITE.length);
  return {
    name: 'SQLite',
    addressOf: (database) => `${SQLITE}${join(folder, `${database}.db`)}`,
    fill: (address, copies) => fillSqlite(locationOf(address), copies),
    open: (address) => openSqliteDriver({ location: locationOf(address), clock: systemClock }),
    stop: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Undefined where no server was found. */
export async function mongodbToGrow(): Promise<GrowingDatabase | undefined> {
  const server = await startMongodb();
  if ('missing' in server) return undefined;
  return {
    name: `MongoDB: ${server.description}`,
    ...(server.kind === 'standin' && { caution: STANDIN_CAUTION }),
    addressOf: (database) => server.url(`latchkey_growth_${database}`),
    fill: fillMongodb,
    open: (address) => openMongodbDriver({ url: address, clock: systemClock }),
    stop: () => server.stop(),
  };
}
