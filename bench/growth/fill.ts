/** Fills a database with copies, by the fastest way that each database has. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { openMongodbDriver } from '../../adapters/mongodb/driver.ts';
import { openSqliteDriver } from '../../adapters/sqlite/driver.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { type Collection, collections, type IndexKind } from '../../src/storage/collections.ts';
import type { FoundRecord } from '../../src/storage/driver.ts';
import type { Shape } from './shapes.ts';

const MONGODB_BATCH = 500;

// Without durability: the bench can make the file again.
const FAST_SETTINGS = ['journal_mode = OFF', 'synchronous = OFF', 'locking_mode = EXCLUSIVE', 'cache_size = -1000000'];

type Insert = (record: FoundRecord) => void;

/** The rows that the SQLite adapter would write for a record, without its transactions. */
function insertInto(database: DatabaseSync, collection: Collection): Insert {
  const indexes = Object.entries<IndexKind>(collections[collection].indexes);
  const one = indexes.flatMap(([name, kind]) => (kind === 'one' ? [name] : []));
  const many = indexes.flatMap(([name, kind]) => (kind === 'many' ? [name] : []));
  const names = ['id', 'payload', 'version', 'consumed_at', 'expires_at'].concat(one);
  const prepare = (table: string, columns: readonly string[]): StatementSync =>
    database.prepare(
      `INSERT INTO "${table}" (${columns.map((name) => `"${name}"`).join()}) VALUES (${columns.map(() => '?').join()})`,
    );
  const row = prepare(collection, names);
  const sideRows = many.map((name) => [name, prepare(`${collection}_${name}`, ['value', 'id'])] as const);
  return ({ id, payload, version, consumedAt, expiresAt, indexes: values = {} }) => {
    const columns = one.map((name) => (values[name] ?? null) as SQLInputValue);
    row.run(id, payload, version, consumedAt ?? null, expiresAt ?? null, ...columns);
    for (const [name, sideRow] of sideRows) for (const value of [values[name] ?? []].flat()) sideRow.run(value, id);
  };
}

/** No other process may have the file open. */
export async function fillSqlite(location: string, copies: Iterable<Shape>): Promise<void> {
  // Makes the tables.
  await (await openSqliteDriver({ location, clock: systemClock })).close();
  const database = new DatabaseSync(location);
  try {
    for (const setting of FAST_SETTINGS) database.exec(`PRAGMA ${setting}`);
    const inserts = new Map<Collection, Insert>();
    database.exec('BEGIN');
    for (const { collection, record } of copies) {
      const insert = inserts.get(collection) ?? insertInto(database, collection);
      inserts.set(collection, insert);
      insert(record);
    }
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}

export async function fillMongodb(url: string, copies: Iterable<Shape>): Promise<void> {
  const records = await openMongodbDriver({ url, clock: systemClock });
  const waiting = new Map<Collection, FoundRecord[]>();
  const flush = async (collection: Collection, batch: FoundRecord[]): Promise<void> =>
    records.restore(collection, batch.splice(0));
  try {
    for (const { collection, record } of copies) {
      const batch = waiting.get(collection) ?? [];
      waiting.set(collection, batch);
      batch.push(record);
      if (batch.length >= MONGODB_BATCH) await flush(collection, batch);
    }
    for (const [collection, batch] of waiting) await flush(collection, batch);
  } finally {
    await records.close();
  }
}
