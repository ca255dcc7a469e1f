/** The open tables: prepared statements, each made when it is first needed, and the time they compare with. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Clock } from '../../src/ports/clock.ts';
import { type Collection, collectionNames } from '../../src/ports/collections.ts';
import { type TableSql, tableSql } from './table-sql.ts';

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
