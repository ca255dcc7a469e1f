/** The SQLite schema: every statement has an index to go by, and migrations only add. */
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { openDatabase } from '../../adapters/sqlite/driver.ts';
import { migrate } from '../../adapters/sqlite/migrations.ts';
import { tableSql } from '../../adapters/sqlite/statements.ts';
import { type Collection, collectionNames } from '../../src/storage/collections.ts';

function everyStatement(collection: Collection): string[] {
  const texts = (value: unknown): string[] => {
    if (typeof value === 'string') return value.includes(' ') ? [value] : [];
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
  };
  return texts(tableSql(collection));
}

test('no statement scans a table or sorts its rows; a list walks the primary key', (t) => {
  const { database } = openDatabase(':memory:', { acceptNewer: false, makesFolder: false });
  t.teardown(() => database.close());
  for (const collection of collectionNames) {
    const lists: readonly string[] = Object.values(tableSql(collection).list);
    const statements = everyStatement(collection);
    t.true(statements.length >= 11, collection);
    for (const statement of statements) {
      const steps = database
        .prepare(`EXPLAIN QUERY PLAN ${statement}`)
        .all()
        .map(({ detail }) => String(detail));
      const slow = steps.filter((step) => /\bSCAN\b|TEMP B-TREE/.test(step));
      const ownOrder = [`SCAN record USING INDEX sqlite_autoindex_${collection}_1`];
      t.deepEqual(slow, statement === lists[0] ? ownOrder : [], statement);
    }
  }
});

test('a step that a database has seen is not run again, and what it holds is kept', (t) => {
  const database = new DatabaseSync(':memory:');
  t.teardown(() => database.close());
  const first = ['CREATE TABLE words (word TEXT PRIMARY KEY) STRICT'];
  migrate(database, false, [first]);
  database.exec("INSERT INTO words VALUES ('kept')");
  migrate(database, false, [first, ['ALTER TABLE words ADD COLUMN language TEXT']]);
  migrate(database, false, [first, ['ALTER TABLE words ADD COLUMN language TEXT']]);
  t.deepEqual({ ...database.prepare('SELECT * FROM words').get() }, { word: 'kept', language: null });
});

test('a step that fails leaves the database as it was', (t) => {
  const database = new DatabaseSync(':memory:');
  t.teardown(() => database.close());
  t.throws(() => migrate(database, false, [['CREATE TABLE words (word TEXT) STRICT', 'CREATE NONSENSE']]));
  t.false(database.isTransaction);
  t.deepEqual(database.prepare('SELECT name FROM sqlite_schema').all(), []);
  t.is(Number(Object.values(database.prepare('PRAGMA user_version').get() ?? {})[0]), 0);
});
