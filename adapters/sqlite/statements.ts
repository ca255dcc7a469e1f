/** One collection as SQLite keeps it: its statements, written out once from the declared indexes, and what each returns. */
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { Clock } from '../../src/ports/clock.ts';
import { type Collection, collections, type IndexKind } from '../../src/storage/collections.ts';
import type { ConsumeOutcome, FoundRecord, Page, StoredRecord } from '../../src/storage/driver.ts';

const isLive = (parameter: string): string => `(record.expires_at IS NULL OR record.expires_at > ${parameter})`;

// Where a limit is a bare parameter, SQLite plans by its value and compiles the statement again at each use, at three
// times the cost. For a sum it does not.
const limit = (parameter: string): string => `LIMIT ${parameter} + 0`;

/** An index of many values has a side table: one row a value. */
const sideTable = (collection: Collection, index: string): string => `"${collection}_${index}"`;

const indexNames = (collection: Collection, wanted: IndexKind): readonly string[] =>
  Object.entries<IndexKind>(collections[collection].indexes).flatMap(([name, kind]) => (kind === wanted ? [name] : []));

function foundColumns(collection: Collection): string {
  const columns = [
    'id',
    'payload',
    'version',
    'consumed_at',
    'expires_at',
    ...(collection === 'counters' ? ['count'] : []),
  ];
  return [
    ...columns.map((name) => `record.${name}`),
    ...indexNames(collection, 'one').map((name) => `record."${name}"`),
    ...indexNames(collection, 'many').map(
      (name) =>
        `(SELECT json_group_array(value) FROM ${sideTable(collection, name)} WHERE id = record.id) AS "${name}"`,
    ),
  ].join();
}

function readSql(collection: Collection) {
  const select = `SELECT ${foundColumns(collection)} FROM "${collection}" AS record WHERE`;
  const page = (start: string): string => `${select} ${isLive('?1')} ${start} ORDER BY record.id ${limit('?2')}`;
  return {
    get: `${select} id = ?1 AND ${isLive('?2')}`,
    isThere: `SELECT 1 FROM "${collection}" AS record WHERE id = ?1 AND ${isLive('?2')}`,
    list: { first: page(''), next: page('AND record.id > ?3') },
  };
}

function writeSql(collection: Collection) {
  const columns = indexNames(collection, 'one').map((name) => `"${name}"`);
  // ?1 id, ?2 payload, ?3 expiry, ?4 now, from ?5 on the indexes, at last the version that is expected.
  const parameters = columns.map((_, index) => `?${index + 5}`);
  const row = `INSERT INTO "${collection}" AS record (${['id, payload, version, expires_at', ...columns].join()})
    VALUES (${['?1, ?2, 1, ?3', ...parameters].join()})`;
  const content = ['payload = ?2, expires_at = ?3']
    .concat(columns.map((name, index) => `${name} = ${parameters[index]}`))
    .join();
  return {
    insert: `${row} ON CONFLICT (id) DO UPDATE SET version = 1, consumed_at = NULL, ${content} WHERE record.expires_at <= ?4`,
    put: `${row} ON CONFLICT (id) DO UPDATE SET ${content},
      version = iif(record.expires_at <= ?4, 1, record.version + 1),
      consumed_at = iif(record.expires_at <= ?4, NULL, record.consumed_at)`,
    replace: `UPDATE "${collection}" AS record SET version = version + 1, ${content}
      WHERE id = ?1 AND version = ?${columns.length + 5} AND ${isLive('?4')}`,
    consume: `UPDATE "${collection}" AS record SET consumed_at = ?2,
      payload = coalesce(?3, payload), version = version + (?3 IS NOT NULL) WHERE id = ?1 AND consumed_at IS NULL AND ${isLive('?2')}`,
    exchange: `UPDATE "${collection}" AS record SET payload = ?3 WHERE id = ?1 AND payload = ?2 AND ${isLive('?4')}`,
    restore: restoreSql(collection, columns),
  };
}

function restoreSql(collection: Collection, indexColumns: readonly string[]): string {
  const own = ['payload', 'version', 'consumed_at', 'expires_at', ...(collection === 'counters' ? ['count'] : [])];
  const columns = [...own, ...indexColumns];
  return `INSERT INTO "${collection}" (${['id', ...columns].join()}) VALUES (?1, ${columns.map((_, index) => `?${index + 2}`).join()})
    ON CONFLICT (id) DO UPDATE SET ${columns.map((name) => `${name} = excluded.${name}`).join()}`;
}

