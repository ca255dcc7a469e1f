/** Facts of the `Records` port: versions, and writes that depend on them. */
import { storedRecord, textOf } from '../support/records.ts';
import type { Fact } from './records-fact.ts';

export function versionFacts(fact: Fact): void {
  fact('an inserted record is read back at version 1', async (t, { records }) => {
    t.true(await records.insert('clients', storedRecord('client', 'payload')));
    const found = await records.get('clients', 'client');
    t.is(found?.id, 'client');
    t.is(found?.version, 1);
    t.is(textOf(found), 'payload');
    t.is(found?.expiresAt, undefined);
    t.is(found?.consumedAt, undefined);
  });

  fact('what was never written is not found', async (t, { records }) => {
    t.is(await records.get('clients', 'client'), undefined);
  });

  fact('a second insert of a live id is refused and changes nothing', async (t, { records, clock }) => {
    await records.insert('grants', storedRecord('grant', 'first', { indexes: { accountId: 'a' } }));
    const second = storedRecord('grant', 'second', { indexes: { accountId: 'b' }, expiresAt: clock.now() + 1000 });
    t.false(await records.insert('grants', second));
    const found = await records.get('grants', 'grant');
    t.is(textOf(found), 'first');
    t.is(found?.version, 1);
    t.is(found?.expiresAt, undefined);
    t.deepEqual(await records.findBy('grants', 'accountId', 'b', { limit: 10 }), []);
  });

  fact('put creates at version 1 and adds one each time', async (t, { records }) => {
    await records.put('interactions', storedRecord('interaction', 'first'));
    t.is((await records.get('interactions', 'interaction'))?.version, 1);
    await records.put('interactions', storedRecord('interaction', 'second'));
    const found = await records.get('interactions', 'interaction');
    t.is(found?.version, 2);
    t.is(textOf(found), 'second');
  });

  fact('replace adds one to the version', async (t, { records }) => {
    await records.insert('keys', storedRecord('signing', 'first'));
    t.true(await records.replace('keys', storedRecord('signing', 'second'), 1));
    t.true(await records.replace('keys', storedRecord('signing', 'third'), 2));
    const found = await records.get('keys', 'signing');
    t.is(found?.version, 3);
    t.is(textOf(found), 'third');
  });

  fact('replacing another version changes nothing', async (t, { records }) => {
    await records.insert(
      'sessions',
      storedRecord('session', 'first', { indexes: { accountId: 'a', sessionId: ['x'] } }),
    );
    const second = storedRecord('session', 'second', { indexes: { accountId: 'b', sessionId: ['y'] } });
    t.false(await records.replace('sessions', second, 2));
    t.false(await records.replace('sessions', second, 0));
    t.is(textOf(await records.get('sessions', 'session')), 'first');
    t.is((await records.findBy('sessions', 'sessionId', 'x', { limit: 10 })).length, 1);
    t.is((await records.findBy('sessions', 'sessionId', 'y', { limit: 10 })).length, 0);
  });

  fact('replacing what is not there creates nothing', async (t, { records }) => {
    t.false(await records.replace('sessions', storedRecord('session', ''), 1));
    t.is(await records.get('sessions', 'session'), undefined);
  });

  fact('consuming does not change the version', async (t, { records }) => {
    await records.insert('refresh_tokens', storedRecord('token', 'first'));
    await records.consume('refresh_tokens', 'token');
    t.is((await records.get('refresh_tokens', 'token'))?.version, 1);
    t.true(await records.replace('refresh_tokens', storedRecord('token', 'second'), 1));
  });

  fact('a version that has moved on is not removed', async (t, { records }) => {
    await records.insert('grant_reservations', storedRecord('reservation', ''));
    await records.put('grant_reservations', storedRecord('reservation', ''));
    t.false(await records.removeVersion('grant_reservations', 'reservation', 1));
    t.true(await records.removeVersion('grant_reservations', 'reservation', 2));
    t.is(await records.get('grant_reservations', 'reservation'), undefined);
    t.false(await records.removeVersion('grant_reservations', 'reservation', 2));
  });

  fact('a removed id starts again at version 1, not consumed', async (t, { records }) => {
    await records.insert('authorization_codes', storedRecord('code', 'first'));
    await records.consume('authorization_codes', 'code');
    t.true(await records.remove('authorization_codes', 'code'));
    t.false(await records.remove('authorization_codes', 'code'));
    t.true(await records.insert('authorization_codes', storedRecord('code', 'second')));
    const found = await records.get('authorization_codes', 'code');
    t.is(found?.version, 1);
    t.is(found?.consumedAt, undefined);
  });

  fact('one id in two collections is two records', async (t, { records }) => {
    await records.insert('clients', storedRecord('same', 'client'));
    t.true(await records.insert('resources', storedRecord('same', 'resource')));
    await records.remove('clients', 'same');
    t.is(textOf(await records.get('resources', 'same')), 'resource');
  });
}
