/** Facts of the `Records` port: finding and removing records by their indexes. */
import {
  type Collection,
  collectionNames,
  collections,
  type IndexKind,
  type IndexOf,
} from '../../src/storage/collections.ts';
import type { FoundRecord } from '../../src/storage/driver.ts';
import { atOnce, storedRecord, textOf } from '../support/records.ts';
import type { Fact } from './records-fact.ts';

const ids = (found: readonly FoundRecord[]): string[] => found.map(({ id }) => id);
const page = { limit: 100 };

export function indexFacts(fact: Fact): void {
  fact('every declared collection keeps records and finds them by each of its indexes', async (t, { records }) => {
    for (const collection of collectionNames) {
      const declared = Object.entries<IndexKind>(collections[collection].indexes);
      const indexes = Object.fromEntries(declared.map(([name, kind]) => [name, kind === 'one' ? name : [name]]));
      t.true(await records.insert(collection, storedRecord('1', collection, { indexes })), collection);
      t.is(textOf(await records.get(collection, '1')), collection);
      for (const [name] of declared) {
        t.deepEqual(ids(await records.findBy(collection, name as IndexOf<Collection>, name, page)), ['1'], name);
      }
    }
  });

  fact(
    'an index finds every record with that value and no other, in the order of their ids',
    async (t, { records }) => {
      await records.insert('grants', storedRecord('2', 'two', { indexes: { accountId: 'a', clientId: 'x' } }));
      await records.insert('grants', storedRecord('3', 'three', { indexes: { accountId: 'b', clientId: 'x' } }));
      await records.insert('grants', storedRecord('1', 'one', { indexes: { accountId: 'a', clientId: 'y' } }));
      await records.insert('grants', storedRecord('4', 'four', { indexes: { clientId: 'a' } }));
      const found = await records.findBy('grants', 'accountId', 'a', page);
      t.deepEqual(ids(found), ['1', '2']);
      t.deepEqual(found.map(textOf), ['one', 'two']);
      t.deepEqual(ids(await records.findBy('grants', 'clientId', 'x', page)), ['2', '3']);
      t.deepEqual(await records.findBy('grants', 'accountId', 'x', page), []);
    },
  );

  fact('an index of many values finds its record by each of them', async (t, { records }) => {
    await records.insert('sessions', storedRecord('1', 'one', { indexes: { sessionId: ['x', 'y'] } }));
    await records.insert('sessions', storedRecord('2', 'two', { indexes: { sessionId: ['y', 'z'] } }));
    t.deepEqual(ids(await records.findBy('sessions', 'sessionId', 'x', page)), ['1']);
    t.deepEqual(ids(await records.findBy('sessions', 'sessionId', 'y', page)), ['1', '2']);
    t.deepEqual((await records.findBy('sessions', 'sessionId', 'z', page)).map(textOf), ['two']);
    t.deepEqual(await records.findBy('sessions', 'sessionId', 'w', page), []);
  });

  fact('a value given twice in one index is found once', async (t, { records }) => {
    await records.insert('sessions', storedRecord('1', '', { indexes: { sessionId: ['x', 'x'] } }));
    await records.put('sessions', storedRecord('1', '', { indexes: { sessionId: ['x', 'x'] } }));
    t.deepEqual(ids(await records.findBy('sessions', 'sessionId', 'x', page)), ['1']);
  });

  fact('a read gives back the indexes that were written', async (t, { records }) => {
    await records.insert('sessions', storedRecord('1', '', { indexes: { accountId: 'a', sessionId: ['x', 'y'] } }));
    const [byAlias] = await records.findBy('sessions', 'sessionId', 'y', page);
    const [listed] = await records.list('sessions', page);
    for (const found of [await records.get('sessions', '1'), byAlias, listed]) {
      t.is(found?.indexes?.accountId, 'a');
      t.deepEqual([...(found?.indexes?.sessionId ?? [])].sort(), ['x', 'y']);
    }
  });

  fact('put and replace take the old index values away', async (t, { records }) => {
    await records.put('sessions', storedRecord('1', '', { indexes: { accountId: 'a', sessionId: ['x', 'y'] } }));
    await records.put('sessions', storedRecord('1', '', { indexes: { accountId: 'b', sessionId: ['y', 'z'] } }));
    t.deepEqual(await records.findBy('sessions', 'accountId', 'a', page), []);
    t.deepEqual(await records.findBy('sessions', 'sessionId', 'x', page), []);
    t.deepEqual(ids(await records.findBy('sessions', 'accountId', 'b', page)), ['1']);
    t.deepEqual(ids(await records.findBy('sessions', 'sessionId', 'y', page)), ['1']);
    t.deepEqual(ids(await records.findBy('sessions', 'sessionId', 'z', page)), ['1']);

    t.true(await records.replace('sessions', storedRecord('1', ''), 2));
    t.deepEqual(await records.findBy('sessions', 'accountId', 'b', page), []);
    t.deepEqual(await records.findBy('sessions', 'sessionId', 'y', page), []);
  });

  fact('a removed record is found by no index', async (t, { records }) => {
    const indexes = { accountId: 'a', sessionId: ['x'] };
    await records.insert('sessions', storedRecord('1', '', { indexes }));
    await records.insert('sessions', storedRecord('2', '', { indexes }));
    await records.remove('sessions', '1');
    await records.removeVersion('sessions', '2', 1);
    t.deepEqual(await records.findBy('sessions', 'accountId', 'a', page), []);
    t.deepEqual(await records.findBy('sessions', 'sessionId', 'x', page), []);
    t.true(await records.insert('sessions', storedRecord('1', '')));
    t.deepEqual(await records.findBy('sessions', 'sessionId', 'x', page), []);
  });

  fact('a consumed record is found by its indexes, and known as consumed', async (t, { records, clock }) => {
    await records.insert('refresh_tokens', storedRecord('1', '', { indexes: { grantId: 'g' } }));
    await records.consume('refresh_tokens', '1');
    const [found] = await records.findBy('refresh_tokens', 'grantId', 'g', page);
    t.is(found?.consumedAt, clock.now());
    t.is(found?.version, 1);
  });

  fact(
    'removing by an index takes all with that value, leaves the others and returns how many',
    async (t, { records }) => {
      await atOnce(20, (n) =>
        records.insert('access_tokens', storedRecord(`${n}`, '', { indexes: { grantId: `g${n % 2}` } })),
      );
      await records.insert('access_tokens', storedRecord('of no grant', ''));
      await records.insert('refresh_tokens', storedRecord('0', '', { indexes: { grantId: 'g0' } }));
      t.is(await records.removeBy('access_tokens', 'grantId', 'g0'), 10);
      t.is(await records.removeBy('access_tokens', 'grantId', 'g0'), 0);
      t.is((await records.findBy('access_tokens', 'grantId', 'g1', page)).length, 10);
      t.is((await records.list('access_tokens', page)).length, 11);
      t.is((await records.findBy('refresh_tokens', 'grantId', 'g0', page)).length, 1);
    },
  );

  fact('removing by an index of many values takes each record that has the value', async (t, { records }) => {
    await records.insert('sessions', storedRecord('1', '', { indexes: { sessionId: ['x', 'y'] } }));
    await records.insert('sessions', storedRecord('2', '', { indexes: { sessionId: ['y'] } }));
    await records.insert('sessions', storedRecord('3', '', { indexes: { sessionId: ['z'] } }));
    t.is(await records.removeBy('sessions', 'sessionId', 'y'), 2);
    t.deepEqual(ids(await records.list('sessions', page)), ['3']);
    t.deepEqual(await records.findBy('sessions', 'sessionId', 'x', page), []);
  });
}
