/** Writes that take several steps on one document, repeated when another caller changes it in between. */
import type { Clock } from '../../src/ports/clock.ts';
import { type ConsumeOutcome, StorageUnavailable, type StoredRecord } from '../../src/storage/driver.ts';
import { changeTo, expired, freshDocument, isLive, live, type Target } from './documents.ts';
import { isDuplicateKey } from './errors.ts';

// Each further round means that another caller changed the same document in between.
const ROUNDS = 20;
const LONGEST_PAUSE_MS = 25;

/** `round` returns undefined when the document changed between two of its steps. */
export async function retryOnConflict<T>(clock: Clock, round: () => Promise<T | undefined>): Promise<T> {
  for (let done = 0; done < ROUNDS; done += 1) {
    // Random and growing, so that the same callers do not collide again.
    if (done > 0) await clock.sleep(Math.random() * Math.min(done, LONGEST_PAUSE_MS));
    const outcome = await round();
    if (outcome !== undefined) return outcome;
  }
  throw new StorageUnavailable(new Error(`a record changed under ${ROUNDS} attempts to write it`));
}

/** Undefined where another document has the key. */
async function unlessDuplicate<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (isDuplicateKey(error)) return undefined;
    throw error;
  }
}

export function insertRecord({ documents, collection, clock, now }: Target, record: StoredRecord): Promise<boolean> {
  const document = freshDocument(collection, record);
  const { _id } = document;
  return retryOnConflict(clock, async () => {
    if ((await unlessDuplicate(documents.insertOne(document))) !== undefined) return true;
    const holder = await documents.findOne({ _id }, { projection: { expiresAt: 1 } });
    // Removed between the two steps.
    if (holder === null) return undefined;
    if (isLive(holder, now)) return false;
    const { matchedCount } = await documents.replaceOne({ _id, ...expired(now) }, document);
    return matchedCount === 1 ? true : undefined;
  });
}

export async function putRecord({ documents, collection, clock, now }: Target, record: StoredRecord): Promise<void> {
  const change = changeTo(collection, record);
  await retryOnConflict(clock, async () => {
    const update = documents.updateOne({ _id: record.id, ...live(now) }, change, { upsert: true });
    if ((await unlessDuplicate(update)) !== undefined) return true;
    // Either it has expired and starts afresh, or another caller has just created it and the next round changes that.
    const fresh = freshDocument(collection, record);
    const { matchedCount } = await documents.replaceOne({ _id: record.id, ...expired(now) }, fresh);
    return matchedCount === 1 ? true : undefined;
  });
}

export function consumeRecord(
  { documents, clock, now }: Target,
  id: string,
  payload?: Uint8Array,
): Promise<ConsumeOutcome> {
  const consumed = { consumedAt: new Date(now) };
  const change = payload === undefined ? { $set: consumed } : { $set: { ...consumed, payload }, $inc: { version: 1 } };
  return retryOnConflict<ConsumeOutcome>(clock, async () => {
    const unconsumed = { _id: id, consumedAt: { $exists: false }, ...live(now) };
    const { matchedCount } = await documents.updateOne(unconsumed, change);
    if (matchedCount === 1) return 'consumed';
    const found = await documents.findOne({ _id: id }, { projection: { consumedAt: 1, expiresAt: 1 } });
    if (found === null || !isLive(found, now)) return 'absent';
    // Not consumed: it was created between the two steps.
    return found.consumedAt === undefined ? undefined : 'already_consumed';
  });
}

/** `expiresAt` is the end of the window, if this increment starts one. */
export function incrementCounter(
  { documents, clock, now }: Target,
  id: string,
  by: number,
  expiresAt: number,
): Promise<number> {
  // Payload and version as every record has them, so that a counter can be read like any other.
  const start = { payload: new Uint8Array(0), version: 1, expiresAt: new Date(expiresAt) };
  return retryOnConflict(clock, async () => {
    const increment = documents.findOneAndUpdate(
      { _id: id, ...live(now) },
      { $inc: { value: by }, $setOnInsert: start },
      { upsert: true, returnDocument: 'after', projection: { value: 1 } },
    );
    const counter = await unlessDuplicate(increment);
    if (counter !== undefined) return counter?.value;
    // Either its window has ended and a new one starts, or another caller has just started it and the next round adds to it.
    const { matchedCount } = await documents.replaceOne({ _id: id, ...expired(now) }, { ...start, value: by });
    return matchedCount === 1 ? by : undefined;
  });
}

// Small enough that a purge never holds up a request.
const BATCH = 500;

/** Deletes at most `limit` documents, batch by batch; returns how many went. */
export async function purgeExpired({ documents, now }: Target, limit: number): Promise<number> {
  let purged = 0;
  for (let left = limit; left > 0; left -= BATCH) {
    const size = Math.min(left, BATCH);
    const found = await documents
      .find(expired(now), { projection: { _id: 1 }, limit: size, batchSize: size + 1 })
      .toArray();
    // Filtered again: one of them may have been replaced by a new record in between.
    const filter = { _id: { $in: found.map(({ _id }) => _id) }, ...expired(now) };
    if (found.length > 0) purged += (await documents.deleteMany(filter)).deletedCount;
    if (found.length < size) break;
  }
  return purged;
}
