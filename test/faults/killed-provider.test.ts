/** One of two providers is killed in the middle of a thousand exchanges. */
import { randomUUID } from 'node:crypto';
import test from 'ava';
import { openAdmin } from '../support/admin-command.ts';
import { type Cluster, startCluster } from '../support/cluster.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { appOf, CALLBACK, PASSWORD, signIn, WEB_APP } from '../support/relying-party.ts';
import { until } from '../support/until.ts';
import { newUser } from '../support/user.ts';
import { assertSound, openLedger, type Worker } from './exchanges.ts';

const EXCHANGES = 1000;
const WORKERS = 10;

async function newWorker(cluster: Cluster): Promise<Worker> {
  const login = `${randomUUID()}@example.com`;
  await cluster.createAccount({ email: login, password: PASSWORD });
  const client = await cluster.createClient({ ...WEB_APP, first_party: true });
  const app = appOf(cluster, client);
  const user = newUser({ stopAt: CALLBACK });
  await signIn(user, app.request().url, login);
  const apps = cluster.processes.map(({ address }) => appOf({ issuer: address }, client));
  let turn = 0;
  const appAt = () => {
    turn += 1;
    return apps[turn % apps.length] ?? app;
  };
  return { user, app, appAt };
}

await forEachDatabase(test, ({ name }) => {
  test.serial(`${name}: what was acknowledged works, and nothing was issued twice`, async (t) => {
    const cluster = await startCluster(t, { database: name });
    const [, victim] = cluster.processes;
    const workers: Worker[] = [];
    for (let count = 0; count < WORKERS; count += 1) workers.push(await newWorker(cluster));
    const ledger = openLedger();

    const work = Promise.all(workers.map((worker) => ledger.work(worker, EXCHANGES)));
    await until('half of the work', () => ledger.acknowledged.length >= EXCHANGES / 2);
    await victim.kill();
    await until('more of it', () => ledger.acknowledged.length >= (EXCHANGES * 3) / 4);
    await cluster.restart(victim);
    await work;

    t.true(ledger.interruptions > 0);
    await assertSound(t, ledger);
    const admin = await openAdmin(t);
    const checked = await admin(['storage', 'check', '--json'], '', cluster.environment);
    t.is(checked.exitCode, 0, checked.stdout);
  });
});
