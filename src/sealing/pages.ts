/** Cuts one page out of a collection and says where the next one starts. */
import type { Collection } from '../ports/collections.ts';
import type { Page } from '../ports/records.ts';
import type { SealedCollection } from './sealed-collection.ts';

export interface ValuePage<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export async function pageOf<T, C extends Collection>(
  collection: SealedCollection<T, C>,
  page: Page,
): Promise<ValuePage<T>> {
  // One more than asked for tells whether there is a next page.
  const found = await collection.list({ ...page, limit: page.limit + 1 });
  const shown = found.slice(0, page.limit);
  return {
    items: shown.map(({ value }) => value),
    next: found.length > shown.length ? (shown.at(-1)?.id ?? null) : null,
  };
}
