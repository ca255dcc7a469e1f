/** Facts of the `Records` port: reading a collection, or an index, page by page. */
import type { FoundRecord, Page } from '../../src/storage/driver.ts';
import { atOnce, storedRecord } from '../support/records.ts';
import type { Fact } from './records-fact.ts';

const TOTAL = 25;

const idOf = (n: number): string => `id-${String(n).padStart(3, '0')}`;

async function readAll(read: (page: Page) => Promise<readonly FoundRecord[]>, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let after: string | undefined;
  // Bounded, so that a store that never comes to an end fails instead of hanging.
  while (pages.length <= TOTAL) {
    const found = await read({ limit, ...(after !== undefined && { after }) });
    if (found.length === 0) return pages;
    pages.push(found.map(({ id }) => id));
    after = found.at(-1)?.id;
  }
  throw new Error('more pages than records');
}

const expectedPages = (limit: number): string[][] =>
  Array.from({ length: Math.ceil(TOTAL / limit) }, (_, page) =>
    Array.from({ length: Math.min(limit, TOTAL - page * limit) }, (__, n) => idOf(page * limit + n)),
  );

export function pageFacts(fact: Fact): void {
  fact('listing page by page gives every record once, in order', async (t, { records }) => {
    await atOnce(TOTAL, (n) => records.insert('clients', storedRecord(idOf(TOTAL - 1 - n), '')));
    for (const limit of [1, 7, 25, 100]) {
      t.deepEqual(await readAll((page) => records.list('clients', page), limit), expectedPages(limit));
    }
  });

  fact('an index is read page by page, each record once, in order', async (t, { records }) => {
    await atOnce(TOTAL, async (n) => {
      await records.insert('grants', storedRecord(idOf(TOTAL - 1 - n), '', { indexes: { accountId: 'a' } }));
      await records.insert('grants', storedRecord(`${idOf(n)}-other`, '', { indexes: { accountId: 'b' } }));
    });
    t.deepEqual(await readAll((page) => records.findBy('grants', 'accountId', 'a', page), 7), expectedPages(7));
  });

  fact('an index of many values is read page by page, each record once, in order', async (t, { records }) => {
    await atOnce(TOTAL, (n) =>
      records.insert('sessions', storedRecord(idOf(n), '', { indexes: { sessionId: ['x', `y${n}`] } })),
    );
    t.deepEqual(await readAll((page) => records.findBy('sessions', 'sessionId', 'x', page), 7), expectedPages(7));
  });

  fact('a page starts after an id that is no longer there', async (t, { records }) => {
    await atOnce(5, (n) => records.insert('clients', storedRecord(idOf(n), '')));
    await records.remove('clients', idOf(2));
    const found = await records.list('clients', { after: idOf(2), limit: 10 });
    t.deepEqual(
      found.map(({ id }) => id),
      [idOf(3), idOf(4)],
    );
  });

  fact('ids sort by their bytes, capitals before small letters', async (t, { records }) => {
    for (const id of ['b', 'B', 'a', 'A', '_', '0', '-']) await records.insert('clients', storedRecord(id, ''));
    const found = await records.list('clients', { limit: 10 });
    t.deepEqual(
      found.map(({ id }) => id),
      ['-', '0', 'A', 'B', '_', 'a', 'b'],
    );
  });

  fact('a page is full although expired records lie in between', async (t, { records, clock }) => {
    const expiresAt = clock.now() + 3_600_000;
    await atOnce(TOTAL, (n) =>
      records.insert(
        'consents',
        storedRecord(idOf(n), '', { indexes: { accountId: 'a' }, ...(n % 2 === 0 && { expiresAt }) }),
      ),
    );
    clock.advance(3600);
    const expected = [idOf(1), idOf(3), idOf(5)];
    t.deepEqual(
      (await records.list('consents', { limit: 3 })).map(({ id }) => id),
      expected,
    );
    t.deepEqual(
      (await records.findBy('consents', 'accountId', 'a', { limit: 3 })).map(({ id }) => id),
      expected,
    );
  });
}
