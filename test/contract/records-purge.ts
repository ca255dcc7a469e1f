/** Facts of the `Records` port: deleting what has expired. */
import { atOnce, storedRecord } from '../support/records.ts';
import type { Fact } from './records-fact.ts';

const LIFE_SECONDS = 3600;

export function purgeFacts(fact: Fact): void {
  fact('a purge deletes what has expired and nothing else', async (t, { records, clock }) => {
    const soon = clock.now() + LIFE_SECONDS * 1000;
    const later = soon + 1;
    await atOnce(10, (n) => records.insert('access_tokens', storedRecord(`soon ${n}`, '', { expiresAt: soon })));
    await records.insert('access_tokens', storedRecord('later', '', { expiresAt: later }));
    await records.insert('access_tokens', storedRecord('stays', ''));
    await records.increment('counters', 'failures', 1, soon);
    await records.insert(
      'sessions',
      storedRecord('session', '', { indexes: { sessionId: ['x', 'y'] }, expiresAt: soon }),
    );
    t.is(await records.purge(100), 0);
    clock.advance(LIFE_SECONDS);
    t.is(await records.purge(100), 12);
    t.is(await records.purge(100), 0);
    const live = await records.list('access_tokens', { limit: 100 });
    t.deepEqual(
      live.map(({ id }) => id),
      ['later', 'stays'],
    );
  });

  fact(
    'a purge deletes at most its limit in each collection, and the next one goes on',
    async (t, { records, clock }) => {
      const expiresAt = clock.now() + LIFE_SECONDS * 1000;
      await atOnce(5, (n) => records.insert('access_tokens', storedRecord(`${n}`, '', { expiresAt })));
      await atOnce(4, (n) => records.insert('interactions', storedRecord(`${n}`, '', { expiresAt })));
      clock.advance(LIFE_SECONDS);
      t.is(await records.purge(3), 6);
      t.is(await records.purge(3), 3);
      t.is(await records.purge(3), 0);
    },
  );

  fact(
    'what was purged has really gone: turning the clock back does not bring it back',
    async (t, { records, clock }) => {
      const indexes = { sessionId: ['x'], accountId: 'a' };
      await records.insert(
        'sessions',
        storedRecord('session', '', { indexes, expiresAt: clock.now() + LIFE_SECONDS * 1000 }),
      );
      clock.advance(LIFE_SECONDS);
      await records.purge(100);
      clock.advance(-LIFE_SECONDS);
      t.is(await records.get('sessions', 'session'), undefined);
      t.deepEqual(await records.findBy('sessions', 'sessionId', 'x', { limit: 10 }), []);
      t.true(await records.insert('sessions', storedRecord('session', '')));
    },
  );

  fact('writes beside a purge all succeed', async (t, { records, clock }) => {
    const expiresAt = clock.now() + LIFE_SECONDS * 1000;
    await atOnce(50, (n) => records.insert('access_tokens', storedRecord(`old ${n}`, '', { expiresAt })));
    clock.advance(LIFE_SECONDS);
    const [purged, inserted] = await Promise.all([
      records.purge(1000),
      atOnce(50, (n) => records.insert('access_tokens', storedRecord(`new ${n}`, ''))),
    ]);
    t.is(purged, 50);
    t.true(inserted.every(Boolean));
    t.is((await records.list('access_tokens', { limit: 100 })).length, 50);
  });
}
