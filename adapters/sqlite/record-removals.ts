/** Removes records: one by id, many in short batches between which other writes get their turn. */
import { type Collection, collectionNames } from '../../src/ports/collections.ts';
import type { GroupCommit } from './group-commit.ts';
import { lookupOf } from './record-reads.ts';
import type { Tables } from './tables.ts';

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
  lookup: string,
  value: string,
): Promise<number> {
  const { remove } = lookupOf(tables, collection, lookup);
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
