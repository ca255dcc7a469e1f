/** What the MongoDB driver does when the server cannot be reached, hangs, or comes back. */
import test from 'ava';
import { openMongodbDriver } from '../../adapters/mongodb/driver.ts';
import { type StorageDriver, StorageUnavailable } from '../../src/storage/driver.ts';
import { ManualClock } from '../support/clock.ts';
import { onOwnMongodb } from '../support/mongodb/on-own-mongodb.ts';
import { atOnce, storedRecord, textOf } from '../support/records.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const IMPATIENT = 'serverSelectionTimeoutMS=2000&socketTimeoutMS=2000&connectTimeoutMS=2000';

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; tookMs: number }> {
  const startedAt = performance.now();
  const result = await work();
  return { result, tookMs: performance.now() - startedAt };
}

const open = (url: string): Promise<StorageDriver> => openMongodbDriver({ url, clock: new ManualClock() });

await onOwnMongodb(test, { isJournaled: true }, (server) => {
  test.serial(
    'what was acknowledged is there after the server was killed, and calls work again without reopening',
    async (t) => {
      const records = await open(`${server.url('killed')}?${IMPATIENT}`);
      t.teardown(() => records.close());
      await atOnce(50, (n) => records.insert('clients', storedRecord(`${n}`, `payload ${n}`)));
      await records.insert('authorization_codes', storedRecord('code', ''));
      await records.consume('authorization_codes', 'code');
      const underWay = Promise.allSettled(
        Array.from({ length: 50 }, (_, n) => records.insert('clients', storedRecord(`late ${n}`, ''))),
      );
      await server.kill();
      for (const outcome of await underWay) {
        t.true(outcome.status === 'fulfilled' || outcome.reason instanceof StorageUnavailable);
      }
      await Promise.all([
        t.throwsAsync(records.get('clients', '0'), { instanceOf: StorageUnavailable }),
        t.throwsAsync(records.insert('clients', storedRecord('not written', '')), { instanceOf: StorageUnavailable }),
        t.throwsAsync(records.ping(), { instanceOf: StorageUnavailable }),
      ]);
      await server.restart();
      await t.notThrowsAsync(records.ping());
      const found = await atOnce(50, (n) => records.get('clients', `${n}`));
      t.deepEqual(
        found.map(textOf),
        Array.from({ length: 50 }, (_, n) => `payload ${n}`),
      );
      t.is(await records.consume('authorization_codes', 'code'), 'already_consumed');
      for (const [n, outcome] of (await underWay).entries()) {
        if (outcome.status === 'fulfilled') t.truthy(await records.get('clients', `late ${n}`), `late ${n}`);
      }
    },
  );

  test.serial(
    'a server that hangs makes every call unavailable in time, and calls work again when it goes on',
    async (t) => {
      const [, port] = /:(\d+)\//.exec(server.url('hanging')) ?? [];
      const proxy = await startTcpProxy(Number(port));
      t.teardown(() => proxy.close());
      const records = await open(`mongodb://127.0.0.1:${proxy.port}/hanging?${IMPATIENT}&directConnection=true`);
      t.teardown(() => records.close());
      await records.insert('clients', storedRecord('client', 'payload'));
      proxy.stall();
      const { tookMs } = await timed(() =>
        Promise.all([
          t.throwsAsync(records.get('clients', 'client'), { instanceOf: StorageUnavailable }),
          t.throwsAsync(records.insert('clients', storedRecord('client', '')), { instanceOf: StorageUnavailable }),
          t.throwsAsync(records.consume('clients', 'client'), { instanceOf: StorageUnavailable }),
          t.throwsAsync(records.increment('counters', 'counter', 1, Date.now()), { instanceOf: StorageUnavailable }),
        ]),
      );
      t.true(tookMs < 4_000, `${tookMs} ms`);
      proxy.goOn();
      t.is(textOf(await records.get('clients', 'client')), 'payload');
    },
  );
});
