/** Makes one collection of a database hold what another database has, record for record, as it is: sealed. */
import type { Clock } from '../../ports/clock.ts';
import type { Collection } from '../../ports/collections.ts';
import type { FoundRecord } from '../../ports/records.ts';
import type { StorageEngine } from '../../ports/upkeep.ts';
import { isCopyMark } from './copy-mark.ts';
import { recordPairs } from './record-pairs.ts';
import { isSameRecord } from './same-record.ts';

const BATCH = 200;

export interface CollectionCopy {
  /** Written because they were missing, or different. */
  readonly copied: number;
  /** Deleted because the source does not have them any more. */
  readonly removed: number;
  readonly unchanged: number;
}

export interface CopyWorld {
  readonly from: StorageEngine;
  readonly to: StorageEngine;
  readonly clock: Clock;
  /** Told how many more records of the source are done. */
  readonly onProgress: (records: number) => void;
}

export async function copyCollection(collection: Collection, world: CopyWorld): Promise<CollectionCopy> {
  const { from, to, clock, onProgress } = world;
  const counts = { copied: 0, removed: 0, unchanged: 0 };
  let batch: FoundRecord[] = [];

  // One of the two may have been read before it expired, and the other after: neither is worth a write.
  const isExpired = ({ expiresAt }: FoundRecord): boolean => expiresAt !== undefined && expiresAt <= clock.now();

  async function flush(): Promise<void> {
    await to.restore(collection, batch);
    counts.copied += batch.length;
    onProgress(batch.length);
    batch = [];
  }

  async function copy(record: FoundRecord): Promise<void> {
    if (isExpired(record)) return;
    batch.push(record);
    if (batch.length === BATCH) await flush();
  }

  async function removeSurplus(record: FoundRecord): Promise<void> {
    if (isCopyMark(collection, record) || isExpired(record)) return;
    if (await to.remove(collection, record.id)) counts.removed += 1;
  }

  for await (const { left, right } of recordPairs(from, to, collection)) {
    if (left === undefined) {
      if (right !== undefined) await removeSurplus(right);
    } else if (right !== undefined && isSameRecord(left, right)) {
      counts.unchanged += 1;
      onProgress(1);
    } else {
      await copy(left);
    }
  }
  await flush();
  return counts;
}
