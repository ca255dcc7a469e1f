/** What the provider remembers for a few seconds, and for how long. */
import test from 'ava';
import { Cache } from '../../../src/provider/cache.ts';
import { ManualClock } from '../../support/clock.ts';

function counting(values: Readonly<Record<string, string>>) {
  const clock = new ManualClock();
  const asked: string[] = [];
  const cache = new Cache(
    async (key: string) => {
      asked.push(key);
      return values[key];
    },
    { clock, staleAfterSeconds: 5 },
  );
  return { clock, asked, cache };
}

test('what was answered is not asked again for some seconds', async (t) => {
  const { cache, asked, clock } = counting({ a: 'A' });
  t.is(await cache.get('a'), 'A');
  clock.advance(4);
  t.is(await cache.get('a'), 'A');
  t.deepEqual(asked, ['a']);
  clock.advance(2);
  t.is(await cache.get('a'), 'A');
  t.deepEqual(asked, ['a', 'a']);
});

test('what does not exist is asked for each time', async (t) => {
  const { cache, asked } = counting({});
  t.is(await cache.get('a'), undefined);
  t.is(await cache.get('a'), undefined);
  t.is(asked.length, 2);
});

test('many who ask at once cause one question', async (t) => {
  const { cache, asked } = counting({ a: 'A' });
  t.deepEqual(await Promise.all([cache.get('a'), cache.get('a'), cache.get('a')]), ['A', 'A', 'A']);
  t.is(asked.length, 1);
});

test('a look without asking sees only what is remembered', async (t) => {
  const { cache, asked, clock } = counting({ a: 'A' });
  t.is(cache.peek('a'), undefined);
  await cache.get('a');
  t.is(cache.peek('a'), 'A');
  clock.advance(6);
  t.is(cache.peek('a'), undefined);
  t.is(asked.length, 1);
});

test('a failed question is not remembered', async (t) => {
  let isBroken = true;
  const cache = new Cache(
    async () => {
      if (isBroken) throw new Error('lost');
      return 'A';
    },
    { clock: new ManualClock(), staleAfterSeconds: 5 },
  );
  await t.throwsAsync(cache.get('a'));
  isBroken = false;
  t.is(await cache.get('a'), 'A');
});

test('the oldest of a thousand answers is forgotten first', async (t) => {
  const values = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`key ${index}`, 'value']));
  const { cache } = counting(values);
  for (const key of Object.keys(values)) await cache.get(key);
  t.is(cache.peek('key 0'), undefined);
  t.is(cache.peek('key 1'), 'value');
  t.is(cache.peek('key 1000'), 'value');
});

test('a reload reads the store whatever is remembered or being read, and what it finds is remembered', async (t) => {
  const reads: PromiseWithResolvers<string | undefined>[] = [];
  const cache = new Cache(
    () => {
      const read = Promise.withResolvers<string | undefined>();
      reads.push(read);
      return read.promise;
    },
    { clock: new ManualClock(), staleAfterSeconds: 5 },
  );
  const earlier = cache.get('a');

  const now = cache.reload('a');

  t.is(reads.length, 2);
  reads[0]?.resolve('A');
  reads[1]?.resolve(undefined);
  t.is(await earlier, 'A');
  t.is(await now, undefined);
  t.is(cache.peek('a'), undefined);
});
