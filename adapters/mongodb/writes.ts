/** Claims an id for one of many callers. */

import type { Collection } from '../../src/storage/collections.ts';
import { type ConsumeOutcome, StorageUnavailable, type StoredRecord } from '../../src/storage/driver.ts';
import { changeTo, type Documents, expired, freshDocument, isLive, live, type RecordDocument } from './documents.ts';
import { isDuplicateKey } from './errors.ts';

async function isInserted(documents: Documents, document: RecordDocument): Promise<boolean> {
  try {
    await documents.insertOne(document);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

export async function insertRecord(documents: Documents, document: RecordDocument, now: number): Promise<boolean> {
  const { _id } = document;
  return await retryOnConflict(async () => {
    if (await isInserted(documents, document)) return true;
    const holder = await documents.findOne({ _id }, { projection: { expiresAt: 1 } });
    // Removed between the two steps.
    if (holder === null) return undefined;
    if (isLive(holder, now)) return false;
    const { matchedCount } = await documents.replaceOne({ _id, ...expired(now) }, document);
    return matchedCount === 1 ? true : undefined;
  });
}

/** `documents` are those of `collection`. */
export async function putRecord(
  documents: Documents,
  collection: Collection,
  record: StoredRecord,
  now: number,
): Promise<void> {
  const change = changeTo(collection, record);
  await retryOnConflict(async () => {
    try {
      await documents.updateOne({ _id: record.id, ...live(now) }, change, { upsert: true });
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    // Either it has expired and starts afresh, or another caller has just created it and the next round changes that.
    const fresh = freshDocument(collection, record);
    const { matchedCount } = await documents.replaceOne({ _id: record.id, ...expired(now) }, fresh);
    return matchedCount === 1 ? true : undefined;
  });
}

export async function consumeRecord(documents: Documents, id: string, now: number): Promise<ConsumeOutcome> {
  return await retryOnConflict<ConsumeOutcome>(async () => {
    const unconsumed = { _id: id, consumedAt: { $exists: false }, ...live(now) };
    const { matchedCount } = await documents.updateOne(unconsumed, { $set: { consumedAt: new Date(now) } });
    if (matchedCount === 1) return 'consumed';
    const found = await documents.findOne({ _id: id }, { projection: { consumedAt: 1, expiresAt: 1 } });
    if (found === null || !isLive(found, now)) return 'absent';
    // Not consumed: it was created between the two steps.
    return found.consumedAt === undefined ? undefined : 'already_consumed';
  });
}

// Small enough that a purge never holds up a request.
const BATCH = 500;

/** At most `limit` documents, batch by batch; says how many went. */
export async function purgeExpired(documents: Documents, limit: number, now: number): Promise<number> {
  let purged = 0;
  for (let left = limit; left > 0; left -= BATCH) {
    const size = Math.min(left, BATCH);
    const found = await documents
      .find(expired(now), { projection: { _id: 1 }, limit: size, batchSize: size + 1 })
      .toArray();
    if (found.length === 0) break;
    const ids = found.map(({ _id }) => _id);
    // Looked at again: one of them may have begun a new life in between.
    const { deletedCount } = await documents.deleteMany({ _id: { $in: ids }, ...expired(now) });
    purged += deletedCount;
    if (found.length < size) break;
  }
  return purged;
}

export interface Increment {
  readonly id: string;
  readonly by: number;
  /** When the window ends that this increment may start, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

// A counter is a record like any other, so that reading a collection meets one shape only.
const RECORD_PART = { payload: new Uint8Array(0), version: 1 };

export async function incrementCounter(counters: Documents, increment: Increment, now: number): Promise<number> {
  const { id, by } = increment;
  const start = { ...RECORD_PART, expiresAt: new Date(increment.expiresAt) };
  return await retryOnConflict(async () => {
    try {
      const counter = await counters.findOneAndUpdate(
        { _id: id, ...live(now) },
        { $inc: { value: by }, $setOnInsert: start },
        { upsert: true, returnDocument: 'after', projection: { value: 1 } },
      );
      return counter?.value;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    // Either its window has ended and a new one starts, or another caller has just started it and the next round adds to it.
    const { matchedCount } = await counters.replaceOne({ _id: id, ...expired(now) }, { ...start, value: by });
    return matchedCount === 1 ? by : undefined;
  });
}

export async function readCounter(counters: Documents, id: string, now: number): Promise<number> {
  const counter = await counters.findOne({ _id: id });
  return counter !== null && isLive(counter, now) ? (counter.value ?? 0) : 0;
}

// Each further round means that somebody else changed the same record in between.
const ROUNDS = 20;

/** `round` answers, or returns undefined when the record changed between two of its steps. */
export async function retryOnConflict<T>(round: () => Promise<T | undefined>): Promise<T> {
  for (let done = 0; done < ROUNDS; done += 1) {
    const answer = await round();
    if (answer !== undefined) return answer;
  }
  throw new StorageUnavailable(new Error(`a record changed under ${ROUNDS} attempts to write it`));
}
