/** A process that is told to stop in the middle of work finishes what it accepted. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectSecurely, TLSSocket } from 'node:tls';
import test from 'ava';
import got from 'got';
import { freePort } from '../../scripts/free-port.ts';
import { startCluster } from '../support/cluster.ts';
import { beginRequest } from '../support/held-requests.ts';
import { startProviderProcess } from '../support/provider-process.ts';
import { appOf, obtainTokens, PASSWORD, WEB_APP } from '../support/relying-party.ts';
import { selfSigned } from '../support/self-signed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const LOGIN = 'ada@example.com';
const SLOW_REQUESTS = 20;

test('SIGTERM under load: what was accepted is answered, and the process ends by itself with 0', async (t) => {
  const cluster = await startCluster(t, { database: 'sqlite' });
  const [stopped, other] = cluster.processes;
  await cluster.createAccount({ email: LOGIN, password: PASSWORD });
  const client = await cluster.createClient({ ...WEB_APP, first_party: true });
  const { tokens } = await obtainTokens(appOf(cluster, client), LOGIN);
  const credentials = `${client.client_id}:${client.client_secret}`;
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
  const finishing = await Promise.all(
    Array.from({ length: SLOW_REQUESTS }, () => beginRequest(`${stopped.address}/token`, credentials, form)),
  );
  // Beside them, requests that begin and end all the time, each on a connection of its own.
  let isOver = false;
  const answered: number[] = [];
  const load = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const introspection = { token: tokens.access_token };
        const status = await beginRequest(`${stopped.address}/token/introspection`, credentials, introspection).then(
          async (finish) => (await finish()).status ?? 0,
          () => undefined,
        );
        // Not accepted any more: a load balancer would have taken another process.
        if (status === undefined) return;
        answered.push(status);
      }
    }),
  );
  await until('some answers', () => answered.length > 20);

  const exitCode = stopped.stop();
  await until('it stops', () => stopped.output().includes('"stopping"'));
  const answers = await Promise.all(finishing.map((finish) => finish()));
  isOver = true;
  await load;

  t.is(await exitCode, 0);
  t.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  t.is(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1);
  t.deepEqual([...new Set(answers.map(({ connection }) => connection))], ['close']);
  t.deepEqual([...new Set(answered)], [200]);
  const next = { ...form, refresh_token: String(answers[0]?.body.refresh_token) };
  t.is((await appOf({ issuer: other.address }, client).token(next)).statusCode, 200);
});

test('a request that comes on a connection that was kept open is answered, and the connection ends with it', async (t) => {
  const { processes } = await startCluster(t, { database: 'sqlite' });
  const [stopped] = processes;
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  const ask = () => got(`${stopped.address}/jwks`, { agent: { http: agent }, retry: { limit: 0 } });
  t.is((await ask()).headers.connection, 'keep-alive');

  const exitCode = stopped.stop();
  await until('it stops', () => stopped.output().includes('"stopping"'));

  // As a load balancer does that has not heard of the stop yet (RFC 9112 9.6).
  t.is((await ask()).headers.connection, 'close');
  t.is(await exitCode, 0);
});

/** How a balancer or a browser opens a connection ahead of need. */
const unused = {
  'a connection': (port: number) => connect(port, '127.0.0.1'),
  'a connection with TLS': (port: number) => connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false }),
};
const HALF = 'GET /livez HTTP/1.1\r\nHost: localhost\r\n';

for (const isTls of [false, true]) {
  test(`a connection on which nothing was asked ends soon, half a request is waited for (TLS: ${isTls})`, async (t) => {
    const folder = await temporaryFolder(t);
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const { certificate, key } = selfSigned();
    await Promise.all([writeFile(certFile, certificate), writeFile(keyFile, key)]);
    const [port, opsPort] = [await freePort(), await freePort()];
    const environment = {
      ISSUER: `http://localhost:${port}`,
      STORAGE_URL: `sqlite:${join(folder, 'test.db')}`,
      DATA_FOLDER: folder,
      SHUTDOWN_GRACE_SECONDS: '60',
      OPS_PORT: String(opsPort),
      ...(isTls && { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile }),
    };
    const provider = await startProviderProcess({ port, environment, reachedAt: `http://127.0.0.1:${opsPort}` });
    t.teardown(provider.kill);
    const openMain = unused[isTls ? 'a connection with TLS' : 'a connection'];
    const opened = [connect(port, '127.0.0.1'), connect(opsPort, '127.0.0.1'), openMain(port), openMain(port)];
    const half = [openMain(port), connect(opsPort, '127.0.0.1')];
    const isUp = (socket: Socket) => once(socket, socket instanceof TLSSocket ? 'secureConnect' : 'connect');
    await Promise.all([...opened, ...half].map(isUp));
    for (const socket of half) socket.on('error', () => undefined);
    for (const socket of half) socket.write(HALF);
    // Connections are accepted in turn: an answer to a later one says that these were.
    const scheme = isTls ? 'https' : 'http';
    for (const address of [`${scheme}://127.0.0.1:${port}`, provider.address]) {
      await got(`${address}/livez`, { https: { rejectUnauthorized: false } });
    }
    const closing = Promise.all(opened.map((socket) => once(socket.resume(), 'close')));

    const exitCode = provider.stop();
    await closing;

    for (const socket of half) {
      socket.write('\r\n');
      const [answer] = (await once(socket, 'data')) as [Buffer];
      t.regex(answer.toString(), /^HTTP\/1\.1 200.*^connection: close/ims);
    }
    t.is(await exitCode, 0);
  });
}
