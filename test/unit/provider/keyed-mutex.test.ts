/** Work on one thing goes in turns. */
import test from 'ava';
import { createKeyedMutex } from '../../../src/provider/adapter/keyed-mutex.ts';

test('work on one thing runs one after another, work on another beside it', async (t) => {
  const turns = createKeyedMutex(60_000);
  const events: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.take('a', async () => {
    events.push('a1 begins');
    await gate.promise;
    events.push('a1 ends');
  });
  const second = turns.take('a', async () => void events.push('a2'));
  await turns.take('b', async () => void events.push('b1'));
  t.true(turns.isTaken('a'));
  gate.resolve();
  await Promise.all([first, second]);

  t.deepEqual(events, ['a1 begins', 'b1', 'a1 ends', 'a2']);
  await Promise.resolve();
  t.false(turns.isTaken('a') || turns.isTaken('b'));
});

test('work that fails is told to its own caller, and holds up nobody', async (t) => {
  const turns = createKeyedMutex(60_000);
  const failing = turns.take('a', () => Promise.reject(new Error('no')));
  const next = turns.take('a', async () => 'done');

  await t.throwsAsync(failing, { message: 'no' });
  t.is(await next, 'done');
});

test('nobody waits longer than they have patience for who came before', async (t) => {
  const turns = createKeyedMutex(1);
  const stuck = Promise.withResolvers<void>();
  const first = turns.take('a', () => stuck.promise);

  t.is(await turns.take('a', async () => 'done'), 'done');
  stuck.resolve();
  await first;
});
