/** Reads live records: by id, by lookup, and all of a collection in the order of their ids. */
import type { SQLOutputValue } from 'node:sqlite';
import type { Collection } from '../../src/ports/collections.ts';
import type { FoundRecord, Page } from '../../src/ports/records.ts';
import type { LookupSql } from './table-sql.ts';
import type { Tables } from './tables.ts';

interface RecordColumns {
  readonly id: string;
  readonly payload: Uint8Array;
  readonly version: number;
  readonly consumed_at: number | null;
  readonly expires_at: number | null;
  /** Of counters only. */
  readonly count?: number;
}

type Row = Record<string, SQLOutputValue>;

function lookupValues(lookups: readonly LookupSql[], row: Row): Record<string, string | readonly string[]> {
  const values: Record<string, string | readonly string[]> = {};
  for (const { name, kind } of lookups) {
    const column = row[name];
    if (typeof column !== 'string') continue;
    values[name] = kind === 'one' ? column : (JSON.parse(column) as string[]);
  }
  return values;
}

function foundRecord(lookups: readonly LookupSql[], row: Row): FoundRecord {
  // STRICT tables: a column holds its declared type and nothing else.
  const { id, payload, version, consumed_at, expires_at, count } = row as unknown as RecordColumns;
  return {
    id,
    payload,
    version,
    ...(lookups.length > 0 && { lookups: lookupValues(lookups, row) }),
    ...(consumed_at !== null && { consumedAt: consumed_at }),
    ...(expires_at !== null && { expiresAt: expires_at }),
    ...(count !== undefined && { count }),
  };
}

export function lookupOf({ sqlOf }: Tables, collection: Collection, name: string): LookupSql {
  const lookup = sqlOf(collection).lookups.find((declared) => declared.name === name);
  if (lookup === undefined) throw new TypeError(`${collection} has no lookup ${name}`);
  return lookup;
}

export function getRecord(
  { sqlOf, prepare, clock }: Tables,
  collection: Collection,
  id: string,
): FoundRecord | undefined {
  const { get, lookups } = sqlOf(collection);
  const row = prepare(get).get(id, clock.now());
  return row && foundRecord(lookups, row);
}

export function findRecords(
  tables: Tables,
  collection: Collection,
  lookup: string,
  value: string,
  page: Page,
): FoundRecord[] {
  const { find } = lookupOf(tables, collection, lookup);
  const { lookups } = tables.sqlOf(collection);
  const now = tables.clock.now();
  const rows =
    page.after === undefined
      ? tables.prepare(find.first).all(value, now, page.limit)
      : tables.prepare(find.next).all(value, now, page.limit, page.after);
  return rows.map((row) => foundRecord(lookups, row));
}

export function listRecords(
  { sqlOf, prepare, clock }: Tables,
  collection: Collection,
  { after, limit }: Page,
): FoundRecord[] {
  const { list, lookups } = sqlOf(collection);
  const now = clock.now();
  const rows = after === undefined ? prepare(list.first).all(now, limit) : prepare(list.next).all(now, limit, after);
  return rows.map((row) => foundRecord(lookups, row));
}
