/** Copies a whole installation from one database to another, sealed as it is: whoever has the keys opens it there as here. */
import { type Collection, collectionNames } from '../../ports/collections.ts';
import type { Records } from '../../ports/records.ts';
import { Refusal } from '../refusal.ts';
import { type CollectionCopy, type CopyWorld, copyCollection } from './copy-collection.ts';
import { beginCopy, endCopy, isCopyUnderWay, refuseHalfACopy } from './copy-mark.ts';

// The first round copies, the next one finds nothing left to do, unless the source is written to meanwhile.
const MAX_ROUNDS = 5;

export interface CopyWishes extends Omit<CopyWorld, 'onProgress'> {
  /** Goes on with a copy that was interrupted. */
  readonly isResumed: boolean;
  /** Told how many more records of the source are done in which round, the first being 1. */
  readonly onProgress?: (records: number, round: number) => void;
}

export interface StorageCopy {
  /** What the target holds now, by collection. */
  readonly records: Readonly<Partial<Record<Collection, number>>>;
  readonly total: number;
  /** Written by this call; less than the total when it went on with an interrupted copy. */
  readonly copied: number;
  readonly removed: number;
}

async function refuseEmptySource(source: Records): Promise<void> {
  await refuseHalfACopy(source);
  if ((await source.list('keys', { limit: 1 })).length === 0) throw new Refusal('storage_empty');
}

export async function copyStorage(wishes: CopyWishes): Promise<StorageCopy> {
  const { from, to, isResumed, onProgress = () => undefined } = wishes;
  await refuseEmptySource(from);
  if (!isResumed) await beginCopy(to);
  else if (!(await isCopyUnderWay(to))) throw new Refusal('storage_nothing_to_resume');

  let [copied, removed] = [0, 0];
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const copies = new Map<Collection, CollectionCopy>();
    for (const collection of collectionNames) {
      const world = { ...wishes, onProgress: (records: number) => onProgress(records, round) };
      copies.set(collection, await copyCollection(collection, world));
    }
    const sum = (count: keyof CollectionCopy) => [...copies.values()].reduce((total, copy) => total + copy[count], 0);
    copied += sum('copied');
    removed += sum('removed');
    // Both sides were read in full, and nothing differed.
    if (sum('copied') + sum('removed') === 0) {
      await endCopy(to);
      const records = Object.fromEntries([...copies].map(([collection, { unchanged }]) => [collection, unchanged]));
      return { records, total: sum('unchanged'), copied, removed };
    }
  }
  throw new Refusal('storage_changing');
}
