/** Claims an id for one of many callers. */
import { type Documents, expired, isLive, type RecordDocument } from './documents.ts';
import { settle } from './settle.ts';
import { isDuplicateKey } from './unavailable.ts';

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
  return await settle(async () => {
    if (await isInserted(documents, document)) return true;
    const holder = await documents.findOne({ _id }, { projection: { expiresAt: 1 } });
    // Removed between the two steps.
    if (holder === null) return undefined;
    if (isLive(holder, now)) return false;
    const { matchedCount } = await documents.replaceOne({ _id, ...expired(now) }, document);
    return matchedCount === 1 ? true : undefined;
  });
}
