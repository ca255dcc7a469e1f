/** Deletes what has expired, for servers that do not do it by themselves. */
import { type Documents, expired } from './documents.ts';

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
