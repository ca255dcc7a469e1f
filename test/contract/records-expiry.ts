/** Facts of the `Records` port: what has expired is gone, whether or not a purge has been round. */
import type { Clock } from '../../src/ports/clock.ts';
import { storedRecord, textOf } from '../support/records.ts';
import type { Fact } from './records-fact.ts';

// An hour: far enough that no server that removes by real time comes in between.
const LIFE_SECONDS = 3600;

const inAnHour = (clock: Clock): number => clock.now() + LIFE_SECONDS * 1000;

export function expiryFacts(fact: Fact): void {
  fact('a record is there until the last millisecond before it expires', async (t, { records, clock }) => {
    const expiresAt = inAnHour(clock);
    await records.insert('authorization_codes', storedRecord('code', 'payload', { expiresAt }));
    clock.advance(LIFE_SECONDS - 0.001);
    const found = await records.get('authorization_codes', 'code');
    t.is(textOf(found), 'payload');
    t.is(found?.expiresAt, expiresAt);
    clock.advance(0.001);
    t.is(await records.get('authorization_codes', 'code'), undefined);
  });

  fact('a record without expiry stays', async (t, { records, clock }) => {
    await records.insert('accounts', storedRecord('account', 'payload'));
    clock.advance(100 * 365 * 86_400);
    t.is(textOf(await records.get('accounts', 'account')), 'payload');
  });

  fact('no index and no list returns what has expired', async (t, { records, clock }) => {
    const indexes = { accountId: 'a', sessionId: ['x'] };
    await records.insert('sessions', storedRecord('session', '', { indexes, expiresAt: inAnHour(clock) }));
    await records.insert('sessions', storedRecord('stays', '', { indexes }));
    clock.advance(LIFE_SECONDS);
    const page = { limit: 10 };
    t.deepEqual(
      (await records.findBy('sessions', 'accountId', 'a', page)).map(({ id }) => id),
      ['stays'],
    );
    t.deepEqual(
      (await records.findBy('sessions', 'sessionId', 'x', page)).map(({ id }) => id),
      ['stays'],
    );
    t.deepEqual(
      (await records.list('sessions', page)).map(({ id }) => id),
      ['stays'],
    );
  });

  fact('an expired record cannot be consumed, replaced or removed', async (t, { records, clock }) => {
    const indexes = { grantId: 'g' };
    await records.insert('refresh_tokens', storedRecord('token', 'first', { indexes, expiresAt: inAnHour(clock) }));
    clock.advance(LIFE_SECONDS);
    t.is(await records.consume('refresh_tokens', 'token'), 'absent');
    t.false(await records.replace('refresh_tokens', storedRecord('token', 'second'), 1));
    t.false(await records.removeVersion('refresh_tokens', 'token', 1));
    t.is(await records.removeBy('refresh_tokens', 'grantId', 'g'), 0);
    t.false(await records.remove('refresh_tokens', 'token'));
    t.is(await records.get('refresh_tokens', 'token'), undefined);
  });

  fact('a consumed record that has expired is absent, not consumed', async (t, { records, clock }) => {
    await records.insert('device_codes', storedRecord('code', '', { expiresAt: inAnHour(clock) }));
    await records.consume('device_codes', 'code');
    clock.advance(LIFE_SECONDS);
    t.is(await records.consume('device_codes', 'code'), 'absent');
  });

  fact('an expired id is inserted again as if it had never been', async (t, { records, clock }) => {
    const indexes = { accountId: 'old', sessionId: ['old'] };
    await records.insert('sessions', storedRecord('session', 'old', { indexes, expiresAt: inAnHour(clock) }));
    await records.put('sessions', storedRecord('session', 'old', { indexes, expiresAt: inAnHour(clock) }));
    await records.consume('sessions', 'session');
    clock.advance(LIFE_SECONDS);
    t.true(await records.insert('sessions', storedRecord('session', 'new', { indexes: { sessionId: ['new'] } })));
    const found = await records.get('sessions', 'session');
    t.is(textOf(found), 'new');
    t.is(found?.version, 1);
    t.is(found?.consumedAt, undefined);
    t.is(found?.expiresAt, undefined);
    t.deepEqual(await records.findBy('sessions', 'sessionId', 'old', { limit: 10 }), []);
    t.deepEqual(await records.findBy('sessions', 'accountId', 'old', { limit: 10 }), []);
    t.is((await records.findBy('sessions', 'sessionId', 'new', { limit: 10 })).length, 1);
  });

  fact('put over an expired record starts afresh', async (t, { records, clock }) => {
    const indexes = { grantId: 'g', userCode: 'u' };
    await records.put('device_codes', storedRecord('code', 'old', { indexes, expiresAt: inAnHour(clock) }));
    await records.put('device_codes', storedRecord('code', 'old', { indexes, expiresAt: inAnHour(clock) }));
    await records.consume('device_codes', 'code');
    clock.advance(LIFE_SECONDS);
    await records.put('device_codes', storedRecord('code', 'new', { expiresAt: inAnHour(clock) }));
    const found = await records.get('device_codes', 'code');
    t.is(textOf(found), 'new');
    t.is(found?.version, 1);
    t.is(found?.consumedAt, undefined);
    t.deepEqual(await records.findBy('device_codes', 'userCode', 'u', { limit: 10 }), []);
    t.is(await records.consume('device_codes', 'code'), 'consumed');
  });

  fact('put and replace set the expiry anew', async (t, { records, clock }) => {
    await records.put('interactions', storedRecord('longer', '', { expiresAt: inAnHour(clock) }));
    await records.put('interactions', storedRecord('stays', '', { expiresAt: inAnHour(clock) }));
    await records.put('interactions', storedRecord('shorter', ''));
    await records.put('interactions', storedRecord('longer', '', { expiresAt: inAnHour(clock) + 1000 }));
    t.true(await records.replace('interactions', storedRecord('stays', ''), 1));
    t.true(await records.replace('interactions', storedRecord('shorter', '', { expiresAt: inAnHour(clock) }), 1));
    clock.advance(LIFE_SECONDS);
    const live = await records.list('interactions', { limit: 10 });
    t.deepEqual(
      live.map(({ id }) => id),
      ['longer', 'stays'],
    );
  });
}