function removeSql(collection: Collection) {
  return {
    remove: `DELETE FROM "${collection}" AS record WHERE id = ?1 AND ${isLive('?2')}`,
    removeVersion: `DELETE FROM "${collection}" AS record WHERE id = ?1 AND ${isLive('?2')} AND version = ?3`,
    hasExpired: `SELECT 1 FROM "${collection}" WHERE expires_at <= ?1 LIMIT 1`,
    purge: `DELETE FROM "${collection}" WHERE id IN (SELECT id FROM "${collection}" WHERE expires_at <= ?1 ${limit('?2')})`,
  };
}

function indexSql(collection: Collection, name: string, kind: IndexKind) {
  const side = sideTable(collection, name);
  const [from, value, id] =
    kind === 'one'
      ? [`"${collection}" AS record`, `record."${name}"`, 'record.id']
      : [`${side} AS side CROSS JOIN "${collection}" AS record ON record.id = side.id`, 'side.value', 'side.id'];
  const page = (start: string): string =>
    `SELECT ${foundColumns(collection)} FROM ${from} WHERE ${value} = ?1 AND ${isLive('?2')} ${start} ORDER BY ${id} ${limit('?3')}`;
  return {
    name,
    find: { first: page(''), next: page(`AND ${id} > ?4`) },
    remove: `DELETE FROM "${collection}" WHERE id IN (SELECT ${id} FROM ${from} WHERE ${value} = ?1 AND ${isLive('?2')} ${limit('?3')})`,
  };
}

function sideTableSql(collection: Collection, name: string) {
  const side = sideTable(collection, name);
  return {
    name,
    values: `SELECT value FROM ${side} WHERE id = ?1`,
    add: `INSERT INTO ${side} (value, id) VALUES (?2, ?1)`,
    drop: `DELETE FROM ${side} WHERE value = ?2 AND id = ?1`,
  };
}

export function tableSql(collection: Collection) {
  return {
    ...readSql(collection),
    ...writeSql(collection),
    ...removeSql(collection),
    indexes: Object.entries<IndexKind>(collections[collection].indexes).map(([name, kind]) =>
      indexSql(collection, name, kind),
    ),
    sideTables: indexNames(collection, 'many').map((name) => sideTableSql(collection, name)),
  };
}

// ?1 id, ?2 what to add, ?3 expiry, ?4 now.
const INCREMENT = `INSERT INTO counters AS record (id, payload, version, count, expires_at) VALUES (?1, x'', 1, ?2, ?3)
  ON CONFLICT (id) DO UPDATE SET
    count = iif(record.expires_at <= ?4, 0, record.count) + ?2,
    expires_at = iif(record.expires_at <= ?4, ?3, record.expires_at)
  RETURNING count`;

interface FoundRow {
  readonly id: string;
  readonly payload: Uint8Array;
  readonly version: number;
  readonly consumed_at: number | null;
  readonly expires_at: number | null;
  /** Of counters only. */
  readonly count?: number;
}

