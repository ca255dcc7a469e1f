/** The health check of the container: it finds the provider by the settings that the provider has. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { freePort } from '../../scripts/free-port.ts';
import { selfSigned } from '../support/self-signed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const program = fileURLToPath(new URL('../../scripts/container/health.ts', import.meta.url));

async function listen(t: ExecutionContext, server: http.Server | https.Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return String((server.address() as AddressInfo).port);
}

function check(environment: Readonly<Record<string, string>>): Promise<unknown> {
  const { PATH = '' } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [program], { env: { PATH, ...environment } }, (error) => resolve(error?.code ?? 0));
  });
}

const answer =
  (status: number): RequestListener =>
  ({ url }, response) =>
    void response.writeHead(url === '/readyz' ? status : 404).end();

for (const [status, code] of [
  [200, 0],
  [503, 1],
  [404, 1],
] as const) {
  test(`readiness that answers ${status} is exit code ${code}`, async (t) => {
    const PORT = await listen(t, http.createServer(answer(status)));
    t.is(await check({ PORT, HOST: '0.0.0.0' }), code);
  });
}

test('a provider that does not listen is not healthy', async (t) => {
  t.is(await check({ PORT: String(await freePort()) }), 1);
});

test('a provider that serves https is asked by https, whatever name its certificate has', async (t) => {
  const { certificate: cert, key } = selfSigned();
  const folder = await temporaryFolder(t);
  const [TLS_CERT_FILE, TLS_KEY_FILE] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await writeFile(TLS_CERT_FILE, cert);
  await writeFile(TLS_KEY_FILE, key);
  const PORT = await listen(t, https.createServer({ cert, key }, answer(200)));
  t.is(await check({ PORT, TLS_CERT_FILE, TLS_KEY_FILE }), 0);
});
