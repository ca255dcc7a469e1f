/** Maintenance on SQLite: what moving, re-encryption and checking a database needs beside the records themselves. */
import type { DatabaseSync } from 'node:sqlite';
import type { Collection } from '../../src/storage/collections.ts';
import type { FoundRecord, Maintenance } from '../../src/storage/driver.ts';
import type { GroupCommit } from './group-commit.ts';
import { indexColumns, setSideTables } from './rows.ts';
import type { Tables } from './statements.ts';

const MOST_FAULTS = 100;

function exchangeSql(collection: Collection): string {
  return `UPDATE "${collection}" AS record SET payload = ?3
    WHERE id = ?1 AND payload = ?2 AND (record.expires_at IS NULL OR record.expires_at > ?4)`;
}

function restoreSql({ sqlOf }: Tables, collection: Collection): string {
  const indexes = sqlOf(collection).indexes.filter(({ kind }) => kind === 'one');
  const columns = ['id', 'payload', 'version', 'consumed_at', 'expires_at']
    .concat(collection === 'counters' ? 'count' : [])
    .concat(indexes.map(({ name }) => `"${name}"`));
  const parameters = columns.map((_, index) => `?${index + 1}`);
  const assignments = columns.slice(1).map((name) => `${name} = excluded.${name}`);
  return `INSERT INTO "${collection}" (${columns.join()}) VALUES (${parameters.join()})
    ON CONFLICT (id) DO UPDATE SET ${assignments.join()}`;
}

function restoreRecord(tables: Tables, collection: Collection, record: FoundRecord): void {
  const { id, payload, version, consumedAt = null, expiresAt = null, count = 0 } = record;
  const ofCounter = collection === 'counters' ? [count] : [];
  const columns = indexColumns(tables, collection, record);
  tables
    .prepare(restoreSql(tables, collection))
    .run(id, payload, version, consumedAt, expiresAt, ...ofCounter, ...columns);
  setSideTables(tables, collection, record);
}

function findFaults(database: DatabaseSync): readonly string[] {
  const damage = database
    .prepare(`PRAGMA integrity_check(${MOST_FAULTS})`)
    .all()
    .flatMap(Object.values)
    .map(String)
    .filter((line) => line !== 'ok');
  const orphans = database.prepare('PRAGMA foreign_key_check').all();
  return [...damage, ...orphans.map(({ table, parent }) => `a row of ${table} points at no row of ${parent}`)];
}

export function sqliteMaintenance(
  database: DatabaseSync,
  tables: Tables,
  writes: GroupCommit,
  read: <T>(run: () => T) => Promise<T>,
): Omit<Maintenance, 'schema'> {
  return {
    size: (collection) =>
      read(() => Number(database.prepare(`SELECT count(*) AS size FROM "${collection}"`).get()?.size)),
    exchangePayload: (collection, id, from, to) =>
      writes.write(() => tables.prepare(exchangeSql(collection)).run(id, from, to, tables.clock.now()).changes > 0),
    async restore(collection, records) {
      // Asked for at once, so that they share few transactions.
      await Promise.all(records.map((record) => writes.writeTogether(() => restoreRecord(tables, collection, record))));
    },
    faults: () => read(() => findFaults(database)),
  };
}
