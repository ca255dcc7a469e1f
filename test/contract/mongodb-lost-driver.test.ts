/** The driver can lose track of a server that is there again: then another client takes its place. */
import test from 'ava';
import type { MongoClient } from 'mongodb';
import { connectionTo } from '../../adapters/mongodb/connection.ts';
import { reachingWithin } from '../../adapters/mongodb/errors.ts';
import { renewableConnection } from '../../adapters/mongodb/renewable-connection.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { onOwnMongodb } from '../support/mongodb/on-own-mongodb.ts';
import { until } from '../support/until.ts';

const IMPATIENT = 'serverSelectionTimeoutMS=300&socketTimeoutMS=300&connectTimeoutMS=300';

interface Inside {
  readonly monitor: { readonly connection: { readonly socket: { destroy(): void } } | null };
  requestCheck(): void;
}

/** What the driver meets when a connection breaks just as it is about to use it. */
function loseHeartbeat(client: MongoClient): void {
  const { topology } = client as unknown as { topology: { s: { servers: Map<string, Inside> } } };
  const [server] = topology.s.servers.values();
  server?.monitor.connection?.socket.destroy();
  server?.requestCheck();
}

await onOwnMongodb(test, { isJournaled: false }, (server) => {
  const connect = () => connectionTo({ url: `${server.url('lost')}?${IMPATIENT}` });

  test.serial('a heartbeat that never ends does not keep a server lost that is there again', async (t) => {
    const first = connect();
    const connection = renewableConnection(first, connect, systemClock);
    t.teardown(connection.close);
    const ping = () => connection.database().command({ ping: 1 });
    await Promise.all([ping(), ping()]);
    const { minHeartbeatFrequencyMS: breathMs } = first.client.options;
    const startedAt = performance.now();
    await until('the next heartbeat may come at once', () => performance.now() > startedAt + 2 * breathMs);
    const underWay = Promise.allSettled(Array.from({ length: 20 }, ping));
    loseHeartbeat(first.client);
    await server.kill();
    await underWay;
    // Long enough for the driver to be given up while there is still nobody to connect to.
    const killedAt = performance.now();
    await until('the watch is over', () => performance.now() > killedAt + 3000);
    await server.restart();

    await until('calls are answered again', () =>
      ping().then(
        () => true,
        () => false,
      ),
    );

    t.pass();
  });

  test('a call that never ends is told of, once, and one that ends late is not', async (t) => {
    let lost = 0;
    const late = Promise.withResolvers<void>();
    const whenLost = () => {
      lost += 1;
    };
    const calls = [() => new Promise<void>(() => undefined), () => late.promise].map((work) =>
      reachingWithin(20, work, whenLost),
    );
    t.deepEqual(
      (await Promise.allSettled(calls)).map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    late.resolve();

    await until('the lost call is told of', () => lost > 0);
    t.is(lost, 1);
  });
});
