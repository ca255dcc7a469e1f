/** The purge job at work on each driver: beside writers, beside other processes, and never on what is live. */
import test, { type ExecutionContext } from 'ava';
import type { Clock } from '../../src/ports/clock.ts';
import type { Records } from '../../src/storage/driver.ts';
import { KeyedHash } from '../../src/storage/encryption/keyed-hash.ts';
import { startPurgeJob } from '../../src/storage/maintenance/purge.ts';
import { Counters } from '../../src/storage/records/counters.ts';
import { ManualClock } from '../support/clock.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce, storedRecord, tally } from '../support/records.ts';

const LIFE_SECONDS = 60;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Rests and turns go by at once, but others get their turn in between. */
const hurried: Clock = {
  now: () => 0,
  sleep: () => new Promise((resume) => setImmediate(resume)),
};

/** Says of each purge how many went. */
function purging(t: ExecutionContext, records: Records, hear: (purged: number) => void): void {
  const job = startPurgeJob({
    records: {
      async purge(limit, collection) {
        const purged = await records.purge(limit, collection);
        hear(purged);
        return purged;
      },
    },
    counters: { add: async () => 1 },
    log: silent,
    clock: hurried,
  });
  t.teardown(() => job.stop());
}

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: what has expired goes while others write, nothing that is live does, and every write succeeds`, async (t) => {
    const clock = new ManualClock();
    const records = await driver.open(t, clock);
    const soon = clock.now() + LIFE_SECONDS * 1000;
    const later = soon + 1;
    for (const collection of ['access_tokens', 'sessions'] as const) {
      await atOnce(250, (n) => records.insert(collection, storedRecord(`old ${n}`, '', { expiresAt: soon })));
      await atOnce(50, (n) => records.insert(collection, storedRecord(`live ${n}`, '', { expiresAt: later })));
      await records.insert(collection, storedRecord('stays', ''));
    }
    clock.advance(LIFE_SECONDS);
    const caughtUp = Promise.withResolvers<void>();
    let left = 500;
    purging(t, records, (purged) => {
      left -= purged;
      if (left === 0) caughtUp.resolve();
    });
    const written = await atOnce(20, async (writer) => {
      const outcomes: unknown[] = [];
      for (let round = 0; round < 10; round += 1) {
        const id = `new ${writer} ${round}`;
        outcomes.push(await records.insert('access_tokens', storedRecord(id, '', { expiresAt: later })));
        outcomes.push(await records.consume('access_tokens', id));
      }
      return outcomes;
    });
    await caughtUp.promise;

    t.is(tally(written.flat(), true), 200);
    t.is(tally(written.flat(), 'consumed'), 200);
    t.is((await records.list('access_tokens', { limit: 1000 })).length, 50 + 1 + 200);
    t.is((await records.list('sessions', { limit: 1000 })).length, 50 + 1);
    t.is(await records.size('sessions'), 51);
  });

  test(`${driver.name}: a purge of one collection leaves the others as they are`, async (t) => {
    const clock = new ManualClock();
    const records = await driver.open(t, clock);
    const expiresAt = clock.now();
    for (const collection of ['grants', 'sessions'] as const) {
      await atOnce(3, (n) => records.insert(collection, storedRecord(`${n}`, '', { expiresAt })));
    }
    t.is(await records.purge(2, 'grants'), 2);
    t.is(await records.purge(2, 'grants'), 1);
    t.is(await records.purge(2, 'grants'), 0);
    t.is(await records.size('sessions'), 3);
  });

  test(`${driver.name}: what a writer leaves does not pile up, however long it writes`, async (t) => {
    const clock = new ManualClock();
    const records = await driver.open(t, clock);
    purging(t, records, () => undefined);
    let most = 0;
    for (let round = 0; round < 40; round += 1) {
      const expiresAt = clock.now() + 1000;
      await atOnce(50, (n) => records.insert('access_tokens', storedRecord(`${round} ${n}`, '', { expiresAt })));
      clock.advance(1);
      if (round % 5 === 4) most = Math.max(most, await records.size('access_tokens'));
    }
    // Of 2000 that were written.
    t.true(most < 1000, `${most} were there at a time`);
  });

  test(`${driver.name}: of two processes one purges, and the other once that has ended`, async (t) => {
    const clock = new ManualClock();
    const records = await driver.open(t, clock);
    const counters = new Counters({ records, keyedHash: new KeyedHash(Buffer.alloc(32)), clock });
    const leave = (id: string) => records.insert('grants', storedRecord(id, '', { expiresAt: clock.now() }));
    const looks = [0, 0];
    const looked = Promise.withResolvers<void>();
    let purged = Promise.withResolvers<number>();
    const jobs = looks.map((_, which) => {
      const purge: Records['purge'] = async (limit, collection) => {
        looks[which] = (looks[which] ?? 0) + 1;
        looked.resolve();
        const gone = await records.purge(limit, collection);
        if (gone > 0) purged.resolve(which);
        return gone;
      };
      const job = startPurgeJob({ records: { purge }, counters, log: silent, clock: hurried });
      t.teardown(() => job.stop());
      return job;
    });
    await looked.promise;
    // Time enough for the other to ask for its turn, again and again.
    for (let asked = 0; asked < 20; asked += 1) await records.ping();
    t.is(tally(looks, 0), 1);

    await leave('first');
    clock.advance(LIFE_SECONDS);
    const first = await purged.promise;
    await jobs[first]?.stop();
    purged = Promise.withResolvers();
    await leave('second');
    clock.advance(LIFE_SECONDS);
    t.is(await purged.promise, 1 - first);
  });
});
