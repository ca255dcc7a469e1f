import type { Page } from '../driver.ts';
import type { PageOf } from '../encryption/encrypted-collection.ts';

const ITEMS_A_PAGE = 200;

/** All items of a store that lists them in pages, or those after one. */
export async function* everyItem<T>(list: (page: Page) => Promise<PageOf<T>>, start?: string): AsyncGenerator<T> {
  let after = start;
  do {
    const { items, next } = await list({ limit: ITEMS_A_PAGE, ...(after !== undefined && { after }) });
    yield* items;
    after = next ?? undefined;
  } while (after !== undefined);
}
