/** That hashing never takes all threads, and that the queue before it is bounded. */
import test from 'ava';
import { HashingQueue, hashesAtOnce } from '../../../src/domain/passwords/hashing-queue.ts';
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

/** Everybody waits behind one that runs; the names of those who are served, in order. An address is `network/host`. */
async function served(
  arrivals: readonly (readonly [name: string, address: string, isKnown: boolean, account?: string])[],
  maxWaiting?: number,
): Promise<readonly string[]> {
  const queue = new HashingQueue({ atOnce: 1, ...(maxWaiting !== undefined && { maxWaiting }) });
  const work = heldWork();
  const order: string[] = [];
  const first = queue.run(work.start);
  const others = arrivals.map(([name, address, isKnown, account = name]) =>
    queue
      .run(async () => void order.push(name), { network: address.split('/')[0] ?? '', address, account, isKnown })
      .catch(({ code }: { code: string }) => void order.push(`${name} ${code}`)),
  );
  await work.finishOne();
  await Promise.all([first, ...others]);
  return order;
}

test('addresses take turns: one with many attempts waits behind itself', async (t) => {
  const order = await served([
    ['a1', 'a', false],
    ['a2', 'a', false],
    ['a3', 'a', false],
    ['b1', 'b', false],
    ['c1', 'c', false],
    ['b2', 'b', false],
  ]);
  t.deepEqual(order, ['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
});

test('networks take turns, and addresses within one', async (t) => {
  const order = await served([
    ['a1', 'a/1', true],
    ['a2', 'a/1', true],
    ['a3', 'a/2', true],
    ['a4', 'a/3', true],
    ['b1', 'b/1', true],
    ['b2', 'b/1', true],
  ]);
  t.deepEqual(order, ['a1', 'b1', 'a3', 'b2', 'a4', 'a2']);
});

test('one account waits behind itself, from however many networks', async (t) => {
  const order = await served([
    ['a1', 'n1', true, 'ada'],
    ['a2', 'n2', true, 'ada'],
    ['a3', 'n3', true, 'ada'],
    ['g1', 'n4', true, 'grace'],
    ['l1', 'n5', true, 'linus'],
  ]);
  t.deepEqual(order, ['a1', 'g1', 'l1', 'a2', 'a3']);
});

test('in a full line the latest of the network or account that has most makes room', async (t) => {
  const ofNetwork = await served(
    [
      ['a1', 'a/1', true],
      ['a2', 'a/2', true],
      ['a3', 'a/3', true],
      ['b1', 'b/1', true],
      ['c1', 'c/1', true],
    ],
    3,
  );
  t.deepEqual(ofNetwork, ['a3 hashing_busy', 'a2 hashing_busy', 'a1', 'b1', 'c1']);
  const ofAccount = await served(
    [
      ['a1', 'n1', true, 'ada'],
      ['a2', 'n2', true, 'ada'],
      ['a3', 'n3', true, 'ada'],
      ['g1', 'n4', true, 'grace'],
    ],
    3,
  );
  t.deepEqual(ofAccount, ['a3 hashing_busy', 'a1', 'g1', 'a2']);
});

test('in a line that one network has filled, the latest of its address that has most makes room for its others', async (t) => {
  const order = await served(
    [
      ['a1', 'a/1', true],
      ['a2', 'a/1', true],
      ['a3', 'a/1', true],
      ['a4', 'a/2', true],
    ],
    3,
  );
  t.deepEqual(order, ['a3 hashing_busy', 'a1', 'a4', 'a2']);
});

test('known devices go first two times of three, and take turns among themselves', async (t) => {
  const order = await served([
    ['s1', 's', false],
    ['s2', 's', false],
    ['k1', 'k', true],
    ['k2', 'k', true],
    ['l1', 'l', true],
    ['k3', 'k', true],
  ]);
  t.deepEqual(order, ['k1', 'l1', 's1', 'k2', 'k3', 's2']);
});

test('in a full line the latest of the address that has most makes room for another address', async (t) => {
  const order = await served(
    [
      ['a1', 'a', false],
      ['a2', 'a', false],
      ['a3', 'a', false],
      ['b1', 'b', false],
      ['a4', 'a', false],
      ['b2', 'b', false],
    ],
    3,
  );
  t.deepEqual(order, ['a3 hashing_busy', 'a4 hashing_busy', 'b2 hashing_busy', 'a1', 'b1', 'a2']);
});

test('a line that strangers have filled has places for known devices', async (t) => {
  const strangers = Array.from({ length: 9 }, (_, n) => [`s${n}`, `s${n}`, false] as const);
  const order = await served([...strangers, ['k', 'k', true]], 4);
  t.is(order.filter((name) => name.endsWith('hashing_busy')).length, 5);
  t.is(
    order.find((name) => !name.endsWith('hashing_busy')),
    'k',
  );
});
