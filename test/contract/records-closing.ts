/** Facts of the `Records` port: whether the database answers, and what happens after it was closed. */
import type { Records } from '../../src/storage/driver.ts';
import { StorageUnavailable } from '../../src/storage/driver.ts';
import { atOnce, storedRecord } from '../support/records.ts';
import type { Fact } from './records-fact.ts';

const page = { limit: 1 };

const everyCall: Readonly<Record<string, (records: Records) => Promise<unknown>>> = {
  insert: (records) => records.insert('clients', storedRecord('client', '')),
  put: (records) => records.put('clients', storedRecord('client', '')),
  get: (records) => records.get('clients', 'client'),
  replace: (records) => records.replace('clients', storedRecord('client', ''), 1),
  consume: (records) => records.consume('clients', 'client'),
  remove: (records) => records.remove('clients', 'client'),
  removeVersion: (records) => records.removeVersion('clients', 'client', 1),
  findBy: (records) => records.findBy('grants', 'accountId', 'a', page),
  removeBy: (records) => records.removeBy('grants', 'accountId', 'a'),
  list: (records) => records.list('clients', page),
  increment: (records) => records.increment('counters', 'counter', 1, 1),
  count: (records) => records.count('counters', 'counter'),
  purge: (records) => records.purge(1),
  ping: (records) => records.ping(),
};

export function closingFacts(fact: Fact): void {
  fact('a store that is open answers a ping', async (t, { records }) => {
    await t.notThrowsAsync(records.ping());
  });

  fact('after closing every call is StorageUnavailable', async (t, { records }) => {
    await records.insert('clients', storedRecord('client', ''));
    await records.get('clients', 'client');
    await records.close();
    for (const [name, call] of Object.entries(everyCall)) {
      await t.throwsAsync(call(records), { instanceOf: StorageUnavailable }, name);
    }
  });

  fact('closing twice is closing once', async (t, { records }) => {
    await records.close();
    await t.notThrowsAsync(records.close());
  });

  fact('closing at once with other calls leaves none of them without an answer', async (t, { records }) => {
    const writes = Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => records.insert('clients', storedRecord(`${n}`, ''))),
    );
    await atOnce(2, () => records.close());
    for (const outcome of await writes) {
      t.true(outcome.status === 'fulfilled' ? outcome.value : outcome.reason instanceof StorageUnavailable);
    }
  });
}
