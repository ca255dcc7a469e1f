/** That hashing never takes all threads, and that the queue before it is bounded. */
import test from 'ava';
import { HashingQueue, hashesAtOnce } from '../../../src/domain/accounts/password-hashing.ts';
import { rejectsWith } from '../../support/domain-errors.ts';

/** Work that ends when the test says so, and knows how much of it ran at once. */
function heldWork() {
  const releases: (() => void)[] = [];
  const seen = { running: 0, most: 0 };
  return {
    seen,
    start: async () => {
      seen.running += 1;
      seen.most = Math.max(seen.most, seen.running);
      await new Promise<void>((resolve) => {
        releases.push(resolve);
      });
      seen.running -= 1;
    },
    async finishOne() {
      releases.shift()?.();
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    },
  };
}

test('two threads of the pool stay free, and one hash can always run', (t) => {
  t.deepEqual([1, 2, 3, 4, 16].map(hashesAtOnce), [1, 1, 1, 2, 14]);
});

test('no more hashes run at once than allowed, and all run in the end', async (t) => {
  const queue = new HashingQueue({ atOnce: 2 });
  const work = heldWork();
  const all = Promise.all(Array.from({ length: 5 }, () => queue.run(work.start)));
  for (let finished = 0; finished < 5; finished += 1) {
    t.true(work.seen.running <= 2);
    await work.finishOne();
  }
  await all;
  t.is(work.seen.most, 2);
});

test('a full queue is hashing_busy, with the time to come back', async (t) => {
  const queue = new HashingQueue({ atOnce: 1, maxWaiting: 1 });
  const work = heldWork();
  const admitted = [queue.run(work.start), queue.run(work.start)];
  const refusal = await rejectsWith(t, 'hashing_busy', () => queue.run(work.start));
  t.true((refusal.retryAfterSeconds ?? 0) > 0);
  await work.finishOne();
  await work.finishOne();
  await Promise.all(admitted);
  t.is(await queue.run(async () => 'free again'), 'free again');
});

test('work that fails gives its place back', async (t) => {
  const queue = new HashingQueue({ atOnce: 1, maxWaiting: 0 });
  await t.throwsAsync(
    queue.run(() => Promise.reject(new Error('broken'))),
    { message: 'broken' },
  );
  t.is(await queue.run(async () => 'free again'), 'free again');
});
