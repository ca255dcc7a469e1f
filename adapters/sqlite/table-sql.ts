/** The statements of one collection, written out once from the lookups that the port declares for it. */
import { type Collection, collections, type LookupKind } from '../../src/ports/collections.ts';

interface PagedSql {
  readonly first: string;
  readonly next: string;
}

export interface LookupSql {
  readonly name: string;
  readonly kind: LookupKind;
  readonly find: PagedSql;
  readonly remove: string;
}

/** A lookup of many values has a side table: one row a value. */
export interface SideTableSql {
  readonly name: string;
  readonly values: string;
  readonly add: string;
  readonly drop: string;
}

const lookupsOf = (collection: Collection): readonly (readonly [string, LookupKind])[] =>
  Object.entries<LookupKind>(collections[collection].lookups);

const isLive = (parameter: string): string => `(record.expires_at IS NULL OR record.expires_at > ${parameter})`;

// SQLite plans by the value of a limit that is a bare parameter, and so compiles the statement anew at each use: three
// times the cost. A sum it does not look into.
const limit = (parameter: string): string => `LIMIT ${parameter} + 0`;

const sideTable = (collection: Collection, lookup: string): string => `"${collection}_${lookup}"`;

function foundColumns(collection: Collection): string {
  const lookups = lookupsOf(collection).map(([name, kind]) =>
    kind === 'one'
      ? `record."${name}"`
      : `(SELECT json_group_array(value) FROM ${sideTable(collection, name)} WHERE id = record.id) AS "${name}"`,
  );
  return ['id', 'payload', 'version', 'consumed_at', 'expires_at', ...(collection === 'counters' ? ['count'] : [])]
    .map((name) => `record.${name}`)
    .concat(lookups)
    .join();
}

function writeSql(collection: Collection) {
  const columns = lookupsOf(collection).flatMap(([name, kind]) => (kind === 'one' ? [`"${name}"`] : []));
  // ?1 id, ?2 payload, ?3 expiry, ?4 now, from ?5 on the lookups, at last the version that is expected.
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

function lookupSql(collection: Collection, name: string, kind: LookupKind): LookupSql {
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
  const lookups = lookupsOf(collection);
  return {
    ...readSql(collection),
    ...writeSql(collection),
    ...removeSql(collection),
    lookups: lookups.map(([name, kind]) => lookupSql(collection, name, kind)),
    sideTables: lookups.flatMap(([name, kind]) => (kind === 'many' ? [sideTableSql(collection, name)] : [])),
  };
}

export type TableSql = ReturnType<typeof tableSql>;
