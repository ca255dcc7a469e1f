/** Reads live records: by id, by index, and all of a collection in the order of their ids. */
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { type Collection, collectionNames } from '../../src/storage/collections.ts';
import type { ConsumeOutcome, FoundRecord, Page, StoredRecord } from '../../src/storage/driver.ts';
import type { GroupCommit } from './group-commit.ts';
import type { IndexSql, SideTableSql, Tables } from './statements.ts';

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

function indexValues(indexes: readonly IndexSql[], row: Row): Record<string, string | readonly string[]> {
  const values: Record<string, string | readonly string[]> = {};
  for (const { name, kind } of indexes) {
    const column = row[name];
    if (typeof column !== 'string') continue;
    values[name] = kind === 'one' ? column : (JSON.parse(column) as string[]);
  }
  return values;
}

function foundRecord(indexes: readonly IndexSql[], row: Row): FoundRecord {
  // STRICT tables: a column holds its declared type and nothing else.
  const { id, payload, version, consumed_at, expires_at, count } = row as unknown as RecordColumns;
  return {
    id,
    payload,
    version,
    ...(indexes.length > 0 && { indexes: indexValues(indexes, row) }),
    ...(consumed_at !== null && { consumedAt: consumed_at }),
    ...(expires_at !== null && { expiresAt: expires_at }),
    ...(count !== undefined && { count }),
  };
}

function declaredIndex({ sqlOf }: Tables, collection: Collection, name: string): IndexSql {
  const index = sqlOf(collection).indexes.find((declared) => declared.name === name);
  if (index === undefined) throw new TypeError(`${collection} has no index ${name}`);
  return index;
}

export function getRecord(
  { sqlOf, prepare, clock }: Tables,
  collection: Collection,
  id: string,
): FoundRecord | undefined {
  const { get, indexes } = sqlOf(collection);
  const row = prepare(get).get(id, clock.now());
  return row && foundRecord(indexes, row);
}

export function findRecords(
  tables: Tables,
  collection: Collection,
  index: string,
  value: string,
  page: Page,
): FoundRecord[] {
  const { find } = declaredIndex(tables, collection, index);
  const { indexes } = tables.sqlOf(collection);
  const now = tables.clock.now();
  const rows =
    page.after === undefined
      ? tables.prepare(find.first).all(value, now, page.limit)
      : tables.prepare(find.next).all(value, now, page.limit, page.after);
  return rows.map((row) => foundRecord(indexes, row));
}

export function listRecords(
  { sqlOf, prepare, clock }: Tables,
  collection: Collection,
  { after, limit }: Page,
): FoundRecord[] {
  const { list, indexes } = sqlOf(collection);
  const now = clock.now();
  const rows = after === undefined ? prepare(list.first).all(now, limit) : prepare(list.next).all(now, limit, after);
  return rows.map((row) => foundRecord(indexes, row));
}

/** The columns of the indexes that have one value, in the order of their declaration. */
export function indexColumns(tables: Tables, collection: Collection, record: StoredRecord): SQLInputValue[] {
  const { indexes } = tables.sqlOf(collection);
  const given = record.indexes ?? {};
  const unknown = Object.keys(given).find((name) => !indexes.some((index) => index.name === name));
  if (unknown !== undefined) throw new TypeError(`${collection} has no index ${unknown}`);
  const columns = indexes.filter(({ kind }) => kind === 'one').map(({ name }) => given[name] ?? null);
  if (!columns.every((value) => value === null || typeof value === 'string')) {
    throw new TypeError(`${collection} takes one value for each index`);
  }
  return columns;
}

/** What ?1, ?2, ... of the write statements stand for (table-sql.ts). */
function parameters(tables: Tables, collection: Collection, record: StoredRecord): SQLInputValue[] {
  const columns = indexColumns(tables, collection, record);
  return [record.id, record.payload, record.expiresAt ?? null, tables.clock.now(), ...columns];
}

