/** Copies a whole installation from one database to another, encrypted as it is: whoever has the keys opens it there as here. */

import type { Clock } from '../../ports/clock.ts';
import { type Collection, collectionNames } from '../collections.ts';
import type { FoundRecord, Records, StorageDriver } from '../driver.ts';
import { haveSameIndexes, recordPages } from './every-record.ts';

const sentences = {
  storage_empty: 'There is no installation in the database that is to be copied.',
  storage_not_empty: 'The target holds something already: a copy goes into an empty database.',
  storage_copy_unfinished:
    'The database holds a copy that was interrupted. Go on with it (storage copy --resume), or empty the database.',
  storage_nothing_to_resume: 'The target holds no copy that was interrupted.',
  storage_changing: 'The source is written to while it is copied. Stop its providers, then go on with --resume.',
} as const;

/** Thrown when a copy cannot begin, go on or end, or when somebody wants to work on half a copy. */
export class StorageCopyError extends Error {
  override readonly name = 'StorageCopyError';
  readonly code: keyof typeof sentences;

  constructor(code: keyof typeof sentences) {
    super(sentences[code]);
    this.code = code;
  }
}

// The first round copies, the next one finds nothing left to do, unless the source is written to meanwhile.
const MAX_ROUNDS = 5;

export interface CopyWishes extends Omit<CopyDeps, 'onProgress'> {
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
  if ((await source.list('keys', { limit: 1 })).length === 0) throw new StorageCopyError('storage_empty');
}

export async function copyStorage(wishes: CopyWishes): Promise<StorageCopy> {
  const { from, to, isResumed, onProgress = () => undefined } = wishes;
  await refuseEmptySource(from);
  if (!isResumed) await beginCopy(to);
  else if (!(await isCopyUnderWay(to))) throw new StorageCopyError('storage_nothing_to_resume');

  let [copied, removed] = [0, 0];
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const copies = new Map<Collection, CollectionCopy>();
    for (const collection of collectionNames) {
      const deps = { ...wishes, onProgress: (records: number) => onProgress(records, round) };
      copies.set(collection, await copyCollection(collection, deps));
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
  throw new StorageCopyError('storage_changing');
}

const COLLECTION: Collection = 'keys';
const ID = 'copy under way';

function isCopyMark(collection: Collection, { id }: FoundRecord): boolean {
  return collection === COLLECTION && id === ID;
}

async function isCopyUnderWay(records: Records): Promise<boolean> {
  return (await records.get(COLLECTION, ID)) !== undefined;
}

/** A process that started on half a copy would miss accounts, and let pass tokens that were revoked. */
export async function refuseHalfACopy(records: Records): Promise<void> {
  if (await isCopyUnderWay(records)) throw new StorageCopyError('storage_copy_unfinished');
}

async function isEmpty(records: Records): Promise<boolean> {
  for (const collection of collectionNames) {
    if ((await records.list(collection, { limit: 1 })).length > 0) return false;
  }
  return true;
}

async function beginCopy(target: Records): Promise<void> {
  await refuseHalfACopy(target);
  if (!(await isEmpty(target))) throw new StorageCopyError('storage_not_empty');
  await target.insert(COLLECTION, { id: ID, payload: new Uint8Array() });
}

async function endCopy(target: Records): Promise<void> {
  await target.remove(COLLECTION, ID);
}

const BATCH = 200;

export interface CollectionCopy {
  /** Written because they were missing, or different. */
  readonly copied: number;
  /** Deleted because the source does not have them any more. */
  readonly removed: number;
  readonly unchanged: number;
}

export interface CopyDeps {
  readonly from: StorageDriver;
  readonly to: StorageDriver;
  readonly clock: Clock;
  /** Told how many more records of the source are done. */
  readonly onProgress: (records: number) => void;
}

async function copyCollection(collection: Collection, deps: CopyDeps): Promise<CollectionCopy> {
  const { from, to, clock, onProgress } = deps;
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

const PAGE = 500;

/** The same id on both sides, or a record that only one side has. */
export interface RecordPair {
  readonly left: FoundRecord | undefined;
  readonly right: FoundRecord | undefined;
}

async function* each(records: Records, collection: Collection): AsyncGenerator<FoundRecord> {
  for await (const page of recordPages(records, collection, PAGE)) yield* page;
}

/** As every driver lists them: by their bytes. */
function compareIds(one: FoundRecord, other: FoundRecord): number {
  return Buffer.compare(Buffer.from(one.id), Buffer.from(other.id));
}

/** Negative: `left` is missing on the right; positive: `right` is missing on the left. */
function orderOf({ left, right }: RecordPair): number {
  if (left === undefined) return 1;
  return right === undefined ? -1 : compareIds(left, right);
}

async function* recordPairs(
  leftRecords: Records,
  rightRecords: Records,
  collection: Collection,
): AsyncGenerator<RecordPair> {
  const [source, target] = [each(leftRecords, collection), each(rightRecords, collection)];
  const next = async (side: AsyncGenerator<FoundRecord>): Promise<FoundRecord | undefined> => {
    const { value, done } = await side.next();
    return done ? undefined : value;
  };
  let [left, right] = [await next(source), await next(target)];
  while (left !== undefined || right !== undefined) {
    const order = orderOf({ left, right });
    yield { left: order <= 0 ? left : undefined, right: order >= 0 ? right : undefined };
    if (order <= 0) left = await next(source);
    if (order >= 0) right = await next(target);
  }
}

export function isSameRecord(one: FoundRecord, other: FoundRecord): boolean {
  return (
    one.id === other.id &&
    one.version === other.version &&
    one.consumedAt === other.consumedAt &&
    one.expiresAt === other.expiresAt &&
    one.count === other.count &&
    Buffer.compare(one.payload, other.payload) === 0 &&
    haveSameIndexes(one.indexes, other.indexes)
  );
}
