/** Changes one sealed value by compare-and-set, again when somebody else was first. */
import type { Collection } from '../ports/collections.ts';
import { StorageUnavailable } from '../ports/storage-unavailable.ts';
import type { Opened, SealedCollection, Write } from './sealed-collection.ts';

// Every lost round was somebody else's gain: so many losses in a row mean that the database is overrun.
const MAX_ROUNDS = 100;

/** The value as written, or undefined when nothing was there to change. */
export async function compareAndSet<T, C extends Collection>(
  collection: SealedCollection<T, C>,
  id: string,
  change: (current: Opened<T>) => Write<T>,
): Promise<T | undefined> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const current = await collection.get(id);
    if (current === undefined) return undefined;
    const next = change(current);
    if (await collection.replace(next, current.version)) return next.value;
  }
  throw new StorageUnavailable(new Error(`lost ${MAX_ROUNDS} compare-and-set rounds in a row`));
}
