/** Copies a whole installation from one database to another, encrypted as it is: the same keys decrypt it there. */
import type { Clock } from '../../ports/clock.ts';
import { type Collection, collectionNames } from '../collections.ts';
import type { FoundRecord, Records, StorageDriver } from '../driver.ts';
import { isSameRecord, recordPages } from './every-record.ts';

const sentences = {
  storage_empty: 'There is no installation in the database that is to be copied.',
  storage_not_empty: 'The target holds something already: a copy goes into an empty database.',
  storage_copy_unfinished:
    'The database holds a copy that was interrupted. Go on with it (storage copy --resume), or empty the database.',
  storage_nothing_to_resume: 'The target holds no copy that was interrupted.',
  storage_changing: 'The source is written to while it is copied. Stop its providers, then go on with --resume.',
} as const;

/** Thrown when a copy cannot begin, continue or end, and for a database that holds an unfinished one. */
export class StorageCopyError extends Error {
  override readonly name = 'StorageCopyError';
  readonly code: keyof typeof sentences;

  constructor(code: keyof typeof sentences) {
    super(sentences[code]);
    this.code = code;
  }
}

export interface CopyOptions {
  readonly from: StorageDriver;
  readonly to: StorageDriver;
  readonly clock: Clock;
  /** Continues a copy that was interrupted. */
  readonly isResumed: boolean;
  /** Called with how many more records are done, and in which round, from 1. */
  readonly onProgress?: (records: number, round: number) => void;
}

export interface StorageCopy {
  /** What the target holds now, by collection. */
  readonly records: Readonly<Partial<Record<Collection, number>>>;
  readonly total: number;
  /** Written by this call; less than the total when it continued an interrupted copy. */
  readonly copied: number;
  readonly removed: number;
}

// The first round copies, the next one finds nothing left to do, unless the source is written to meanwhile.
const MAX_ROUNDS = 5;
const PAGE = 500;
const BATCH = 200;

export async function copyStorage(options: CopyOptions): Promise<StorageCopy> {
  const { from, to, isResumed, onProgress = () => undefined } = options;
  await throwOnUnfinishedCopy(from);
  if ((await from.list('keys', { limit: 1 })).length === 0) throw new StorageCopyError('storage_empty');
  if (!isResumed) await beginCopy(to);
  else if (!(await isCopyUnderWay(to))) throw new StorageCopyError('storage_nothing_to_resume');

  let [copied, removed] = [0, 0];
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const records: Partial<Record<Collection, number>> = {};
    let [total, changes] = [0, 0];
    for (const collection of collectionNames) {
      const counts = await copyCollection(collection, options, (done) => onProgress(done, round));
      copied += counts.copied;
      removed += counts.removed;
      changes += counts.copied + counts.removed;
      total += counts.unchanged;
      records[collection] = counts.unchanged;
    }
    // Both sides were read in full, and nothing differed.
    if (changes === 0) {
      await to.remove(MARK.collection, MARK.id);
      return { records, total, copied, removed };
    }
  }
  throw new StorageCopyError('storage_changing');
}

const MARK = { collection: 'keys', id: 'copy under way' } as const;

async function isCopyUnderWay(records: Pick<Records, 'get'>): Promise<boolean> {
  return (await records.get(MARK.collection, MARK.id)) !== undefined;
}

/** A process that started on an unfinished copy would miss accounts, and accept tokens that were revoked. */
export async function throwOnUnfinishedCopy(records: Pick<Records, 'get'>): Promise<void> {
  if (await isCopyUnderWay(records)) throw new StorageCopyError('storage_copy_unfinished');
}

async function beginCopy(target: Records): Promise<void> {
  await throwOnUnfinishedCopy(target);
  for (const collection of collectionNames) {
    const isEmpty = (await target.list(collection, { limit: 1 })).length === 0;
    if (!isEmpty) throw new StorageCopyError('storage_not_empty');
  }
  await target.insert(MARK.collection, { id: MARK.id, payload: new Uint8Array() });
}

async function copyCollection(
  collection: Collection,
  { from, to, clock }: CopyOptions,
  onProgress: (records: number) => void,
): Promise<{ readonly copied: number; readonly removed: number; readonly unchanged: number }> {
  const counts = { copied: 0, removed: 0, unchanged: 0 };
  let batch: FoundRecord[] = [];

  async function flush(): Promise<void> {
    await to.restore(collection, batch);
    counts.copied += batch.length;
    onProgress(batch.length);
    batch = [];
  }

  for await (const pair of recordPairs(from, to, collection)) {
    const difference = differenceOf(pair);
    if (difference === undefined) {
      counts.unchanged += 1;
      onProgress(1);
      continue;
    }
    const { record, isMissing } = difference;
    const isMark = collection === MARK.collection && record.id === MARK.id;
    // It may have expired after one side was read and before the other was: there is nothing to copy or remove.
    if (isMark || (record.expiresAt !== undefined && record.expiresAt <= clock.now())) continue;
    if (isMissing) batch.push(record);
    else if (await to.remove(collection, record.id)) counts.removed += 1;
    if (batch.length === BATCH) await flush();
  }
  await flush();
  return counts;
}

/** The same id on both sides, or a record that only one side has. */
interface RecordPair {
  readonly source: FoundRecord | undefined;
  readonly target: FoundRecord | undefined;
}

/** A record that the target lacks, has differently, or should not have; undefined when both sides agree. */
function differenceOf({ source, target }: RecordPair): { record: FoundRecord; isMissing: boolean } | undefined {
  if (source === undefined) return target && { record: target, isMissing: false };
  return target !== undefined && isSameRecord(source, target) ? undefined : { record: source, isMissing: true };
}

/** Negative: `target` lacks this one; positive: `source` lacks it. Ids are compared by their bytes: every driver lists them in that order. */
function orderOf({ source, target }: RecordPair): number {
  if (source === undefined) return 1;
  return target === undefined ? -1 : Buffer.compare(Buffer.from(source.id), Buffer.from(target.id));
}

async function* recordPairs(from: Records, to: Records, collection: Collection): AsyncGenerator<RecordPair> {
  async function* each(records: Records): AsyncGenerator<FoundRecord, undefined> {
    for await (const page of recordPages(records, collection, PAGE)) yield* page;
    return undefined;
  }
  const [sources, targets] = [each(from), each(to)];
  let source = (await sources.next()).value;
  let target = (await targets.next()).value;
  while (source !== undefined || target !== undefined) {
    const order = orderOf({ source, target });
    yield { source: order <= 0 ? source : undefined, target: order >= 0 ? target : undefined };
    if (order <= 0) source = (await sources.next()).value;
    if (order >= 0) target = (await targets.next()).value;
  }
}