/** Rows that stay are left alone: most writes of a session change none of its sessionIds. */
function setValues({ prepare }: Tables, sql: SideTableSql, id: string, values: readonly string[]): void {
  const wanted = new Set(values);
  for (const { value } of prepare(sql.values).all(id)) {
    if (!wanted.delete(String(value))) prepare(sql.drop).run(id, String(value));
  }
  for (const value of wanted) prepare(sql.add).run(id, value);
}

export function setSideTables(tables: Tables, collection: Collection, record: StoredRecord): void {
  for (const sideTable of tables.sqlOf(collection).sideTables) {
    const given = record.indexes?.[sideTable.name] ?? [];
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

// A batch of this size holds the event loop, and the lock of the file, for about a millisecond.
const BATCH = 100;

/** Repeats a delete of at most so many rows until it finds fewer; says how many went in all. */
async function inBatches(limit: number, removeAtMost: (rows: number) => Promise<number>): Promise<number> {
  let removed = 0;
  while (removed < limit) {
    const wanted = Math.min(BATCH, limit - removed);
    const gone = await removeAtMost(wanted);
    removed += gone;
    if (gone < wanted) break;
  }
  return removed;
}

export function removeRecord({ sqlOf, prepare, clock }: Tables, collection: Collection, id: string): boolean {
  return prepare(sqlOf(collection).remove).run(id, clock.now()).changes > 0;
}

export function removeRecordVersion(tables: Tables, collection: Collection, id: string, expected: number): boolean {
  const remove = tables.prepare(tables.sqlOf(collection).removeVersion);
  return remove.run(id, tables.clock.now(), expected).changes > 0;
}

export function removeRecordsBy(
  tables: Tables,
  writes: GroupCommit,
  collection: Collection,
  index: string,
  value: string,
): Promise<number> {
  const { remove } = declaredIndex(tables, collection, index);
  return inBatches(Number.POSITIVE_INFINITY, (rows) =>
    writes.write(() => Number(tables.prepare(remove).run(value, tables.clock.now(), rows).changes)),
  );
}

type Read = <T>(run: () => T) => Promise<T>;

/** `only`: of this collection instead of each. */
export async function purgeRecords(
  tables: Tables,
  { writes, read }: { readonly writes: GroupCommit; readonly read: Read },
  limit: number,
  only: Collection | undefined,
): Promise<number> {
  const { sqlOf, prepare, clock } = tables;
  let purged = 0;
  for (const collection of only === undefined ? collectionNames : [only]) {
    const { hasExpired, purge } = sqlOf(collection);
    purged += await inBatches(limit, async (rows) => {
      // Looked for first: a write takes the lock of the file even when it finds nothing to delete.
      if ((await read(() => prepare(hasExpired).get(clock.now()))) === undefined) return 0;
      return await writes.write(() => Number(prepare(purge).run(clock.now(), rows).changes));
    });
  }
  return purged;
}

// ?1 id, ?2 what to add, ?3 expiry, ?4 now.
const INCREMENT = `INSERT INTO counters AS record (id, payload, version, count, expires_at) VALUES (?1, x'', 1, ?2, ?3)
  ON CONFLICT (id) DO UPDATE SET
    count = iif(record.expires_at <= ?4, 0, record.count) + ?2,
    expires_at = iif(record.expires_at <= ?4, ?3, record.expires_at)
  RETURNING count`;

const COUNT = 'SELECT count FROM counters WHERE id = ?1 AND (expires_at IS NULL OR expires_at > ?2)';

export function incrementCounter({ prepare, clock }: Tables, id: string, by: number, expiresAt: number): number {
  return Number(prepare(INCREMENT).get(id, by, expiresAt, clock.now())?.count);
}

export function readCounter({ prepare, clock }: Tables, id: string): number {
  return Number(prepare(COUNT).get(id, clock.now())?.count ?? 0);
}
