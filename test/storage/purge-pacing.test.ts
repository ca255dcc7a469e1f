/** How the purge job paces itself, with time in the test's hands. */
import test, { type ExecutionContext } from 'ava';
import type { Collection } from '../../src/ports/collections.ts';
import type { LogFields } from '../../src/ports/log.ts';
import { StorageUnavailable } from '../../src/ports/storage-unavailable.ts';
import { type PurgedStorage, startPurgeJob } from '../../src/purge-job.ts';
import { PurgeTiming } from '../support/purge-timing.ts';

const START = 5000;
const TURN = 60_000;
const WRITE_MILLISECONDS = 10;
const REST = 9 * WRITE_MILLISECONDS;

interface Backlog {
  /** What has expired in each collection; a purge takes it away. */
  readonly expired: Partial<Record<Collection, number>>;
  readonly isOurTurn?: () => boolean;
  readonly deletesExpired?: boolean;
  readonly writeMilliseconds?: number;
  /** Before each write that finds something. */
  readonly onWrite?: (collection: Collection) => void;
}

function startOn(t: ExecutionContext, wishes: Backlog) {
  const { expired, isOurTurn = () => true, deletesExpired, onWrite, writeMilliseconds = WRITE_MILLISECONDS } = wishes;
  const timing = new PurgeTiming();
  const writes: Collection[] = [];
  const logged: (LogFields & { level: string })[] = [];
  const log = (level: string) => (fields: LogFields) => void logged.push({ level, ...fields });
  const storage: PurgedStorage = {
    records: {
      ...(deletesExpired !== undefined && { deletesExpired }),
      async purge(limit, collection) {
        if (collection === undefined) throw new Error('the job asks for one collection after the other');
        const purged = Math.min(limit, expired[collection] ?? 0);
        if (purged === 0) return 0;
        onWrite?.(collection);
        timing.spend(writeMilliseconds);
        writes.push(collection);
        expired[collection] = (expired[collection] ?? 0) - purged;
        return purged;
      },
    },
    counters: { add: async () => (isOurTurn() ? 1 : 2) },
    log: { info: log('info'), warn: log('warn'), error: log('error') },
  };
  const job = startPurgeJob(storage, timing);
  t.teardown(() => job.stop());
  return { job, timing, writes, logged, expired };
}

test('the first write comes soon after the start, the next look a turn later', async (t) => {
  const { timing, writes } = startOn(t, { expired: { grants: 1 } });
  t.deepEqual(await timing.nextPauses(3), [START, REST, TURN]);
  t.deepEqual(writes, ['grants']);
});

test('where nothing has expired nothing is written, and the job waits for its next turn', async (t) => {
  const { timing, writes } = startOn(t, { expired: {} });
  t.deepEqual(await timing.nextPauses(3), [START, TURN, TURN]);
  t.deepEqual(writes, []);
});

test('after each write it rests nine times as long as the write took, and a full batch is followed by the next', async (t) => {
  const { timing, expired } = startOn(t, { expired: { grants: 250 } });
  t.deepEqual(await timing.nextPauses(5), [START, REST, REST, REST, TURN]);
  t.is(expired.grants, 0);
});

test('a write that took no time at all is followed by a rest all the same', async (t) => {
  const { timing } = startOn(t, { expired: { grants: 1 }, writeMilliseconds: 0 });
  t.deepEqual(await timing.nextPauses(2), [START, 1]);
});

test('a collection that fills as fast as it is emptied holds up no other', async (t) => {
  const { timing, writes } = startOn(t, {
    expired: { sessions: Number.POSITIVE_INFINITY, interactions: 150, revoked_tokens: 1 },
  });
  await timing.nextPauses(1 + 6);
  t.deepEqual(writes.slice(0, 6), [
    'sessions',
    'interactions',
    'revoked_tokens',
    'sessions',
    'interactions',
    'sessions',
  ]);
});

