/** What the MongoDB driver says of an address that leads nowhere, or cannot be used at all. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { openMongodbDriver } from '../../adapters/mongodb/driver.ts';
import { StorageUnavailable } from '../../src/storage/driver.ts';
import { ManualClock } from '../support/clock.ts';

const SECRET = 'secret-word';
const BOUND_MS = 8_000;

const open = (url: string) => openMongodbDriver({ url, clock: new ManualClock() });

const shown = (error: unknown): string => inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true });

async function failsInTime(t: ExecutionContext, url: string): Promise<void> {
  const startedAt = performance.now();
  const result = await t.throwsAsync(open(url), { instanceOf: StorageUnavailable });
  const tookMs = performance.now() - startedAt;
  t.true(tookMs < BOUND_MS, `${tookMs} ms`);
  t.true(result.cause instanceof Error);
  t.notRegex(shown(result), new RegExp(SECRET));
}

test('where nobody listens the database is unavailable, in time and without its password in the error', async (t) => {
  await failsInTime(t, `mongodb://someone:${SECRET}@127.0.0.1:1/latchkey`);
});

test('where somebody listens who never answers the database is unavailable, in time', async (t) => {
  const held: Socket[] = [];
  const mute = createServer((socket) => held.push(socket)).listen(0, '127.0.0.1');
  await once(mute, 'listening');
  t.teardown(() => {
    mute.close();
    for (const socket of held) socket.destroy();
  });
  const { port } = mute.address() as AddressInfo;
  await failsInTime(t, `mongodb://someone:${SECRET}@127.0.0.1:${port}/latchkey`);
  t.true(held.length > 0);
});

test('a host that has no address is unavailable', async (t) => {
  await failsInTime(t, `mongodb://someone:${SECRET}@database.invalid/latchkey?serverSelectionTimeoutMS=800`);
});

for (const url of [
  `mongodb://someone:${SECRET}@/latchkey`,
  `mongodb://someone:${SECRET}@host:port/latchkey`,
  `mongodb://someone:${SECRET}@host/latchkey?noSuchOption=1`,
  `mongodb://some one:${SECRET}/@host/latchkey`,
  `mongodb://someone:%${SECRET}@host/latchkey`,
  `mongodb://someone:${SECRET}@host/%E0%A4%A`,
  `https://someone:${SECRET}@host/latchkey`,
]) {
  test(`an address that cannot be used is refused without its password: ${url.replace(SECRET, '...')}`, async (t) => {
    const error = await t.throwsAsync(open(url), { instanceOf: TypeError });
    t.notRegex(shown(error), new RegExp(SECRET));
  });
}
