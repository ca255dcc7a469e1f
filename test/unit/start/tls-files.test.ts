/** The TLS files may be replaced at any moment: what was checked is what is used. */
import { once } from 'node:events';
import fs, { renameSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { readConfig } from '../../../src/config/read-config.ts';
import { reloadCertificate, secureContextOf } from '../../../src/listener/listen.ts';
import type { Log } from '../../../src/ports/log.ts';
import { type Certificate, selfSigned } from '../../support/self-signed.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const pairs = { first: selfSigned(), second: selfSigned(), third: selfSigned('rsa') };

async function listen(t: ExecutionContext) {
  const folder = await temporaryFolder(t);
  const place = (name: string) => ({
    certFile: join(folder, `${name}-cert.pem`),
    keyFile: join(folder, `${name}-key.pem`),
  });
  for (const [name, { certificate, key }] of Object.entries(pairs)) {
    const { certFile, keyFile } = place(name);
    await Promise.all([writeFile(certFile, certificate), writeFile(keyFile, key)]);
  }
  const used = place('used');
  const take = (certificateOf: keyof typeof pairs, keyOf = certificateOf) => {
    renameSync(place(certificateOf).certFile, used.certFile);
    renameSync(place(keyOf).keyFile, used.keyFile);
  };
  take('first');
  const { tls } = readConfig({ TLS_CERT_FILE: used.certFile, TLS_KEY_FILE: used.keyFile });
  if (tls === undefined) throw new Error('no TLS');
  const server = https.createServer(secureContextOf(tls), (_request, response) => response.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { server, tls, take };
}

/** Runs `change` before any of the files is opened that was opened before. */
function changeBeforeSecondReading(t: ExecutionContext, files: readonly string[], change: () => void): void {
  const { openSync } = fs;
  const opened = new Set<unknown>();
  fs.openSync = (path, ...rest) => {
    if (opened.has(path)) change();
    if (files.includes(String(path))) opened.add(path);
    return openSync(path, ...rest);
  };
  syncBuiltinESMExports();
  t.teardown(() => {
    fs.openSync = openSync;
    syncBuiltinESMExports();
  });
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

async function served(server: https.Server, { certificate }: Certificate): Promise<boolean> {
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const pem = socket.getPeerX509Certificate()?.toString();
  socket.destroy();
  return pem?.replace(/\s/g, '') === certificate.replace(/\s/g, '');
}

test.serial('files that are replaced after the check are not used until the next signal', async (t) => {
  const { server, tls, take } = await listen(t);
  take('second');
  let changes = 0;
  changeBeforeSecondReading(t, [tls.certFile, tls.keyFile], () => {
    changes += 1;
    if (changes === 1) take('third');
  });
  reloadCertificate(server, tls, silent);
  t.is(changes, 0);
  t.true(await served(server, pairs.second));
});

test.serial('a pair that does not fit leaves the one before, whole', async (t) => {
  const { server, tls, take } = await listen(t);
  take('second', 'third');
  reloadCertificate(server, tls, silent);
  t.true(await served(server, pairs.first));
});

test.serial(
  'a start reads each file once for what it listens with, and refuses a pair that stopped to fit',
  async (t) => {
    const { tls, take } = await listen(t);
    take('second', 'third');
    t.throws(() => secureContextOf(tls), { name: 'ConfigurationError' });
  },
);
