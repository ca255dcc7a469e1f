/** Readiness writes to find out whether the database takes writes: once in five seconds at most, whoever asks. */
import test from 'ava';
import { createWriteProbe } from '../../../src/web/health.ts';
import { ManualClock } from '../../support/clock.ts';

function counting() {
  const clock = new ManualClock();
  const disk = { isFull: false, writes: 0 };
  const isWritable = createWriteProbe(async () => {
    disk.writes += 1;
    if (disk.isFull) throw new Error('full');
  }, clock);
  return { clock, disk, isWritable };
}

test('a hundred who ask at once, and a hundred soon after, cause one write', async (t) => {
  const { clock, disk, isWritable } = counting();
  const asked = await Promise.all(Array.from({ length: 100 }, () => isWritable()));
  clock.advance(4.9);
  asked.push(...(await Promise.all(Array.from({ length: 100 }, () => isWritable()))));
  t.deepEqual([...new Set(asked)], [true]);
  t.is(disk.writes, 1);
  clock.advance(0.1);
  await isWritable();
  t.is(disk.writes, 2);
});

test('a full disk is seen with the next write, and so is room again', async (t) => {
  const { clock, disk, isWritable } = counting();
  t.true(await isWritable());
  disk.isFull = true;
  t.true(await isWritable());
  clock.advance(5);
  t.false(await isWritable());
  disk.isFull = false;
  t.false(await isWritable());
  clock.advance(5);
  t.true(await isWritable());
});

test('a clock that was set back does not keep it from writing', async (t) => {
  const { clock, disk, isWritable } = counting();
  await isWritable();
  clock.advance(-3600);
  await isWritable();
  t.is(disk.writes, 2);
});

test('a write that waits is no fault until it fails', async (t) => {
  const clock = new ManualClock();
  const write = Promise.withResolvers<void>();
  const isWritable = createWriteProbe(() => write.promise, clock);
  t.true(await isWritable());
  write.reject(new Error('busy for too long'));
  await new Promise((resolve) => setImmediate(resolve));
  t.false(await isWritable());
});
