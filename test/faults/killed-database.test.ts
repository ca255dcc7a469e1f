/** The MongoDB server is killed and started again in the middle of exchanges; the provider goes on by itself. */
import test from 'ava';
import { onOwnMongodb } from '../support/mongodb/on-own-mongodb.ts';
import { until } from '../support/until.ts';
import { startBehindProxy } from './behind-proxy.ts';
import { assertSound, openLedger, type Worker } from './exchanges.ts';

const EXCHANGES = 200;
const WORKERS = 5;

await onOwnMongodb(test, { isJournaled: true }, (server) => {
  test('what was acknowledged works, and nothing was issued twice', async (t) => {
    const fixture = await startBehindProxy(t, server.url('killed'));
    const workers: Worker[] = [];
    for (let count = 0; count < WORKERS; count += 1) {
      const { app, user } = await fixture.signInToApp();
      workers.push({ app, user, appAt: () => app });
    }
    const ledger = openLedger();

    const work = Promise.all(workers.map((worker) => ledger.work(worker, EXCHANGES)));
    await until('half of the work', () => ledger.acknowledged.length > EXCHANGES / 2);
    await server.kill();
    await until('everybody is told to wait', () => ledger.interruptions >= WORKERS);
    await server.restart();
    await work;

    await assertSound(t, ledger);
  });
});
