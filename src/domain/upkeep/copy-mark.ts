/** Marks a database that is being filled from another one: until the copy is whole, nobody may work on it. */
import { type Collection, collectionNames } from '../../ports/collections.ts';
import type { FoundRecord, Records } from '../../ports/records.ts';
import { Refusal } from '../refusal.ts';

const COLLECTION: Collection = 'keys';
const ID = 'copy under way';

export function isCopyMark(collection: Collection, { id }: FoundRecord): boolean {
  return collection === COLLECTION && id === ID;
}

export async function isCopyUnderWay(records: Records): Promise<boolean> {
  return (await records.get(COLLECTION, ID)) !== undefined;
}

/** A process that started on half a copy would miss accounts, and let pass tokens that were revoked. */
export async function refuseHalfACopy(records: Records): Promise<void> {
  if (await isCopyUnderWay(records)) throw new Refusal('storage_copy_unfinished');
}

async function isEmpty(records: Records): Promise<boolean> {
  for (const collection of collectionNames) {
    if ((await records.list(collection, { limit: 1 })).length > 0) return false;
  }
  return true;
}

export async function beginCopy(target: Records): Promise<void> {
  await refuseHalfACopy(target);
  if (!(await isEmpty(target))) throw new Refusal('storage_not_empty');
  await target.insert(COLLECTION, { id: ID, payload: new Uint8Array() });
}

export async function endCopy(target: Records): Promise<void> {
  await target.remove(COLLECTION, ID);
}
