/** The statements of one collection, written out once from the indexes that the port declares for it. */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Clock } from '../../src/ports/clock.ts';
import { type Collection, collectionNames, collections, type IndexKind } from '../../src/storage/collections.ts';

interface PagedSql {
  readonly first: string;
  readonly next: string;
}

export interface IndexSql {
  readonly name: string;
  readonly kind: IndexKind;
  readonly find: PagedSql;
  readonly remove: string;
}

/** A index of many values has a side table: one row a value. */
export interface SideTableSql {
  readonly name: string;
  readonly values: string;
  readonly add: string;
  readonly drop: string;
}

const indexesOf = (collection: Collection): readonly (readonly [string, IndexKind])[] =>
  Object.entries<IndexKind>(collections[collection].indexes);

const isLive = (parameter: string): string => `(record.expires_at IS NULL OR record.expires_at > ${parameter})`;

// SQLite plans by the value of a limit that is a bare parameter, and so compiles the statement anew at each use: three
// times the cost. A sum it does not look into.
const limit = (parameter: string): string => `LIMIT ${parameter} + 0`;

const sideTable = (collection: Collection, index: string): string => `"${collection}_${index}"`;

function foundColumns(collection: Collection): string {
  const indexes = indexesOf(collection).map(([name, kind]) =>
    kind === 'one'
      ? `record."${name}"`
      : `(SELECT json_group_array(value) FROM ${sideTable(collection, name)} WHERE id = record.id) AS "${name}"`,
  );
  return ['id', 'payload', 'version', 'consumed_at', 'expires_at', ...(collection === 'counters' ? ['count'] : [])]
    .map((name) => `record.${name}`)
    .concat(indexes)
    .join();
}

function writeSql(collection: Collection) {
  const columns = indexesOf(collection).flatMap(([name, kind]) => (kind === 'one' ? [`"${name}"`] : []));
  // ?1 id, ?2 payload, ?3 expiry, ?4 now, from ?5 on the indexes, at last the version that is expected.
  const parameters = columns.map((_, index) => `?${index + 5}`);
  const row = `INSERT INTO "${collection}" AS record (${['id, payload, version, expires_at', ...columns].join()})
    VALUES (${['?1, ?2, 1, ?3', ...parameters].join()})`;
  const assignments = columns.map((name, index) => `${name} = ${parameters[index]}`);
  const content = ['payload = ?2, expires_at = ?3', ...assignments].join();
  return {
    insert: `${row} ON CONFLICT (id) DO UPDATE SET version = 1, consumed_at = NULL, ${content} WHERE record.expires_at <= ?4`,
    put: `${row} ON CONFLICT (id) DO UPDATE SET ${content},
      version = iif(record.expires_at <= ?4, 1, record.version + 1),
      consumed_at = iif(record.expires_at <= ?4, NULL, record.consumed_at)`,
    replace: `UPDATE "${collection}" AS record SET version = version + 1, ${content}
      WHERE id = ?1 AND version = ?${columns.length + 5} AND ${isLive('?4')}`,
    consume: `UPDATE "${collection}" AS record SET consumed_at = ?2 WHERE id = ?1 AND consumed_at IS NULL AND ${isLive('?2')}`,
  };
}

function indexSql(collection: Collection, name: string, kind: IndexKind): IndexSql {
  const side = sideTable(collection, name);
  const [from, value, id] =
    kind === 'one'
      ? [`"${collection}" AS record`, `record."${name}"`, 'record.id']
      : [`${side} AS side CROSS JOIN "${collection}" AS record ON record.id = side.id`, 'side.value', 'side.id'];
  const page = (start: string): string =>
    `SELECT ${foundColumns(collection)} FROM ${from} WHERE ${value} = ?1 AND ${isLive('?2')} ${start} ORDER BY ${id} ${limit('?3')}`;
  return {
    name,
    kind,
    find: { first: page(''), next: page(`AND ${id} > ?4`) },
    remove: `DELETE FROM "${collection}" WHERE id IN (SELECT ${id} FROM ${from} WHERE ${value} = ?1 AND ${isLive('?2')} ${limit('?3')})`,
  };
}

function sideTableSql(collection: Collection, name: string): SideTableSql {
  const side = sideTable(collection, name);
  return {
    name,
    values: `SELECT value FROM ${side} WHERE id = ?1`,
    add: `INSERT INTO ${side} (value, id) VALUES (?2, ?1)`,
    drop: `DELETE FROM ${side} WHERE value = ?2 AND id = ?1`,
  };
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

function removeSql(collection: Collection) {
  return {
    remove: `DELETE FROM "${collection}" AS record WHERE id = ?1 AND ${isLive('?2')}`,
    removeVersion: `DELETE FROM "${collection}" AS record WHERE id = ?1 AND ${isLive('?2')} AND version = ?3`,
    hasExpired: `SELECT 1 FROM "${collection}" WHERE expires_at <= ?1 LIMIT 1`,
    purge: `DELETE FROM "${collection}" WHERE id IN (SELECT id FROM "${collection}" WHERE expires_at <= ?1 ${limit('?2')})`,
  };
}

/** Every text is made once: the cache of prepared statements finds it by identity. */
export function tableSql(collection: Collection) {
  const indexes = indexesOf(collection);
  return {
    ...readSql(collection),
    ...writeSql(collection),
    ...removeSql(collection),
    indexes: indexes.map(([name, kind]) => indexSql(collection, name, kind)),
    sideTables: indexes.flatMap(([name, kind]) => (kind === 'many' ? [sideTableSql(collection, name)] : [])),
  };
}

export type TableSql = ReturnType<typeof tableSql>;

export interface Tables {
  readonly clock: Clock;
  sqlOf(collection: Collection): TableSql;
  prepare(sql: string): StatementSync;
}

export function openTables(database: DatabaseSync, clock: Clock): Tables {
  const sqlTexts = new Map(collectionNames.map((collection) => [collection, tableSql(collection)]));
  const prepared = new Map<string, StatementSync>();
  return {
    clock,
    sqlOf(collection) {
      const sql = sqlTexts.get(collection);
      if (sql === undefined) throw new TypeError(`there is no collection ${collection}`);
      return sql;
    },
    prepare(sql) {
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      const statement = database.prepare(sql);
      prepared.set(sql, statement);
      return statement;
    },
  };
}
