/** The purge job: when it works, and on each driver beside writers and other processes, and never on what is live. */
import test, { type ExecutionContext } from 'ava';
import type { Clock } from '../../src/ports/clock.ts';
import type { LogFields } from '../../src/ports/log.ts';
import type { Collection } from '../../src/storage/collections.ts';
import { type Records, StorageUnavailable } from '../../src/storage/driver.ts';
import { KeyedHash } from '../../src/storage/encryption/keyed-hash.ts';
import { startPurgeJob } from '../../src/storage/maintenance/purge.ts';
import { Counters } from '../../src/storage/records/counters.ts';
import { ManualClock, PausedClock } from '../support/clock.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce, storedRecord, tally } from '../support/records.ts';

const LIFE_SECONDS = 60;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Rests and turns go by at once, but others get their turn in between. */
const hurried: Clock = {
  now: () => 0,
  sleep: () => new Promise((resume) => setImmediate(resume)),
};

/** Calls `hear` with how many each purge deleted. */
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

const START = 5000;
const TURN = 60_000;
const REST = 10;

interface Backlog {
  /** What has expired in each collection; a purge takes it away. */
  readonly expired: Partial<Record<Collection, number>>;
  readonly isOurTurn?: () => boolean;
  readonly deletesExpired?: boolean;
  readonly writeMilliseconds?: number;
  /** Before each write that finds something. */
  readonly onWrite?: () => void | Promise<void>;
}

function startOn(t: ExecutionContext, backlog: Backlog) {
  const { expired, isOurTurn = () => true, deletesExpired = false, writeMilliseconds = 0, onWrite } = backlog;
  const clock = new PausedClock();
  const writes: Collection[] = [];
  const logged: (LogFields & { level: string })[] = [];
  const log = (level: string) => (fields: LogFields) => void logged.push({ level, ...fields });
  const job = startPurgeJob({
    records: {
      deletesExpired,
      async purge(limit, collection) {
        if (collection === undefined) throw new Error('the job purges one collection after the other');
        const purged = Math.min(limit, expired[collection] ?? 0);
        if (purged === 0) return 0;
        await onWrite?.();
        clock.spend(writeMilliseconds);
        writes.push(collection);
        expired[collection] = (expired[collection] ?? 0) - purged;
        return purged;
      },
    },
    counters: { add: async () => (isOurTurn() ? 1 : 2) },
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    clock,
  });
  t.teardown(() => job.stop());
  return { job, clock, writes, logged, expired };
}

test('the first write comes soon after the start, the next look a turn later', async (t) => {
  const { clock, writes } = startOn(t, { expired: { grants: 1 } });
  t.deepEqual(await clock.nextSleeps(3), [START, REST, TURN - REST]);
  t.deepEqual(writes, ['grants']);
});

test('where nothing has expired nothing is written, and the job waits for its next turn', async (t) => {
  const { clock, writes, logged } = startOn(t, { expired: {} });
  t.deepEqual(await clock.nextSleeps(3), [START, TURN, TURN]);
  t.deepEqual([writes, logged], [[], []]);
});

test('a full batch is followed by the next after a rest, and the log says how many went', async (t) => {
  const { clock, expired, logged } = startOn(t, { expired: { grants: 250 } });
  t.deepEqual(await clock.nextSleeps(5), [START, REST, REST, REST, TURN - 3 * REST]);
  t.is(expired.grants, 0);
  t.deepEqual(logged, [{ level: 'info', job: 'purge', purged: 250 }]);
});

test('a collection that fills as fast as it is emptied holds up no other', async (t) => {
  const { clock, writes } = startOn(t, {
    expired: { sessions: Number.POSITIVE_INFINITY, interactions: 150, revoked_tokens: 1 },
  });
  await clock.nextSleeps(1 + 6);
  t.deepEqual(writes.slice(0, 6), [
    'sessions',
    'interactions',
    'revoked_tokens',
    'sessions',
    'interactions',
    'sessions',
  ]);
});

test('a turn that ends with work left is followed by the next at once', async (t) => {
  let turns = 0;
  const { clock } = startOn(t, {
    expired: { sessions: Number.POSITIVE_INFINITY },
    writeMilliseconds: TURN,
    isOurTurn() {
      turns += 1;
      return true;
    },
  });
  t.deepEqual(
    (await clock.nextSleeps(5)).filter((slept) => slept > REST),
    [START],
  );
  t.true(turns >= 2);
});

test('a process whose turn it is not writes nothing, and asks again a turn later', async (t) => {
  const answers = [false, false, true];
  const { clock, writes } = startOn(t, { expired: { grants: 1 }, isOurTurn: () => answers.shift() ?? false });
  t.deepEqual(await clock.nextSleeps(3), [START, TURN, TURN]);
  t.deepEqual(writes, []);
  await clock.nextSleeps(1);
  t.deepEqual(writes, ['grants']);
});

test('a storage that fails is logged by the name of its error, and tried again a turn later', async (t) => {
  const failures = [new StorageUnavailable(new Error('mongodb://user:password@host'))];
  const { clock, logged, writes } = startOn(t, {
    expired: { grants: 1 },
    onWrite() {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
    },
  });
  t.deepEqual(await clock.nextSleeps(2), [START, TURN]);
  t.deepEqual(logged, [{ level: 'warn', job: 'purge', cause: 'StorageUnavailable' }]);
  await clock.nextSleeps(1);
  t.deepEqual(writes, ['grants']);
});

test('stopping waits for the write under way, and no other follows', async (t) => {
  const write = Promise.withResolvers<void>();
  const began = Promise.withResolvers<void>();
  const { job, clock, writes } = startOn(t, {
    expired: { grants: 250 },
    onWrite() {
      began.resolve();
      return write.promise;
    },
  });
  await clock.nextSleeps(1);
  await began.promise;
  let hasStopped = false;
  const stopping = job.stop().then(() => {
    hasStopped = true;
  });
  await new Promise((resume) => setImmediate(resume));
  t.false(hasStopped);
  write.resolve();
  await stopping;
  t.deepEqual(writes, ['grants']);
});

test('a job that is stopped while it rests ends at once', async (t) => {
  const { job, writes } = startOn(t, { expired: { grants: 1 } });
  await job.stop();
  t.deepEqual(writes, []);
});

test('where the database deletes what has expired by itself the job does nothing at all', async (t) => {
  const { job, clock, writes } = startOn(t, { expired: { grants: 1 }, deletesExpired: true });
  const slept = clock.nextSleeps(1).then(() => 'slept');
  const later = new Promise((resume) => setImmediate(resume, 'nothing'));
  t.is(await Promise.race([slept, later]), 'nothing');
  await job.stop();
  t.deepEqual(writes, []);
});
