/** Facts of the `Records` port: what only one of many callers may win. */
import { atOnce, storedRecord, tally, textOf } from '../support/records.ts';
import type { Fact } from './records-fact.ts';

const CALLERS = 50;

export function onceFacts(fact: Fact): void {
  fact('of 50 inserts of one id at once one wins, and its payload is kept', async (t, { records }) => {
    const answers = await atOnce(CALLERS, (caller) =>
      records.insert('grant_reservations', storedRecord('reservation', `by ${caller}`)),
    );
    t.is(tally(answers, true), 1);
    t.is(tally(answers, false), CALLERS - 1);
    t.is(textOf(await records.get('grant_reservations', 'reservation')), `by ${answers.indexOf(true)}`);
  });

  fact('of 50 inserts at once over an expired record one wins', async (t, { records, clock }) => {
    await records.insert('replay_detections', storedRecord('jti', 'old', { expiresAt: clock.now() + 3_600_000 }));
    clock.advance(3600);
    const expiresAt = clock.now() + 3_600_000;
    const answers = await atOnce(CALLERS, () =>
      records.insert('replay_detections', storedRecord('jti', 'new', { expiresAt })),
    );
    t.is(tally(answers, true), 1);
    t.is(tally(answers, false), CALLERS - 1);
  });

  fact(
    'of 50 that consume one record at once one wins and the others learn that it was consumed',
    async (t, { records }) => {
      await records.insert('authorization_codes', storedRecord('code', ''));
      const answers = await atOnce(CALLERS, () => records.consume('authorization_codes', 'code'));
      t.is(tally(answers, 'consumed'), 1);
      t.is(tally(answers, 'already_consumed'), CALLERS - 1);
    },
  );

  fact('of 50 that replace one version at once one wins', async (t, { records }) => {
    await records.insert('sessions', storedRecord('session', 'first'));
    const answers = await atOnce(CALLERS, (caller) =>
      records.replace('sessions', storedRecord('session', `by ${caller}`), 1),
    );
    t.is(tally(answers, true), 1);
    t.is(tally(answers, false), CALLERS - 1);
    const found = await records.get('sessions', 'session');
    t.is(found?.version, 2);
    t.is(textOf(found), `by ${answers.indexOf(true)}`);
  });

  fact('of 50 that remove one record at once one is told that it was there', async (t, { records }) => {
    await records.insert('clients', storedRecord('client', ''));
    const answers = await atOnce(CALLERS, () => records.remove('clients', 'client'));
    t.is(tally(answers, true), 1);
    t.is(tally(answers, false), CALLERS - 1);
  });

  fact('of 50 that remove one version at once one wins', async (t, { records }) => {
    await records.insert('grant_reservations', storedRecord('reservation', ''));
    const answers = await atOnce(CALLERS, () => records.removeVersion('grant_reservations', 'reservation', 1));
    t.is(tally(answers, true), 1);
    t.is(tally(answers, false), CALLERS - 1);
  });

  fact('50 different records written at once are all there', async (t, { records }) => {
    const answers = await atOnce(CALLERS, (caller) =>
      records.insert('clients', storedRecord(`client ${caller}`, `${caller}`)),
    );
    t.is(tally(answers, true), CALLERS);
    const found = await atOnce(CALLERS, (caller) => records.get('clients', `client ${caller}`));
    t.deepEqual(
      found.map(textOf),
      Array.from({ length: CALLERS }, (_, caller) => `${caller}`),
    );
  });

  fact('consuming what was never there says so', async (t, { records }) => {
    t.is(await records.consume('refresh_tokens', 'unknown'), 'absent');
  });

  fact('a consumed record is still read, with the time it was consumed', async (t, { records, clock }) => {
    await records.insert('refresh_tokens', storedRecord('token', 'payload'));
    t.is((await records.get('refresh_tokens', 'token'))?.consumedAt, undefined);
    clock.advance(5);
    const consumedAt = clock.now();
    await records.consume('refresh_tokens', 'token');
    clock.advance(5);
    t.is(await records.consume('refresh_tokens', 'token'), 'already_consumed');
    const found = await records.get('refresh_tokens', 'token');
    t.is(found?.consumedAt, consumedAt);
    t.is(textOf(found), 'payload');
  });

  fact('a consumed record stays consumed when it is put or replaced', async (t, { records, clock }) => {
    await records.insert('device_codes', storedRecord('code', 'first'));
    await records.consume('device_codes', 'code');
    const consumedAt = clock.now();
    clock.advance(1);
    await records.put('device_codes', storedRecord('code', 'second'));
    t.is(await records.consume('device_codes', 'code'), 'already_consumed');
    t.true(await records.replace('device_codes', storedRecord('code', 'third'), 2));
    t.is(await records.consume('device_codes', 'code'), 'already_consumed');
    const found = await records.get('device_codes', 'code');
    t.is(textOf(found), 'third');
    t.is(found?.consumedAt, consumedAt);
  });

  fact('a payload that is given with the use replaces the other for the one who used it', async (t, { records }) => {
    const record = { ...storedRecord('request', 'whole'), expiresAt: Date.now() + 3_600_000 };
    await records.insert('pushed_authorization_requests', record);
    const answers = await atOnce(CALLERS, (caller) =>
      records.consume('pushed_authorization_requests', 'request', Buffer.from(`mark ${caller}`)),
    );
    t.is(tally(answers, 'consumed'), 1);
    const found = await records.get('pushed_authorization_requests', 'request');
    t.is(textOf(found), `mark ${answers.indexOf('consumed')}`);
    t.is(found?.version, 2);
    t.is(found?.expiresAt, record.expiresAt);
    t.false(await records.replace('pushed_authorization_requests', storedRecord('request', 'late'), 1));
  });

  fact('a consumed id cannot be inserted again', async (t, { records }) => {
    await records.insert('authorization_codes', storedRecord('code', 'first'));
    await records.consume('authorization_codes', 'code');
    t.false(await records.insert('authorization_codes', storedRecord('code', 'second')));
    t.is(textOf(await records.get('authorization_codes', 'code')), 'first');
  });
}
