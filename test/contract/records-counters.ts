/** Facts of the `Records` port: counters. */
import { atOnce } from '../support/records.ts';
import type { Fact } from './records-fact.ts';

const WINDOW_SECONDS = 3600;

export function counterFacts(fact: Fact): void {
  fact('50 that add one at once make 50, and each is told another number', async (t, { records, clock }) => {
    const expiresAt = clock.now() + WINDOW_SECONDS * 1000;
    const answers = await atOnce(50, () => records.increment('counters', 'failures', 1, expiresAt));
    t.deepEqual(
      answers.toSorted((a, b) => a - b),
      Array.from({ length: 50 }, (_, n) => n + 1),
    );
    t.is(await records.count('counters', 'failures'), 50);
  });

  fact('a counter that never started is 0', async (t, { records }) => {
    t.is(await records.count('counters', 'failures'), 0);
  });

  fact('a counter grows by what is added', async (t, { records, clock }) => {
    const expiresAt = clock.now() + WINDOW_SECONDS * 1000;
    t.is(await records.increment('counters', 'failures', 3, expiresAt), 3);
    t.is(await records.increment('counters', 'failures', 4, expiresAt), 7);
    t.is(await records.increment('counters', 'others', 1, expiresAt), 1);
    t.is(await records.count('counters', 'failures'), 7);
  });

  fact('the window of a counter starts with the first event and does not move', async (t, { records, clock }) => {
    await records.increment('counters', 'failures', 1, clock.now() + WINDOW_SECONDS * 1000);
    clock.advance(WINDOW_SECONDS - 1);
    t.is(await records.increment('counters', 'failures', 1, clock.now() + WINDOW_SECONDS * 1000), 2);
    clock.advance(1);
    t.is(await records.count('counters', 'failures'), 0);
  });

  fact('a counter that has expired starts again from nothing, with a new window', async (t, { records, clock }) => {
    await records.increment('counters', 'failures', 5, clock.now() + WINDOW_SECONDS * 1000);
    clock.advance(WINDOW_SECONDS);
    t.is(await records.increment('counters', 'failures', 1, clock.now() + WINDOW_SECONDS * 1000), 1);
    clock.advance(WINDOW_SECONDS - 1);
    t.is(await records.count('counters', 'failures'), 1);
    clock.advance(1);
    t.is(await records.count('counters', 'failures'), 0);
  });

  fact('50 that add one at once to an expired counter make 50', async (t, { records, clock }) => {
    await records.increment('counters', 'failures', 9, clock.now() + WINDOW_SECONDS * 1000);
    clock.advance(WINDOW_SECONDS);
    const expiresAt = clock.now() + WINDOW_SECONDS * 1000;
    await atOnce(50, () => records.increment('counters', 'failures', 1, expiresAt));
    t.is(await records.count('counters', 'failures'), 50);
  });

  fact('a removed counter starts again from nothing', async (t, { records, clock }) => {
    const expiresAt = clock.now() + WINDOW_SECONDS * 1000;
    await records.increment('counters', 'failures', 5, expiresAt);
    t.true(await records.remove('counters', 'failures'));
    t.is(await records.count('counters', 'failures'), 0);
    t.is(await records.increment('counters', 'failures', 1, expiresAt), 1);
  });
}
