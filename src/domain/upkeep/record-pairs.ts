/** Walks one collection of two databases side by side, in the order of its ids. */
import type { Collection } from '../../ports/collections.ts';
import { recordPages } from '../../ports/record-pages.ts';
import type { FoundRecord, Records } from '../../ports/records.ts';

const PAGE = 500;

/** The same id on both sides, or a record that only one side has. */
export interface RecordPair {
  readonly left: FoundRecord | undefined;
  readonly right: FoundRecord | undefined;
}

async function* each(records: Records, collection: Collection): AsyncGenerator<FoundRecord> {
  for await (const page of recordPages(records, collection, PAGE)) yield* page;
}

/** As every engine lists them: by their bytes. */
function compareIds(one: FoundRecord, other: FoundRecord): number {
  return Buffer.compare(Buffer.from(one.id), Buffer.from(other.id));
}

/** Negative: `left` is missing on the right; positive: `right` is missing on the left. */
function orderOf({ left, right }: RecordPair): number {
  if (left === undefined) return 1;
  return right === undefined ? -1 : compareIds(left, right);
}

export async function* recordPairs(
  leftRecords: Records,
  rightRecords: Records,
  collection: Collection,
): AsyncGenerator<RecordPair> {
  const [source, target] = [each(leftRecords, collection), each(rightRecords, collection)];
  const next = async (side: AsyncGenerator<FoundRecord>): Promise<FoundRecord | undefined> => {
    const { value, done } = await side.next();
    return done ? undefined : value;
  };
  let [left, right] = [await next(source), await next(target)];
  while (left !== undefined || right !== undefined) {
    const order = orderOf({ left, right });
    yield { left: order <= 0 ? left : undefined, right: order >= 0 ? right : undefined };
    if (order <= 0) left = await next(source);
    if (order >= 0) right = await next(target);
  }
}
