import test from 'ava';
import { KeyedMutex } from '../../../src/provider/adapter/keyed-mutex.ts';
import { ManualClock } from '../../support/clock.ts';

test('work on one thing runs one after another, work on another beside it', async (t) => {
  const mutex = new KeyedMutex(new ManualClock(), 60_000);
  const events: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = mutex.run('a', async () => {
    events.push('a1 begins');
    await gate.promise;
    events.push('a1 ends');
  });
  const second = mutex.run('a', async () => void events.push('a2'));
  await mutex.run('b', async () => void events.push('b1'));
  t.true(mutex.isTaken('a'));
  gate.resolve();
  await Promise.all([first, second]);

  t.deepEqual(events, ['a1 begins', 'b1', 'a1 ends', 'a2']);
  await Promise.resolve();
  t.false(mutex.isTaken('a') || mutex.isTaken('b'));
});

test('work that fails is told to its own caller, and holds up nobody', async (t) => {
  const mutex = new KeyedMutex(new ManualClock(), 60_000);
  const failing = mutex.run('a', () => Promise.reject(new Error('no')));
  const next = mutex.run('a', async () => 'done');

  await t.throwsAsync(failing, { message: 'no' });
  t.is(await next, 'done');
});

test('work waits for the work before it no longer than the limit', async (t) => {
  const mutex = new KeyedMutex(new ManualClock(), 1);
  const stuck = Promise.withResolvers<void>();
  const first = mutex.run('a', () => stuck.promise);

  t.is(await mutex.run('a', async () => 'done'), 'done');
  stuck.resolve();
  await first;
});
