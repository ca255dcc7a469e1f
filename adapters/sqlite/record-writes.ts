/** Writes one record: claims, replaces and consumes it, each by one conditional statement. */
import type { SQLInputValue } from 'node:sqlite';
import type { Collection } from '../../src/ports/collections.ts';
import type { ConsumeOutcome, StoredRecord } from '../../src/ports/records.ts';
import type { SideTableSql } from './table-sql.ts';
import type { Tables } from './tables.ts';

/** The columns of the lookups that have one value, in the order of their declaration. */
export function lookupColumns(tables: Tables, collection: Collection, record: StoredRecord): SQLInputValue[] {
  const { lookups } = tables.sqlOf(collection);
  const given = record.lookups ?? {};
  const unknown = Object.keys(given).find((name) => !lookups.some((lookup) => lookup.name === name));
  if (unknown !== undefined) throw new TypeError(`${collection} has no lookup ${unknown}`);
  const columns = lookups.filter(({ kind }) => kind === 'one').map(({ name }) => given[name] ?? null);
  if (!columns.every((value) => value === null || typeof value === 'string')) {
    throw new TypeError(`${collection} takes one value for each lookup`);
  }
  return columns;
}

/** What ?1, ?2, ... of the write statements stand for (table-sql.ts). */
function parameters(tables: Tables, collection: Collection, record: StoredRecord): SQLInputValue[] {
  const columns = lookupColumns(tables, collection, record);
  return [record.id, record.payload, record.expiresAt ?? null, tables.clock.now(), ...columns];
}

/** Rows that stay are left alone: most writes of a session change none of its aliases. */
function setValues({ prepare }: Tables, sql: SideTableSql, id: string, values: readonly string[]): void {
  const wanted = new Set(values);
  for (const { value } of prepare(sql.values).all(id)) {
    if (!wanted.delete(String(value))) prepare(sql.drop).run(id, String(value));
  }
  for (const value of wanted) prepare(sql.add).run(id, value);
}

export function setSideTables(tables: Tables, collection: Collection, record: StoredRecord): void {
  for (const sideTable of tables.sqlOf(collection).sideTables) {
    const given = record.lookups?.[sideTable.name] ?? [];
    setValues(tables, sideTable, record.id, typeof given === 'string' ? [given] : given);
  }
}

export function hasSideTables(tables: Tables, collection: Collection): boolean {
  return tables.sqlOf(collection).sideTables.length > 0;
}

export function insertRecord(tables: Tables, collection: Collection, record: StoredRecord): boolean {
  const insert = tables.prepare(tables.sqlOf(collection).insert);
  if (insert.run(...parameters(tables, collection, record)).changes === 0) return false;
  setSideTables(tables, collection, record);
  return true;
}

export function putRecord(tables: Tables, collection: Collection, record: StoredRecord): void {
  tables.prepare(tables.sqlOf(collection).put).run(...parameters(tables, collection, record));
  setSideTables(tables, collection, record);
}

export function replaceRecord(tables: Tables, collection: Collection, record: StoredRecord, expected: number): boolean {
  const replace = tables.prepare(tables.sqlOf(collection).replace);
  if (replace.run(...parameters(tables, collection, record), expected).changes === 0) return false;
  setSideTables(tables, collection, record);
  return true;
}

export function consumeRecord(tables: Tables, collection: Collection, id: string): ConsumeOutcome {
  const { consume, isThere } = tables.sqlOf(collection);
  const now = tables.clock.now();
  if (tables.prepare(consume).run(id, now).changes > 0) return 'consumed';
  // Read inside the same transaction, so that nothing can have changed since.
  return tables.prepare(isThere).get(id, now) === undefined ? 'absent' : 'already_consumed';
}
