/** The admin command ends when it has said everything, whatever is at the other end of its connections. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { temporaryFolder } from '../support/temporary-folder.ts';

const command = join(import.meta.dirname, '../../scripts/admin.ts');
const TALKS_EVERY_MILLISECONDS = 50;
const WARNS_AND_GIVES_UP_SOON = 'j=true&serverSelectionTimeoutMS=300';

/** The length of a MongoDB message, more than the driver takes. */
const tooLong = Buffer.from('ffffff7f0000000000000000dd070000', 'hex');
/** A message that says it has 1 MB, of which one byte more comes each time. */
const neverDone = Buffer.from('000010000000000000000000dd070000', 'hex');

/** What a server says that is no MongoDB: at once, and again and again. */
const talkers: Readonly<Record<string, readonly [string | Buffer, string | Buffer]>> = {
  SMTP: ['220 mail ESMTP\r\n', '250 hi\r\n'],
  SSH: ['SSH-2.0-OpenSSH_9.6\r\n', '\0\0\0\x0c'],
  'HTTP that streams': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\nx\r\n'],
  MySQL: [Buffer.from('4a0000000a382e302e3336', 'hex'), '\0'],
  Redis: ['-ERR unknown command\r\n', '-ERR again\r\n'],
  'a message too long': [tooLong, tooLong],
  'a message that never ends': [neverDone, '\0'],
  silence: ['', ''],
};

async function listenAs(t: ExecutionContext, [first, then]: readonly [string | Buffer, string | Buffer]) {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write(first);
    const talking = setInterval(() => socket.write(then), TALKS_EVERY_MILLISECONDS);
    socket.on('close', () => clearInterval(talking));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a server without a port');
  return `mongodb://127.0.0.1:${address.port}/latchkey?${WARNS_AND_GIVES_UP_SOON}`;
}

async function run(t: ExecutionContext, args: readonly string[], settings: Readonly<Record<string, string>>) {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, DATA_FOLDER: await temporaryFolder(t), ...settings };
  const child = spawn(process.execPath, [command, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [exitCode] = (await ended) as [number | null];
  return { exitCode, stdout, stderr };
}

for (const [name, says] of Object.entries(talkers)) {
  test(`at the database's address is ${name}: the command says so, once, and ends`, async (t) => {
    const STORAGE_URL = await listenAs(t, says);
    const verbs = name === 'SMTP' ? ['config check', 'client list', 'storage check'] : ['client list'];
    for (const verb of verbs) {
      const { exitCode, stderr } = await run(t, verb.split(' '), { STORAGE_URL });
      t.is(exitCode, 69, `${verb}: ${stderr}`);
      t.regex(stderr, /^the database at .* cannot be reached\.\n/, verb);
      t.notRegex(stderr, /deprecated|\n\s+at /i, verb);
    }
  });
}

test('a library that warns is a line of the log for who asks for those', async (t) => {
  const STORAGE_URL = await listenAs(t, ['', '']);
  const { exitCode, stderr } = await run(t, ['client', 'list'], { STORAGE_URL, LOG_LEVEL: 'debug' });
  t.is(exitCode, 69);
  const [line = ''] = stderr.split('\n').filter((written) => written.includes('deprecated'));
  t.like(JSON.parse(line), { level: 'debug', warning: 'Warning' });
});
