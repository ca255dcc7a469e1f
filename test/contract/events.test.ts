/** What the store of security events promises. */
import test from 'ava';
import type { Event, EventOwner } from '../../src/ports/events.ts';
import { keptEvents } from '../../src/storage/records/events.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { openStores, type Stores } from '../support/stores.ts';

const ADA = { kind: 'account', id: 'ada' } as const satisfies EventOwner;
const SHOP = { kind: 'client', id: 'shop' } as const satisfies EventOwner;
const DAY_SECONDS = 24 * 60 * 60;

function event({ clock }: Stores, owner: EventOwner, detail: string): Event {
  return { owners: [owner], record: { at: clock.now(), event: 'x', outcome: 'failure', reason: 'y', detail } };
}

async function record(stores: Stores, owner: EventOwner, ...details: readonly string[]): Promise<void> {
  await stores.events.record(details.map((detail) => event(stores, owner, detail)));
}

/** As anybody can cause them. */
async function recordForeign(stores: Stores, owner: EventOwner, ...details: readonly string[]): Promise<void> {
  await stores.events.record(details.map((detail) => ({ ...event(stores, owner, detail), isByAnybody: true })));
}

const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `event ${index}`);

async function detailsOf({ events }: Stores, owner: EventOwner): Promise<readonly (string | undefined)[]> {
  return (await events.list(owner)).map(({ detail }) => detail);
}

