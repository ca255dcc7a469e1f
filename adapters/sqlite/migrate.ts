/** Brings a database to the schema of this version, and refuses one that is ahead of it. */
import type { DatabaseSync } from 'node:sqlite';
import { StorageTooNew } from '../../src/ports/storage-too-new.ts';
import type { SchemaVersions } from '../../src/ports/upkeep.ts';

export type Migrations = readonly (readonly string[])[];

function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}

function applyMissing(database: DatabaseSync, migrations: Migrations): void {
  const applied = schemaVersion(database);
  if (applied >= migrations.length) return;
  for (const statement of migrations.slice(applied).flat()) database.exec(statement);
  database.exec(`PRAGMA user_version = ${migrations.length}`);
}

/** `acceptNewer`: open a newer schema as it is. Steps only add, so that works while an upgrade is being taken back. */
export function migrate(database: DatabaseSync, acceptNewer: boolean, migrations: Migrations): SchemaVersions {
  const found = schemaVersion(database);
  const known = migrations.length;
  if (found > known && !acceptNewer) throw new StorageTooNew(found, known);
  if (found >= known) return { found, current: found, known };
  // Under the lock the version is read again: of processes that start together one migrates, the others find it done.
  database.exec('BEGIN EXCLUSIVE');
  try {
    applyMissing(database, migrations);
    database.exec('COMMIT');
    return { found, current: known, known };
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
