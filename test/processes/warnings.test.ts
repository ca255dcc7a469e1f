/** What Node and libraries warn of is a line of the log: standard error is for what stops a start. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { temporaryFolder } from '../support/temporary-folder.ts';

const main = join(import.meta.dirname, '../../src/start.js');

/** As libraries would, once somebody listens. */
const warnings = [
  `process.emitWarning('tls of mongodb://ada:hunter2@db.example/latchkey is old', { code: 'OLD' })`,
  `process.emitWarning('use another than MongoDB+SRV://ada:hunter2@db.example', 'DeprecationWarning', 'DEP9999')`,
  `process.emitWarning('ada:hunter2@db.example is no seed')`,
  `process.emitWarning('experimental', 'ExperimentalWarning')`,
  `for (let at = 0; at < 11; at += 1) process.on('nothing', () => {})`,
];

async function silentDatabase(t: ExecutionContext): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a server without a port');
  return `127.0.0.1:${address.port}/latchkey?wtimeout=5&j=true&serverSelectionTimeoutMS=300`;
}

test('a start that warns and fails has its sentence alone on standard error, and the warnings in its log', async (t) => {
  const DATA_FOLDER = await temporaryFolder(t);
  const script = encodeURIComponent(
    `process.on('newListener', (name) => name === 'warning' && setImmediate(() => { ${warnings.join(';')} }))`,
  );
  const STORAGE_URL = `mongodb://${await silentDatabase(t)}`;
  const env = { PATH: process.env.PATH, PORT: '0', DATA_FOLDER, STORAGE_URL };
  const args = ['--import', `data:text/javascript,${script}`, main];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  t.deepEqual(await ended, [69, null]);
  t.regex(stderr, /^the database at .*\n.*\n.*\n$/);
  const lines = stdout.split('\n').filter((line) => line.includes('"warning":'));
  t.true(lines.length >= warnings.length + 2, stdout);
  t.true(lines.every((line) => (JSON.parse(line) as { level: string }).level === 'warn'));
  t.notRegex(stdout, /hunter2|db\.example/);
  for (const says of [/wtimeout/, /DEP9999/, /ExperimentalWarning/, /MaxListenersExceededWarning/])
    t.regex(stdout, says);
});
