/** SIGHUP reads the TLS files again: new connections get the new certificate, old ones go on, and nothing ends the process. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { freePort } from '../../scripts/free-port.ts';
import { startProviderProcess } from '../support/provider-process.ts';
import { type Certificate, selfSigned } from '../support/self-signed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

async function start(t: ExecutionContext, settings: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder(t);
  const files = { TLS_CERT_FILE: join(folder, 'cert.pem'), TLS_KEY_FILE: join(folder, 'key.pem') };
  const replace = async ({ certificate, key }: Certificate) => {
    await Promise.all([writeFile(files.TLS_CERT_FILE, certificate), writeFile(files.TLS_KEY_FILE, key)]);
  };
  const port = await freePort();
  const environment = { STORAGE_URL: `sqlite:${join(folder, 'latchkey.db')}`, DATA_FOLDER: folder, ...settings };
  return { port, files, replace, environment };
}

const securely = (port: number) => ({ port, host: '127.0.0.1', rejectUnauthorized: false });

async function certificateAt(port: number): Promise<string> {
  const socket = connect(securely(port));
  await once(socket, 'secureConnect');
  const { fingerprint256 = '' } = socket.getPeerX509Certificate() ?? {};
  socket.destroy();
  return fingerprint256;
}

async function ask(socket: TLSSocket): Promise<string> {
  socket.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n');
  return String(((await once(socket, 'data')) as Buffer[])[0]);
}

for (const workers of ['1', '2']) {
  test(`new files are used from the signal on, by ${workers} process(es), and a broken pair is not`, async (t) => {
    const { port, files, replace, environment } = await start(t, { WEB_CONCURRENCY: workers });
    await replace(selfSigned());
    const opsPort = await freePort();
    const provider = await startProviderProcess({
      port,
      environment: { ...environment, ...files, OPS_PORT: String(opsPort) },
      reachedAt: `http://127.0.0.1:${opsPort}`,
    });
    t.teardown(provider.kill);
    const before = await certificateAt(port);
    const open = connect(securely(port));
    await once(open, 'secureConnect');
    t.teardown(() => open.destroy());
    t.regex(await ask(open), /^HTTP\/1\.1 200/);
    const told = (text: string) => provider.output().split(text).length - 1;

    await replace(selfSigned('rsa'));
    process.kill(provider.pid, 'SIGHUP');
    await until('the new files', () => told('were read again') === Number(workers));
    for (let connection = 0; connection < 4; connection += 1) t.not(await certificateAt(port), before);
    t.regex(await ask(open), /^HTTP\/1\.1 200/);

    const replaced = await certificateAt(port);
    await writeFile(files.TLS_KEY_FILE, selfSigned().key);
    process.kill(provider.pid, 'SIGHUP');
    await until('the error', () => told('those before stay in use') === Number(workers));
    for (let connection = 0; connection < 4; connection += 1) t.is(await certificateAt(port), replaced);
    t.regex(await ask(open), /^HTTP\/1\.1 200/);
    t.false(provider.output().includes('PRIVATE KEY'));
    t.is(await provider.stop(), 0);
  });
}

test('without TLS files the signal ends nothing, and the log says so', async (t) => {
  const { port, environment } = await start(t);
  const provider = await startProviderProcess({ port, environment });
  t.teardown(provider.kill);
  process.kill(provider.pid, 'SIGHUP');
  await until('the line', () => provider.output().includes('SIGHUP changes nothing'));
  t.is(await provider.stop(), 0);
});

/** Code of a module that runs in every process before ours, and sends that process the signal when it loads a certain file. */
const whenLoading = (ending: string) => `
  import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) {
    if (url.endsWith(${JSON.stringify(ending)})) process.kill(process.pid, 'SIGHUP');
    return next(url, context);
  } });`;

/** Ends both workers, as a signal does that comes before their own first line. */
const beforeFirstLine = `if (['1', '2'].includes(process.env.NODE_UNIQUE_ID)) process.kill(process.pid, 'SIGHUP');`;

const moments = [
  ...['src/main.ts', 'src/config/variables.ts', 'src/start-failure.ts', 'src/serve.ts', 'src/supervise.ts'],
  ...['src/compose.ts', 'oidc-provider/lib/index.js'],
];

for (const workers of ['1', '2']) {
  const early = workers === '1' ? moments : [...moments.slice(0, 1), ...moments.slice(3, 5)];
  const cases = early.map((ending) => ({ moment: `loading ${ending}`, code: whenLoading(ending) }));
  if (workers === '2') cases.push({ moment: 'have not run a line', code: beforeFirstLine });
  for (const { moment, code } of cases)
    test(`the signal ends none of ${workers} process(es): ${moment}`, async (t) => {
      const { port, environment } = await start(t, { WEB_CONCURRENCY: workers });
      const preload = join(await temporaryFolder(t), 'preload.mjs');
      await writeFile(preload, code);
      const NODE_OPTIONS = `--import=${pathToFileURL(preload)}`;
      const provider = await startProviderProcess({ port, environment: { ...environment, NODE_OPTIONS } });
      t.teardown(provider.kill);
      t.is(await provider.stop(), 0);
    });
}
