/** An idle connection stays open for as long as the setting says: a proxy that sends a request on it must not find it closed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect as connectSecurely } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { freePort } from '../../scripts/free-port.ts';
import { selfSigned } from '../support/self-signed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const main = join(import.meta.dirname, '../../src/start.js');

/** Gives the port that it listens on. */
async function start(t: ExecutionContext, settings: Readonly<Record<string, string>>): Promise<number> {
  const folder = await temporaryFolder(t);
  const own = { PORT: '0', HOST: '127.0.0.1', STORAGE_URL: `sqlite:${join(folder, 'test.db')}`, DATA_FOLDER: folder };
  const env = { PATH: process.env.PATH, ...own, ...settings };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  t.teardown(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, port } = JSON.parse(line) as { readonly msg: string; readonly port?: number };
    if (msg === 'listening' && port !== undefined) return port;
  }
  throw new Error('it did not start');
}

async function ask(socket: Socket): Promise<string> {
  socket.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString();
}

/** As the answer promises it. */
async function keptSeconds(socket: Socket): Promise<number | undefined> {
  const [, seconds] = /^keep-alive: timeout=(\d+)\r$/im.exec(await ask(socket)) ?? [];
  socket.destroy();
  return seconds === undefined ? undefined : Number(seconds);
}

test('by default both listeners keep a connection for longer than the balancers that drop it after a minute', async (t) => {
  const opsPort = await freePort();
  const port = await start(t, { OPS_PORT: String(opsPort) });
  t.is(await keptSeconds(connect(port, '127.0.0.1')), 75);
  t.is(await keptSeconds(connect(opsPort, '127.0.0.1')), 75);
});

test('a longer time holds with TLS and for every worker', async (t) => {
  const folder = await temporaryFolder(t);
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const { certificate, key } = selfSigned();
  await writeFile(certFile, certificate);
  await writeFile(keyFile, key);
  const settings = { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, WEB_CONCURRENCY: '2', KEEP_ALIVE_SECONDS: '620' };
  const port = await start(t, settings);
  for (let connection = 0; connection < 4; connection += 1) {
    t.is(await keptSeconds(connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false })), 620);
  }
});

test('a connection that idles longer than that is closed, and each request begins the time anew', async (t) => {
  const port = await start(t, { KEEP_ALIVE_SECONDS: '1' });
  const socket = connect(port, '127.0.0.1');
  for (let asked = 0; asked < 3; asked += 1) t.regex(await ask(socket), /^HTTP\/1\.1 200/);
  // By the provider: nobody here ends it.
  await once(socket, 'close');
  t.pass();
});
