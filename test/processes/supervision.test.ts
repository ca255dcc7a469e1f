/** What a supervisor does when workers cannot start, are killed under load, or have as many connections as they can serve. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { freePort } from '../../scripts/free-port.ts';
import { childrenOf } from '../support/processes.ts';
import { startProviderProcess } from '../support/provider-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const WORKERS = 2;

async function start(
  t: ExecutionContext,
  options: { workers?: number; launcher?: readonly string[]; more?: Readonly<Record<string, string>> } = {},
) {
  const { workers = WORKERS, launcher, more } = options;
  const folder = await temporaryFolder(t);
  const port = await freePort();
  const environment = {
    ISSUER: `http://localhost:${port}`,
    STORAGE_URL: `sqlite:${join(folder, 'test.db')}`,
    DATA_FOLDER: folder,
    WEB_CONCURRENCY: String(workers),
    ...more,
  };
  const provider = await startProviderProcess({ port, environment, ...(launcher !== undefined && { launcher }) });
  t.teardown(provider.kill);
  const count = (text: string) => provider.output().split(text).length - 1;
  await until('all workers', () => count('"listening"') === workers);
  const isAlive = () => got(`${provider.address}/livez`, { retry: { limit: 0 }, timeout: { request: 5000 } });
  return { folder, port, environment, provider, count, isAlive };
}

test('a worker that cannot start again ends no other: it is tried more and more slowly, and comes when it can', async (t) => {
  const { folder, provider, count, isAlive } = await start(t);
  const [keyFile = ''] = (await readdir(folder)).filter((name) => name.includes('key'));
  const key = await readFile(join(folder, keyFile));
  await writeFile(join(folder, keyFile), key.toString().replace(/[A-Za-z0-9]{8}/, 'AAAAAAAA'));
  const [victim = 0] = childrenOf(provider.pid);

  process.kill(victim, 'SIGKILL');

  await until('two vain attempts', () => count('a worker could not start') >= 2);
  t.regex(provider.output(), /"retryAfterMilliseconds":1000/);
  t.is((await isAlive()).statusCode, 200);
  await writeFile(join(folder, keyFile), key);
  await until('it comes up', () => count('"listening"') === WORKERS + 1);
  t.is((await isAlive()).statusCode, 200);
  t.is(await provider.stop(), 0);
});

test('a worker that listens and then finds a setting wrong ends all, with its exit code', async (t) => {
  // Another start may have decided which issuer the database has: workers know only when they listen.
  const program = "process.on('SIGUSR2', () => process.exit(78))";
  const { provider } = await start(t, {
    more: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(program)}` },
  });
  const [worker = 0] = childrenOf(provider.pid);
  process.kill(worker, 'SIGUSR2');
  await until('the supervisor ends', () => childrenOf(process.pid).every((pid) => pid !== provider.pid));
  t.is(await provider.stop(), 78);
});

test('when no worker can start at all, the supervisor ends with their exit code', async (t) => {
  const folder = await temporaryFolder(t);
  const { PATH } = process.env;
  const main = join(import.meta.dirname, '../../src/start.js');
  const environment = { PATH, WEB_CONCURRENCY: '3', STORAGE_URL: `sqlite:${join(folder, 'no', 'such', '\0')}` };
  const broken = { ...environment, STORAGE_URL: 'mongodb://127.0.0.1:1/latchkey?serverSelectionTimeoutMS=500' };
  const child = spawn(process.execPath, [main], { env: { ...broken, DATA_FOLDER: folder }, stdio: 'ignore' });
  const [exitCode] = await once(child, 'exit');
  t.is(exitCode, 69);
});

test('connections of a worker that is killed under load are answered by another or closed, and none is left hanging', async (t) => {
  const { port, provider } = await start(t);
  const [victim = 0] = childrenOf(provider.pid);
  // It takes nothing any more: what is handed to it lies there when it is killed.
  process.kill(victim, 'SIGSTOP');
  const sockets = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.resume();
      socket.write('GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
      return socket;
    }),
  );
  const isOver = (socket: Socket) => socket.closed || socket.destroyed;

  process.kill(victim, 'SIGKILL');

  await until('every connection is over', () => sockets.every(isOver));
  t.pass();
});

test('beyond what it may have open a process drops connections and says so, and goes on serving the others', async (t) => {
  const launcher = ['/bin/sh', '-c', 'ulimit -n 200; exec "$0" "$@"'];
  const { port, provider, count } = await start(t, { workers: 1, launcher });
  const kept = connect(port, '127.0.0.1');
  await once(kept, 'connect');
  // It does not idle: such a one may be closed to make room.
  kept.write('GET /readyz HTTP/1.1\r\n');
  const others = Array.from({ length: 400 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  t.teardown(() => {
    for (const socket of [kept, ...others]) socket.destroy();
  });

  await until('it says so', () => count('connections were dropped') > 0);

  t.true(count('connections were dropped') <= 2);
  kept.write('Host: localhost\r\n\r\n');
  const [answer] = (await once(kept, 'data')) as [Buffer];
  t.regex(answer.toString(), /^HTTP\/1\.1 200/);
  for (const socket of others) socket.destroy();
  await until('a new connection is served', () =>
    got(`${provider.address}/readyz`, { retry: { limit: 0 } }).then(
      ({ statusCode }) => statusCode === 200,
      () => false,
    ),
  );
});

test('a request whose header never ends is closed when it is due, and not half a minute later', async (t) => {
  const { port } = await start(t, { workers: 1 });
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
  socket.resume();
  const startedAt = performance.now();
  await once(socket, 'close');
  const seconds = (performance.now() - startedAt) / 1000;
  t.true(seconds > 14, String(seconds));
  t.true(seconds < 15 + 5 + 3, String(seconds));
});
