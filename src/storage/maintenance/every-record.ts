/** Reads whole collections page by page, in the order of their ids, and compares what it finds. */
import type { Collection } from '../collections.ts';
import type { FoundRecord, Records, StoredRecord } from '../driver.ts';

export async function* recordPages(
  records: Pick<Records, 'list'>,
  collection: Collection,
  limit: number,
): AsyncGenerator<readonly FoundRecord[]> {
  let after: string | undefined;
  for (;;) {
    const page = await records.list(collection, { limit, ...(after !== undefined && { after }) });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.id;
  }
}

type Indexes = NonNullable<StoredRecord['indexes']>;

/** Lists are compared without order and duplicates, and an empty one equals none. */
function normalForm(indexes: Indexes): string {
  const entries = Object.entries(indexes)
    .map(([name, value]) => [name, typeof value === 'string' ? value : [...new Set(value)].sort()] as const)
    .filter(([, value]) => typeof value === 'string' || value.length > 0)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify(entries);
}

export function haveSameIndexes(one: Indexes = {}, other: Indexes = {}): boolean {
  return normalForm(one) === normalForm(other);
}

export function isSameRecord(one: FoundRecord, other: FoundRecord): boolean {
  return (
    one.id === other.id &&
    one.version === other.version &&
    one.consumedAt === other.consumedAt &&
    one.expiresAt === other.expiresAt &&
    one.count === other.count &&
    Buffer.compare(one.payload, other.payload) === 0 &&
    haveSameIndexes(one.indexes, other.indexes)
  );
}
