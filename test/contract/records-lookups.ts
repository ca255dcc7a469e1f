/** Facts of the `Records` port: finding and removing records by their lookups. */
import {
  type Collection,
  collectionNames,
  collections,
  type LookupKind,
  type LookupOf,
} from '../../src/ports/collections.ts';
import type { FoundRecord } from '../../src/ports/records.ts';
import { atOnce, storedRecord, textOf } from '../support/records.ts';
import type { Fact } from './records-fact.ts';

const ids = (found: readonly FoundRecord[]): string[] => found.map(({ id }) => id);
const page = { limit: 100 };

export function lookupFacts(fact: Fact): void {
  fact('every declared collection keeps records and finds them by each of its lookups', async (t, { records }) => {
    for (const collection of collectionNames) {
      const declared = Object.entries<LookupKind>(collections[collection].lookups);
      const lookups = Object.fromEntries(declared.map(([name, kind]) => [name, kind === 'one' ? name : [name]]));
      t.true(await records.insert(collection, storedRecord('1', collection, { lookups })), collection);
      t.is(textOf(await records.get(collection, '1')), collection);
      for (const [name] of declared) {
        t.deepEqual(ids(await records.findBy(collection, name as LookupOf<Collection>, name, page)), ['1'], name);
      }
    }
  });

  fact(
    'a lookup finds every record with that value and no other, in the order of their ids',
    async (t, { records }) => {
      await records.insert('grants', storedRecord('2', 'two', { lookups: { accountId: 'a', clientId: 'x' } }));
      await records.insert('grants', storedRecord('3', 'three', { lookups: { accountId: 'b', clientId: 'x' } }));
      await records.insert('grants', storedRecord('1', 'one', { lookups: { accountId: 'a', clientId: 'y' } }));
      await records.insert('grants', storedRecord('4', 'four', { lookups: { clientId: 'a' } }));
      const found = await records.findBy('grants', 'accountId', 'a', page);
      t.deepEqual(ids(found), ['1', '2']);
      t.deepEqual(found.map(textOf), ['one', 'two']);
      t.deepEqual(ids(await records.findBy('grants', 'clientId', 'x', page)), ['2', '3']);
      t.deepEqual(await records.findBy('grants', 'accountId', 'x', page), []);
    },
  );

  fact('a lookup of many values finds its record by each of them', async (t, { records }) => {
    await records.insert('sessions', storedRecord('1', 'one', { lookups: { alias: ['x', 'y'] } }));
    await records.insert('sessions', storedRecord('2', 'two', { lookups: { alias: ['y', 'z'] } }));
    t.deepEqual(ids(await records.findBy('sessions', 'alias', 'x', page)), ['1']);
    t.deepEqual(ids(await records.findBy('sessions', 'alias', 'y', page)), ['1', '2']);
    t.deepEqual((await records.findBy('sessions', 'alias', 'z', page)).map(textOf), ['two']);
    t.deepEqual(await records.findBy('sessions', 'alias', 'w', page), []);
  });

  fact('a value given twice in one lookup is found once', async (t, { records }) => {
    await records.insert('sessions', storedRecord('1', '', { lookups: { alias: ['x', 'x'] } }));
    await records.put('sessions', storedRecord('1', '', { lookups: { alias: ['x', 'x'] } }));
    t.deepEqual(ids(await records.findBy('sessions', 'alias', 'x', page)), ['1']);
  });

  fact('a read gives back the lookups that were written', async (t, { records }) => {
    await records.insert('sessions', storedRecord('1', '', { lookups: { accountId: 'a', alias: ['x', 'y'] } }));
    const [byAlias] = await records.findBy('sessions', 'alias', 'y', page);
    const [listed] = await records.list('sessions', page);
    for (const found of [await records.get('sessions', '1'), byAlias, listed]) {
      t.is(found?.lookups?.accountId, 'a');
      t.deepEqual([...(found?.lookups?.alias ?? [])].sort(), ['x', 'y']);
    }
  });

  fact('put and replace take the old lookup values away', async (t, { records }) => {
    await records.put('sessions', storedRecord('1', '', { lookups: { accountId: 'a', alias: ['x', 'y'] } }));
    await records.put('sessions', storedRecord('1', '', { lookups: { accountId: 'b', alias: ['y', 'z'] } }));
    t.deepEqual(await records.findBy('sessions', 'accountId', 'a', page), []);
    t.deepEqual(await records.findBy('sessions', 'alias', 'x', page), []);
    t.deepEqual(ids(await records.findBy('sessions', 'accountId', 'b', page)), ['1']);
    t.deepEqual(ids(await records.findBy('sessions', 'alias', 'y', page)), ['1']);
    t.deepEqual(ids(await records.findBy('sessions', 'alias', 'z', page)), ['1']);

    t.true(await records.replace('sessions', storedRecord('1', ''), 2));
    t.deepEqual(await records.findBy('sessions', 'accountId', 'b', page), []);
    t.deepEqual(await records.findBy('sessions', 'alias', 'y', page), []);
  });

  fact('a removed record is found by no lookup', async (t, { records }) => {
    const lookups = { accountId: 'a', alias: ['x'] };
    await records.insert('sessions', storedRecord('1', '', { lookups }));
    await records.insert('sessions', storedRecord('2', '', { lookups }));
    await records.remove('sessions', '1');
    await records.removeVersion('sessions', '2', 1);
    t.deepEqual(await records.findBy('sessions', 'accountId', 'a', page), []);
    t.deepEqual(await records.findBy('sessions', 'alias', 'x', page), []);
    t.true(await records.insert('sessions', storedRecord('1', '')));
    t.deepEqual(await records.findBy('sessions', 'alias', 'x', page), []);
  });

  fact('a consumed record is found by its lookups, and known as consumed', async (t, { records, clock }) => {
    await records.insert('refresh_tokens', storedRecord('1', '', { lookups: { grantId: 'g' } }));
    await records.consume('refresh_tokens', '1');
    const [found] = await records.findBy('refresh_tokens', 'grantId', 'g', page);
    t.is(found?.consumedAt, clock.now());
    t.is(found?.version, 1);
  });

  fact(
    'removing by a lookup takes all with that value, leaves the others and says how many',
    async (t, { records }) => {
      await atOnce(20, (n) =>
        records.insert('access_tokens', storedRecord(`${n}`, '', { lookups: { grantId: `g${n % 2}` } })),
      );
      await records.insert('access_tokens', storedRecord('of no grant', ''));
      await records.insert('refresh_tokens', storedRecord('0', '', { lookups: { grantId: 'g0' } }));
      t.is(await records.removeBy('access_tokens', 'grantId', 'g0'), 10);
      t.is(await records.removeBy('access_tokens', 'grantId', 'g0'), 0);
      t.is((await records.findBy('access_tokens', 'grantId', 'g1', page)).length, 10);
      t.is((await records.list('access_tokens', page)).length, 11);
      t.is((await records.findBy('refresh_tokens', 'grantId', 'g0', page)).length, 1);
    },
  );

  fact('removing by a lookup of many values takes each record that has the value', async (t, { records }) => {
    await records.insert('sessions', storedRecord('1', '', { lookups: { alias: ['x', 'y'] } }));
    await records.insert('sessions', storedRecord('2', '', { lookups: { alias: ['y'] } }));
    await records.insert('sessions', storedRecord('3', '', { lookups: { alias: ['z'] } }));
    t.is(await records.removeBy('sessions', 'alias', 'y'), 2);
    t.deepEqual(ids(await records.list('sessions', page)), ['3']);
    t.deepEqual(await records.findBy('sessions', 'alias', 'x', page), []);
  });
}
