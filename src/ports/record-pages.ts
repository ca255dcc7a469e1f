/** Reads a whole collection page by page, in the order of its ids. */
import type { Collection } from './collections.ts';
import type { FoundRecord, Records } from './records.ts';

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