test('a turn that ends with work left is followed by the next at once, and each rests less, down to a limit', async (t) => {
  const { timing } = startOn(t, { expired: { sessions: Number.POSITIVE_INFINITY }, writeMilliseconds: 1000 });
  await timing.nextPause();
  const rests = new Set<number>();
  while (timing.elapsed() < 8 * TURN) rests.add(await timing.nextPause());
  t.deepEqual([...rests], [9000, 4000, 2000, 1000, 500, 250]);
});

test('once it has caught up it rests long again', async (t) => {
  const expired: Backlog['expired'] = {};
  const ofEachTurn = [Number.POSITIVE_INFINITY, 100, 1];
  const { timing } = startOn(t, {
    expired,
    writeMilliseconds: 1000,
    isOurTurn() {
      expired.sessions = ofEachTurn.shift() ?? 0;
      return true;
    },
  });
  t.is(await timing.nextPause(), START);
  t.deepEqual(new Set(await timing.nextPauses(TURN / 10_000)), new Set([9000]));
  t.deepEqual(await timing.nextPauses(4), [4000, TURN, 9000, TURN]);
});

test('whoever has not the turn writes nothing, and asks again a turn later', async (t) => {
  const answers = [false, false, true];
  const { timing, writes } = startOn(t, { expired: { grants: 1 }, isOurTurn: () => answers.shift() ?? false });
  t.deepEqual(await timing.nextPauses(3), [START, TURN, TURN]);
  t.deepEqual(writes, []);
  await timing.nextPause();
  t.deepEqual(writes, ['grants']);
});

test('a storage that fails is logged by the name of its error, and tried again a turn later', async (t) => {
  const failures = [new StorageUnavailable(new Error('mongodb://user:password@host'))];
  const { timing, logged, writes } = startOn(t, {
    expired: { grants: 1 },
    onWrite() {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
    },
  });
  t.deepEqual(await timing.nextPauses(2), [START, TURN]);
  t.deepEqual(logged, [{ level: 'warn', job: 'purge', cause: 'StorageUnavailable' }]);
  await timing.nextPause();
  t.deepEqual(writes, ['grants']);
});

test('the log says how many went and whether some are left, and nothing where none did', async (t) => {
  const { timing, logged } = startOn(t, { expired: { grants: 101, sessions: 7 } });
  await timing.nextPauses(5);
  t.deepEqual(logged, [{ level: 'info', job: 'purge', purged: 108, isBehind: false }]);
  await timing.nextPause();
  t.is(logged.length, 1);
});

test('stopping waits for the write under way, and no other follows', async (t) => {
  const write = Promise.withResolvers<number>();
  const began = Promise.withResolvers<void>();
  let writes = 0;
  const timing = new PurgeTiming();
  const job = startPurgeJob(
    {
      records: {
        purge() {
          writes += 1;
          began.resolve();
          return write.promise;
        },
      },
      counters: { add: async () => 1 },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    },
    timing,
  );
  await timing.nextPause();
  await began.promise;
  let hasStopped = false;
  const stopping = job.stop().then(() => {
    hasStopped = true;
  });
  await new Promise((resume) => setImmediate(resume));
  t.false(hasStopped);
  write.resolve(100);
  await stopping;
  t.is(writes, 1);
});

test('a job that is stopped while it rests ends at once', async (t) => {
  const { job, writes } = startOn(t, { expired: { grants: 1 } });
  await job.stop();
  t.deepEqual(writes, []);
});

test('where the database deletes what has expired by itself the job does nothing at all', async (t) => {
  const { job, timing, writes } = startOn(t, { expired: { grants: 1 }, deletesExpired: true });
  const paused = timing.nextPause().then(() => 'paused');
  const later = new Promise((resume) => setImmediate(resume, 'nothing'));
  t.is(await Promise.race([paused, later]), 'nothing');
  await job.stop();
  t.deepEqual(writes, []);
});
