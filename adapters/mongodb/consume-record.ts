/** Marks a record consumed, for one of many callers. */
import type { ConsumeOutcome } from '../../src/ports/records.ts';
import { type Documents, isLive, live } from './documents.ts';
import { settle } from './settle.ts';

export async function consumeRecord(documents: Documents, id: string, now: number): Promise<ConsumeOutcome> {
  return await settle<ConsumeOutcome>(async () => {
    const unconsumed = { _id: id, consumedAt: { $exists: false }, ...live(now) };
    const { matchedCount } = await documents.updateOne(unconsumed, { $set: { consumedAt: new Date(now) } });
    if (matchedCount === 1) return 'consumed';
    const found = await documents.findOne({ _id: id }, { projection: { consumedAt: 1, expiresAt: 1 } });
    if (found === null || !isLive(found, now)) return 'absent';
    // Not consumed: it was created between the two steps.
    return found.consumedAt === undefined ? undefined : 'already_consumed';
  });
}
