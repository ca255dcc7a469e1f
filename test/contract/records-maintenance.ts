/** Facts of the `Maintenance` port: re-encryption, restoring and looking after a database. */
import type { FoundRecord } from '../../src/storage/driver.ts';
import { atOnce, storedRecord, tally, textOf } from '../support/records.ts';
import type { Fact } from './records-fact.ts';

const LIFE_SECONDS = 3600;
const bytes = (text: string): Uint8Array => Buffer.from(text);

export function maintenanceFacts(fact: Fact): void {
  fact('exchanging a payload changes the payload and nothing else', async (t, { records, clock }) => {
    const indexes = { accountId: 'a', sessionId: ['x', 'y'] };
    const expiresAt = clock.now() + LIFE_SECONDS * 1000;
    await records.insert('sessions', storedRecord('session', 'old bytes', { indexes, expiresAt }));
    await records.consume('sessions', 'session');
    const before = await records.get('sessions', 'session');
    t.true(await records.exchangePayload('sessions', 'session', bytes('old bytes'), bytes('new bytes')));
    const after = await records.get('sessions', 'session');
    t.is(textOf(after), 'new bytes');
    t.deepEqual({ ...after, payload: null }, { ...before, payload: null });
    t.is((await records.findBy('sessions', 'sessionId', 'y', { limit: 1 })).length, 1);
    t.true(await records.replace('sessions', storedRecord('session', 'saved'), 1));
  });

  fact('a payload that has changed is not exchanged, and one that is gone is not brought back', async (t, fixture) => {
    const { records, clock } = fixture;
    const expiresAt = clock.now() + LIFE_SECONDS * 1000;
    await records.insert('grants', storedRecord('grant', 'first', { expiresAt }));
    await records.put('grants', storedRecord('grant', 'second', { expiresAt }));
    t.false(await records.exchangePayload('grants', 'grant', bytes('first'), bytes('re-encrypted')));
    t.is(textOf(await records.get('grants', 'grant')), 'second');
    clock.advance(LIFE_SECONDS);
    t.false(await records.exchangePayload('grants', 'grant', bytes('second'), bytes('re-encrypted')));
    await records.remove('grants', 'grant');
    t.false(await records.exchangePayload('grants', 'grant', bytes('second'), bytes('re-encrypted')));
    t.is(await records.get('grants', 'grant'), undefined);
  });

  fact('of 50 that exchange the same payload one does', async (t, { records }) => {
    await records.insert('grants', storedRecord('grant', 'old'));
    const outcomes = await atOnce(50, (n) =>
      records.exchangePayload('grants', 'grant', bytes('old'), bytes(`new ${n}`)),
    );
    t.is(tally(outcomes, true), 1);
    t.is(textOf(await records.get('grants', 'grant')), `new ${outcomes.indexOf(true)}`);
  });

  fact(
    'what is restored comes back as it was, consumption, version, expiry and indexes included',
    async (t, fixture) => {
      const { records, clock } = fixture;
      const consumedAt = clock.now() - 5000;
      const expiresAt = clock.now() + LIFE_SECONDS * 1000;
      const session: FoundRecord = {
        ...storedRecord('session', 'encrypted', { indexes: { accountId: 'a', sessionId: ['x', 'y'] }, expiresAt }),
        version: 7,
        consumedAt,
      };
      await records.restore('sessions', [session, { ...storedRecord('plain', ''), version: 3 }]);
      const found = await records.get('sessions', 'session');
      t.like(found, { id: 'session', version: 7, consumedAt, expiresAt });
      t.is(textOf(found), 'encrypted');
      t.is((await records.findBy('sessions', 'accountId', 'a', { limit: 9 })).length, 1);
      t.is((await records.findBy('sessions', 'sessionId', 'y', { limit: 9 })).length, 1);
      t.is(await records.consume('sessions', 'session'), 'already_consumed');
      t.true(await records.replace('sessions', storedRecord('session', 'saved'), 7));
      const plain = await records.get('sessions', 'plain');
      t.deepEqual([plain?.version, plain?.consumedAt, plain?.expiresAt], [3, undefined, undefined]);
    },
  );

  fact('restoring writes over whatever has the id', async (t, { records, clock }) => {
    const indexes = { accountId: 'a', sessionId: ['x'] };
    const expiresAt = clock.now() + LIFE_SECONDS * 1000;
    await records.insert('sessions', storedRecord('session', 'there', { indexes, expiresAt }));
    await records.consume('sessions', 'session');
    await records.restore('sessions', [
      { ...storedRecord('session', 'restored', { indexes: { sessionId: ['z'] } }), version: 2 },
    ]);
    const found = await records.get('sessions', 'session');
    t.is(textOf(found), 'restored');
    t.deepEqual([found?.version, found?.consumedAt, found?.expiresAt], [2, undefined, undefined]);
    t.is((await records.findBy('sessions', 'sessionId', 'x', { limit: 9 })).length, 0);
    t.is((await records.findBy('sessions', 'accountId', 'a', { limit: 9 })).length, 0);
    t.is((await records.findBy('sessions', 'sessionId', 'z', { limit: 9 })).length, 1);
  });

  fact('a restored counter goes on from its count, in its window', async (t, { records, clock }) => {
    const expiresAt = clock.now() + LIFE_SECONDS * 1000;
    await records.increment('counters', 'failures', 5, expiresAt);
    const counters = await records.list('counters', { limit: 10 });
    t.is(counters[0]?.count, 5);
    await records.remove('counters', 'failures');
    await records.restore('counters', counters);
    t.is(await records.increment('counters', 'failures', 1, expiresAt + 1), 6);
    clock.advance(LIFE_SECONDS);
    t.is(await records.count('counters', 'failures'), 0);
  });

  fact('many are restored in one call', async (t, { records }) => {
    await records.restore('clients', []);
    await records.restore(
      'clients',
      Array.from({ length: 600 }, (_, n) => ({ ...storedRecord(`client ${n}`, `${n}`), version: 1 })),
    );
    t.is(await records.size('clients'), 600);
    t.is(textOf(await records.get('clients', 'client 599')), '599');
  });

  fact('the size of a collection counts what has expired too', async (t, { records, clock }) => {
    t.is(await records.size('grants'), 0);
    await records.insert('grants', storedRecord('stays', ''));
    await records.insert('grants', storedRecord('goes', '', { expiresAt: clock.now() + LIFE_SECONDS * 1000 }));
    clock.advance(LIFE_SECONDS);
    t.is(await records.size('grants'), 2);
    await records.purge(10);
    t.is(await records.size('grants'), 1);
  });

  fact('a new database has the schema that this version knows, and no faults', async (t, { records }) => {
    t.true(records.schema.known > 0);
    t.is(records.schema.current, records.schema.known);
    t.deepEqual(await records.faults(), []);
  });
}
