/** How many records a database holds, for showing how far a job is. */
import { collectionNames } from '../../src/ports/collections.ts';
import type { StorageEngine } from '../../src/ports/upkeep.ts';

export async function storageSize(storage: StorageEngine): Promise<number> {
  let total = 0;
  for (const collection of collectionNames) total += await storage.size(collection);
  return total;
}
