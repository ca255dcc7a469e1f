/** Facts of the `Records` port: whatever bytes and ids go in come out the same. */
import { storedRecord, textOf } from '../support/records.ts';
import type { Fact } from './records-fact.ts';

const ODD_IDS = [
  'https://api.example/v1?a=b#c.d',
  'a.b.c',
  '.',
  '$where',
  '$gt',
  'a$b',
  '{"$ne":null}',
  '__proto__',
  'constructor',
  "'; DROP TABLE accounts; --",
  '"quoted"',
  'percent%and_underscore',
  'Straße',
  'grüße',
  'gru\u0308ße',
  '日本語',
  '🔑',
  ' leading and trailing ',
  'x'.repeat(2000),
];

export function valueFacts(fact: Fact): void {
  fact('a payload comes back byte for byte', async (t, { records }) => {
    const payloads = {
      empty: new Uint8Array(0),
      nul: Uint8Array.of(0),
      'nul in the middle': Uint8Array.of(1, 0, 2, 0, 0),
      'every byte': Uint8Array.from({ length: 256 }, (_, byte) => byte),
      'a part of a larger buffer': Buffer.from('0123456789').subarray(3, 6),
      'one megabyte': Buffer.alloc(1 << 20, 'abc'),
    };
    for (const [id, payload] of Object.entries(payloads)) {
      t.true(await records.insert('clients', { id, payload }), id);
      await records.put('resources', { id, payload });
      await records.insert('keys', storedRecord(id, 'before'));
      t.true(await records.replace('keys', { id, payload }, 1), id);
      for (const collection of ['clients', 'resources', 'keys'] as const) {
        const found = await records.get(collection, id);
        t.true(found?.payload instanceof Uint8Array, id);
        t.true(found !== undefined && Buffer.from(payload).equals(found.payload), id);
      }
    }
  });

  fact('any text is an id, and an index value', async (t, { records }) => {
    for (const id of ODD_IDS) {
      t.true(
        await records.insert(
          'sessions',
          storedRecord(id, id, { indexes: { accountId: id, sessionId: [id, `${id}2`] } }),
        ),
        id,
      );
      t.false(await records.insert('sessions', storedRecord(id, 'again')), id);
    }
    for (const id of ODD_IDS) {
      const found = await records.get('sessions', id);
      t.is(found?.id, id);
      t.is(textOf(found), id);
      t.deepEqual((await records.findBy('sessions', 'accountId', id, { limit: 10 })).map(textOf), [id]);
      t.deepEqual((await records.findBy('sessions', 'sessionId', id, { limit: 10 })).map(textOf), [id]);
      t.is(await records.consume('sessions', id), 'consumed');
      t.is(await records.removeBy('sessions', 'sessionId', `${id}2`), 1);
    }
    t.deepEqual(await records.list('sessions', { limit: 100 }), []);
  });

  fact('ids that look alike are different records', async (t, { records }) => {
    await records.insert('clients', storedRecord('client', 'the one'));
    for (const other of [
      'Client',
      'CLIENT',
      'client ',
      ' client',
      'client\0',
      'client\0more',
      'cli',
      'clíent',
      'client.',
      '',
    ]) {
      t.is(await records.get('clients', other), undefined, JSON.stringify(other));
      t.false(await records.remove('clients', other), JSON.stringify(other));
    }
    t.is(textOf(await records.get('clients', 'client')), 'the one');
  });

  fact('index values that look alike are different', async (t, { records }) => {
    const indexes = { accountId: 'value', sessionId: ['value'] };
    await records.insert('sessions', storedRecord('session', '', { indexes }));
    for (const other of ['Value', 'value ', 'value\0', 'value\0more', '']) {
      t.deepEqual(await records.findBy('sessions', 'accountId', other, { limit: 10 }), [], JSON.stringify(other));
      t.deepEqual(await records.findBy('sessions', 'sessionId', other, { limit: 10 }), [], JSON.stringify(other));
      t.is(await records.removeBy('sessions', 'accountId', other), 0, JSON.stringify(other));
    }
  });

  fact('times after the year 2038 are kept', async (t, { records }) => {
    const expiresAt = Date.UTC(2500, 0, 1);
    await records.insert('clients', storedRecord('client', '', { expiresAt }));
    t.is((await records.get('clients', 'client'))?.expiresAt, expiresAt);
  });
}