export class Table {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #collection: Collection;
  readonly #sql: ReturnType<typeof tableSql>;
  readonly #singleIndexes: readonly string[];
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, clock: Clock, collection: Collection) {
    this.#database = database;
    this.#clock = clock;
    this.#collection = collection;
    this.#sql = tableSql(collection);
    this.#singleIndexes = indexNames(collection, 'one');
  }

  /** Its writes are several statements, which must be kept together. */
  get hasSideTables(): boolean {
    return this.#sql.sideTables.length > 0;
  }

  get(id: string): FoundRecord | undefined {
    const row = this.#prepare(this.#sql.get).get(id, this.#clock.now());
    return row && this.#found(row);
  }

  list({ after, limit: atMost }: Page): FoundRecord[] {
    const { first, next } = this.#sql.list;
    const [sql, start] = after === undefined ? [first, []] : [next, [after]];
    return this.#prepare(sql)
      .all(this.#clock.now(), atMost, ...start)
      .map((row) => this.#found(row));
  }

  findBy(index: string, value: string, { after, limit: atMost }: Page): FoundRecord[] {
    const { first, next } = this.#index(index).find;
    const [sql, start] = after === undefined ? [first, []] : [next, [after]];
    return this.#prepare(sql)
      .all(value, this.#clock.now(), atMost, ...start)
      .map((row) => this.#found(row));
  }

  size(): number {
    return Number(this.#prepare(`SELECT count(*) AS size FROM "${this.#collection}"`).get()?.size);
  }

  insert(record: StoredRecord): boolean {
    return this.#write(this.#sql.insert, record);
  }

  put(record: StoredRecord): void {
    this.#write(this.#sql.put, record);
  }

  replace(record: StoredRecord, expectedVersion: number): boolean {
    return this.#write(this.#sql.replace, record, expectedVersion);
  }

  restore(record: FoundRecord): void {
    const { id, payload, version, consumedAt = null, expiresAt = null, count = 0 } = record;
    const ofCounter = this.#collection === 'counters' ? [count] : [];
    const row = [id, payload, version, consumedAt, expiresAt, ...ofCounter, ...this.#indexColumns(record)];
    this.#prepare(this.#sql.restore).run(...row);
    this.#setSideTables(record);
  }

  exchangePayload(id: string, from: Uint8Array, to: Uint8Array): boolean {
    return this.#prepare(this.#sql.exchange).run(id, from, to, this.#clock.now()).changes > 0;
  }

  consume(id: string, payload: Uint8Array | null = null): ConsumeOutcome {
    const now = this.#clock.now();
    if (this.#prepare(this.#sql.consume).run(id, now, payload).changes > 0) return 'consumed';
    // Read inside the same transaction, so that nothing can have changed since.
    return this.#prepare(this.#sql.isThere).get(id, now) === undefined ? 'absent' : 'already_consumed';
  }

  remove(id: string): boolean {
    return this.#prepare(this.#sql.remove).run(id, this.#clock.now()).changes > 0;
  }

  removeVersion(id: string, expectedVersion: number): boolean {
    return this.#prepare(this.#sql.removeVersion).run(id, this.#clock.now(), expectedVersion).changes > 0;
  }

  removeBy(index: string, value: string, atMost: number): number {
    return Number(this.#prepare(this.#index(index).remove).run(value, this.#clock.now(), atMost).changes);
  }

  hasExpired(): boolean {
    return this.#prepare(this.#sql.hasExpired).get(this.#clock.now()) !== undefined;
  }

  purge(atMost: number): number {
    return Number(this.#prepare(this.#sql.purge).run(this.#clock.now(), atMost).changes);
  }

  increment(id: string, by: number, expiresAt: number): number {
    return Number(this.#prepare(INCREMENT).get(id, by, expiresAt, this.#clock.now())?.count);
  }

  #prepare(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }

  #index(name: string) {
    const index = this.#sql.indexes.find((declared) => declared.name === name);
    if (index === undefined) throw new TypeError(`${this.#collection} has no index ${name}`);
    return index;
  }

  #found(row: Record<string, SQLOutputValue>): FoundRecord {
    // STRICT tables: a column holds its declared type and nothing else.
    const { id, payload, version, consumed_at, expires_at, count } = row as unknown as FoundRow;
    const indexes = this.#sql.indexes.flatMap(({ name }): [string, string | string[]][] => {
      const column = row[name];
      if (typeof column !== 'string') return [];
      return [[name, this.#singleIndexes.includes(name) ? column : (JSON.parse(column) as string[])]];
    });
    return {
      id,
      payload,
      version,
      ...(this.#sql.indexes.length > 0 && { indexes: Object.fromEntries(indexes) }),
      ...(consumed_at !== null && { consumedAt: consumed_at }),
      ...(expires_at !== null && { expiresAt: expires_at }),
      ...(count !== undefined && { count }),
    };
  }

  #write(sql: string, record: StoredRecord, ...expectedVersion: readonly number[]): boolean {
    const { id, payload, expiresAt = null } = record;
    const row = [id, payload, expiresAt, this.#clock.now(), ...this.#indexColumns(record), ...expectedVersion];
    if (this.#prepare(sql).run(...row).changes === 0) return false;
    this.#setSideTables(record);
    return true;
  }

  #indexColumns({ indexes = {} }: StoredRecord): SQLInputValue[] {
    for (const name of Object.keys(indexes)) this.#index(name);
    return this.#singleIndexes.map((name) => {
      const value = indexes[name] ?? null;
      if (value !== null && typeof value !== 'string') {
        throw new TypeError(`${this.#collection} takes one value for its index ${name}`);
      }
      return value;
    });
  }

  /** Rows that stay are left alone: most writes of a session change none of its session ids. */
  #setSideTables({ id, indexes }: StoredRecord): void {
    for (const { name, values, add, drop } of this.#sql.sideTables) {
      const wanted = new Set([indexes?.[name] ?? []].flat());
      for (const { value } of this.#prepare(values).all(id)) {
        if (!wanted.delete(String(value))) this.#prepare(drop).run(id, String(value));
      }
      for (const value of wanted) this.#prepare(add).run(id, value);
    }
  }
}