async function storedRecords({ records }: Stores): Promise<number> {
  return (await records.list('events', { limit: 1000 })).length;
}

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: events come back newest first, as they were, and to their owner alone`, async (t) => {
    const stores = await openStores(t, driver);
    await record(stores, ADA, 'one', 'two');
    await record(stores, SHOP, 'of the shop');
    await record(stores, ADA, 'three');
    t.deepEqual(await detailsOf(stores, ADA), ['three', 'two', 'one']);
    t.deepEqual(await detailsOf(stores, SHOP), ['of the shop']);
    t.deepEqual(await detailsOf(stores, { kind: 'client', id: 'ada' }), []);
    t.deepEqual((await stores.events.list(SHOP))[0], event(stores, SHOP, 'of the shop').record);
  });

  for (const owner of [ADA, SHOP, { kind: 'unknown accounts' }, { kind: 'administration' }] as const) {
    test(`${driver.name}: a flood overwrites the oldest and never grows: ${owner.kind}`, async (t) => {
      const stores = await openStores(t, driver);
      const { last } = keptEvents[owner.kind];
      const details = numbered(last + 30);
      for (let start = 0; start < details.length; start += 40)
        await record(stores, owner, ...details.slice(start, start + 40));
      t.deepEqual(await detailsOf(stores, owner), details.slice(-last).reverse());
      t.is(await storedRecords(stores), last);
    });

    test(`${driver.name}: an event goes when its time is over: ${owner.kind}`, async (t) => {
      const stores = await openStores(t, driver);
      const { days } = keptEvents[owner.kind];
      await record(stores, owner, 'old');
      stores.clock.advance(DAY_SECONDS);
      await record(stores, owner, 'young');
      stores.clock.advance((days - 1) * DAY_SECONDS + 1);
      t.deepEqual(await detailsOf(stores, owner), ['young']);
      stores.clock.advance(DAY_SECONDS);
      t.deepEqual(await detailsOf(stores, owner), []);
    });
  }

  for (const owner of [ADA, SHOP]) {
    const { last, days } = keptEvents[`${owner.kind}, by anybody`];

    test(`${driver.name}: what anybody can cause flushes nothing else, and is bounded by itself: ${owner.kind}`, async (t) => {
      const stores = await openStores(t, driver);
      await record(stores, owner, 'proven');
      stores.clock.advance(1);
      const details = numbered(last + 30);
      for (const detail of details) await recordForeign(stores, owner, detail);
      t.deepEqual(await detailsOf(stores, owner), [...details.slice(-last).reverse(), 'proven']);
      t.is(await storedRecords(stores), last + 1);
      stores.clock.advance(days * DAY_SECONDS);
      t.deepEqual(await detailsOf(stores, owner), []);
    });

    test(`${driver.name}: both rings are listed in the order of time, and removed together: ${owner.kind}`, async (t) => {
      const stores = await openStores(t, driver);
      for (const round of [1, 2, 3]) {
        await record(stores, owner, `own ${round}`);
        stores.clock.advance(1);
        await recordForeign(stores, owner, `foreign ${round}`);
        stores.clock.advance(1);
      }
      const newestFirst = ['foreign 3', 'own 3', 'foreign 2', 'own 2', 'foreign 1', 'own 1'];
      t.deepEqual(await detailsOf(stores, owner), newestFirst);
      await stores.events.removeForAccount('ada');
      await stores.events.removeForClient('shop');
      t.is(await storedRecords(stores), 0);
      t.deepEqual(await stores.records.list('counters', { limit: 10 }), []);
    });
  }

  test(`${driver.name}: of what repeats one a minute is kept, of an owner, an address and what was typed`, async (t) => {
    const stores = await openStores(t, driver);
    const repeat = (owner: EventOwner, fields: { readonly address: string; readonly accountReference?: string }) => {
      const { record: said } = event(stores, owner, JSON.stringify(fields));
      const repeated = { owners: [owner], record: { ...said, ...fields }, isByAnybody: true, isRepetitive: true };
      return stores.events.record([repeated, repeated]);
    };
    const kept = async (owner: EventOwner) => (await stores.events.list(owner)).length;
    await atOnce(20, () => repeat(ADA, { address: '192.0.2.1' }));
    t.is(await kept(ADA), 1);
    await repeat(ADA, { address: '192.0.2.2' });
    await repeat({ kind: 'account', id: 'grace' }, { address: '192.0.2.1' });
    t.deepEqual([await kept(ADA), await kept({ kind: 'account', id: 'grace' })], [2, 1]);
    for (const accountReference of ['x', 'y', 'x'])
      await repeat({ kind: 'unknown accounts' }, { address: '192.0.2.1', accountReference });
    t.is(await kept({ kind: 'unknown accounts' }), 2);
    stores.clock.advance(60);
    await repeat(ADA, { address: '192.0.2.1' });
    t.is(await kept(ADA), 3);
  });

  test(`${driver.name}: one event can be kept in the records of two owners`, async (t) => {
    const stores = await openStores(t, driver);
    await stores.events.record([{ ...event(stores, ADA, 'both'), owners: [ADA, { kind: 'administration' }] }]);
    t.deepEqual(await detailsOf(stores, ADA), ['both']);
    t.deepEqual(await detailsOf(stores, { kind: 'administration' }), ['both']);
  });

  test(`${driver.name}: of 60 events at once none is lost, and 51 or more of a client leave 50`, async (t) => {
    const stores = await openStores(t, driver);
    await atOnce(60, (caller) => record(stores, ADA, `event ${caller}`));
    await atOnce(60, (caller) => record(stores, SHOP, `event ${caller}`));
    t.is(new Set(await detailsOf(stores, ADA)).size, 60);
    t.is(new Set(await detailsOf(stores, SHOP)).size, 50);
  });

  test(`${driver.name}: what is removed for an account or a client is gone, and nobody else's is`, async (t) => {
    const stores = await openStores(t, driver);
    const [grace, forum] = [
      { kind: 'account', id: 'grace' },
      { kind: 'client', id: 'forum' },
    ] as const;
    for (const owner of [ADA, SHOP, grace, forum]) await record(stores, owner, 'one', 'two');
    await stores.events.removeForAccount('ada');
    await stores.events.removeForClient('shop');
    t.deepEqual(
      await Promise.all([ADA, SHOP, grace, forum].map(async (owner) => (await detailsOf(stores, owner)).length)),
      [0, 0, 2, 2],
    );
    // The number of events is no memory of them either.
    await record(stores, ADA, 'anew');
    t.is((await stores.records.list('counters', { limit: 10 })).length, 3);
  });

  test(`${driver.name}: an event that belongs to nobody is not kept`, async (t) => {
    const stores = await openStores(t, driver);
    const { record: unowned } = event(stores, ADA, 'unowned');
    await stores.events.record([{ record: unowned }]);
    t.is(await storedRecords(stores), 0);
  });

  test(`${driver.name}: one event costs two calls on the database, others of the same request one each`, async (t) => {
    const stores = await openStores(t, driver);
    const calls: string[] = [];
    const counted = new Proxy(stores.records, {
      get(target, name, receiver) {
        calls.push(String(name));
        return Reflect.get(target, name, receiver);
      },
    });
    const { events } = stores.reopen(counted);
    await events.record([event(stores, ADA, 'one')]);
    t.deepEqual(calls, ['increment', 'put']);
    calls.length = 0;
    await events.record(['two', 'three'].map((detail) => event(stores, ADA, detail)));
    t.deepEqual(calls, ['increment', 'put', 'put']);
  });
});
