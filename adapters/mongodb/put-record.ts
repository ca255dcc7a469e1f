/** Creates a record or replaces what it holds. */
import type { Collection } from '../../src/ports/collections.ts';
import type { StoredRecord } from '../../src/ports/records.ts';
import { changeTo, type Documents, expired, freshDocument, live } from './documents.ts';
import { settle } from './settle.ts';
import { isDuplicateKey } from './unavailable.ts';

/** `documents` are those of `collection`. */
export async function putRecord(
  documents: Documents,
  collection: Collection,
  record: StoredRecord,
  now: number,
): Promise<void> {
  const change = changeTo(collection, record);
  await settle(async () => {
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
