/** Losing the log never stops answering: whatever standard output and standard error are, and whoever reads them no more. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { freePort } from '../../scripts/free-port.ts';
import { beginRequest } from '../support/held-requests.ts';
import { childrenOf, isAlive } from '../support/processes.ts';
import { type ProcessOptions, startProviderProcess } from '../support/provider-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

/** Of one line each: more than any pipe or socket takes that nobody reads. */
const REQUESTS = 1000;

const main = join(import.meta.dirname, '../../src/start.js');

type Outputs = Pick<ProcessOptions, 'outputs' | 'launcher'>;

function opened(t: ExecutionContext, path: string, flags: number): number {
  const descriptor = openSync(path, flags);
  t.teardown(() => closeSync(descriptor));
  return descriptor;
}

async function newPipe(t: ExecutionContext): Promise<string> {
  const path = join(await temporaryFolder(t), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

/** Takes nothing more from the first line on. */
async function fullPipe(t: ExecutionContext, flags = 0): Promise<Outputs> {
  const path = await newPipe(t);
  const reader = opened(t, path, constants.O_RDWR | constants.O_NONBLOCK);
  t.throws(
    () => {
      for (;;) writeSync(reader, '.'.repeat(1024));
    },
    { code: 'EAGAIN' },
  );
  return { outputs: opened(t, path, constants.O_WRONLY | flags) };
}

function readSome(reader: number): string {
  const chunk = Buffer.alloc(4096);
  try {
    return chunk.toString('utf8', 0, readSync(reader, chunk));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return '';
    throw error;
  }
}

async function brokenPipe(t: ExecutionContext): Promise<Outputs> {
  const path = await newPipe(t);
  const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const writer = opened(t, path, constants.O_WRONLY);
  closeSync(reader);
  return { outputs: writer };
}

const inShell = (script: string): Outputs => ({ launcher: ['/bin/sh', '-c', script], outputs: 'unread' });

const kinds: Readonly<Record<string, (t: ExecutionContext) => Outputs | Promise<Outputs>>> = {
  'a device that is full': (t) => ({ outputs: opened(t, '/dev/full', constants.O_WRONLY) }),
  'a pipe that nobody reads': (t) => fullPipe(t),
  'a pipe that nobody reads and that does not wait': (t) => fullPipe(t, constants.O_NONBLOCK),
  'a pipe whose reader has ended': brokenPipe,
  'a socket that nobody reads': () => ({ outputs: 'unread' }),
  'a socket whose reader has ended': () => ({ outputs: 'ended' }),
  closed: () => inShell('exec "$0" "$@" >&- 2>&-'),
  'open for reading alone': () => inShell('exec "$0" "$@" 1< /dev/zero 2<&1'),
  'a file that may not grow': async (t) =>
    inShell(`ulimit -f 1; exec "$0" "$@" > ${join(await temporaryFolder(t), 'log')} 2>&1`),
};

async function start(t: ExecutionContext, outputs: Outputs, more: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder(t);
  const port = await freePort();
  const environment = {
    ISSUER: `http://localhost:${port}`,
    STORAGE_URL: 'sqlite::memory:',
    DATA_FOLDER: folder,
    LOG_LEVEL: 'debug',
    ...more,
  };
  const provider = await startProviderProcess({ port, environment, ...outputs });
  t.teardown(provider.kill);
  return { port, ...provider };
}

async function twoWorkers(t: ExecutionContext) {
  return { WEB_CONCURRENCY: '2', STORAGE_URL: `sqlite:${join(await temporaryFolder(t), 'test.db')}` };
}

/** Asks one after another on one connection, each for a line in the log. */
async function answersTo(requests: number, port: number): Promise<number> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  const request = (connection: string) => `GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: ${connection}\r\n\r\n`;
  socket.write(request('keep-alive').repeat(requests - 1) + request('close'));
  let answer = '';
  socket.on('data', (text: string) => (answer += text));
  await once(socket, 'close');
  return answer.split('HTTP/1.1 200 OK').length - 1;
}

for (const [name, outputsOf] of Object.entries(kinds)) {
  test.serial(`the output is ${name}: requests are answered, and SIGTERM ends the process with 0`, async (t) => {
    const provider = await start(t, await outputsOf(t));
    t.is(await answersTo(REQUESTS, provider.port), REQUESTS);
    t.is(await provider.stop(), 0);
  });
}

const ofWorkers = ['a device that is full', 'a pipe that nobody reads'] as const;
for (const name of ofWorkers) {
  test.serial(`the output is ${name}: two workers answer, and SIGTERM ends them with 0`, async (t) => {
    const outputs = (await kinds[name]?.(t)) ?? {};
    const provider = await start(t, outputs, await twoWorkers(t));
    t.is(await answersTo(REQUESTS, provider.port), REQUESTS);
    t.is(await provider.stop(), 0);
  });
}

test.serial('a supervisor whose output is stuck replaces a worker that is killed', async (t) => {
  const provider = await start(t, { outputs: 'unread' }, await twoWorkers(t));
  t.is(await answersTo(REQUESTS, provider.port), REQUESTS);
  const [victim = 0, ...others] = childrenOf(provider.pid);
  process.kill(victim, 'SIGKILL');
  const isReplaced = () => childrenOf(provider.pid).filter((pid) => pid !== victim).length > others.length;
  await until('another worker', isReplaced);
  t.is(await answersTo(REQUESTS, provider.port), REQUESTS);
  t.is(await provider.stop(), 0);
});

test.serial('workers whose supervisor was killed answer what they accepted, and end', async (t) => {
  const provider = await start(t, { outputs: 'unread' }, await twoWorkers(t));
  const workers = childrenOf(provider.pid);
  const begin = () => beginRequest(`${provider.address}/token`, 'nobody:nothing', { grant_type: 'refresh_token' });
  const accepted = await Promise.all([begin(), begin(), begin(), begin()]);
  await provider.kill();
  const isRefused = () =>
    answersTo(1, provider.port).then(
      () => false,
      ({ code }: NodeJS.ErrnoException) => code === 'ECONNREFUSED',
    );
  await until('nobody listens any more', isRefused);
  for (const finish of accepted) t.is((await finish()).status, 401);
  await until('they have ended', () => !workers.some(isAlive));
});

test.serial('every line is written to a reader that takes its time, up to the last', async (t) => {
  const path = await newPipe(t);
  const reader = opened(t, path, constants.O_RDWR | constants.O_NONBLOCK);
  const provider = await start(t, { outputs: opened(t, path, constants.O_WRONLY) });
  t.is(await answersTo(REQUESTS, provider.port), REQUESTS);
  const ended = provider.stop();
  let text = '';
  await until('the last line', () => {
    text += readSome(reader);
    return text.endsWith('"stopped"}\n');
  });
  t.is(await ended, 0);
  const messages = text.match(/(?<="msg":")[^"]+/g) ?? [];
  t.true(messages.filter((message) => message === 'request').length >= REQUESTS);
  t.deepEqual(
    messages.filter((message) => !message.startsWith('request')),
    ['listening', 'stopping', 'stopped'],
  );
});

test.serial(
  'why a start failed is no reason not to end: its exit code is the same on an output that is full',
  async (t) => {
    const full = opened(t, '/dev/full', constants.O_WRONLY);
    const pipe = Number((await fullPipe(t)).outputs);
    for (const descriptor of [full, pipe]) {
      const child = spawn(process.execPath, [main], {
        env: { PATH: process.env.PATH, PORT: 'many' },
        stdio: ['ignore', descriptor, descriptor],
      });
      t.deepEqual(await once(child, 'exit'), [78, null]);
    }
  },
);
