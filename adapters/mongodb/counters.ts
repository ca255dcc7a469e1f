/** Counts in a window of time: one document a counter. */
import { type Documents, expired, isLive, live } from './documents.ts';
import { settle } from './settle.ts';
import { isDuplicateKey } from './unavailable.ts';

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
  return await settle(async () => {
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
