/** Which handshakes our own listener takes: real ones, of a client that offers one cipher suite. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { readConfig } from '../../../src/config/read-config.ts';
import { secureContextOf } from '../../../src/listener/listen.ts';
import { selfSigned } from '../../support/self-signed.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const pairs = { ec: selfSigned('ec'), rsa: selfSigned('rsa') };

async function listen(t: ExecutionContext, kind: keyof typeof pairs, ciphers = ''): Promise<number> {
  const folder = await temporaryFolder(t);
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await Promise.all([writeFile(certFile, pairs[kind].certificate), writeFile(keyFile, pairs[kind].key)]);
  const { tls } = readConfig({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, TLS_CIPHERS: ciphers });
  if (tls === undefined) throw new Error('no TLS');
  const server = https.createServer(secureContextOf(tls), (_request, response) => response.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** The suite and protocol that were agreed on; undefined when there was no agreement. */
function agreed(port: number, offer: ConnectionOptions): Promise<string | undefined> {
  const { ciphers: asked = 'ALL' } = offer;
  // At level 0 this client offers what OpenSSL itself thinks too old.
  const ciphers = asked.startsWith('TLS_') ? asked : `${asked}:@SECLEVEL=0`;
  const socket = connect({ ...offer, ciphers, port, host: '127.0.0.1', rejectUnauthorized: false });
  return new Promise((resolve) => {
    socket.once('error', () => resolve(undefined));
    socket.once('secureConnect', () => {
      resolve(`${socket.getProtocol()} ${socket.getCipher().name}`);
      socket.destroy();
    });
  });
}

const only = (version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3', ciphers?: string): ConnectionOptions => ({
  minVersion: version,
  maxVersion: version,
  ...(ciphers !== undefined && { ciphers }),
});

const taken = {
  ec: ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
  rsa: ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-RSA-CHACHA20-POLY1305'],
};

const refused = {
  ec: ['ECDHE-ECDSA-AES128-SHA256', 'ECDHE-ECDSA-AES256-SHA384', 'ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES128-CCM'],
  rsa: [
    ...['ECDHE-RSA-AES128-SHA256', 'ECDHE-RSA-AES256-SHA384', 'ECDHE-RSA-AES128-SHA', 'ECDHE-RSA-AES256-SHA'],
    ...['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'AES128-SHA256', 'AES128-SHA', 'AES256-SHA', 'AES128-CCM'],
    ...['DHE-RSA-AES128-GCM-SHA256', 'DHE-RSA-AES256-SHA256', 'ECDHE-RSA-NULL-SHA', 'NULL-SHA256'],
  ],
};

for (const kind of ['ec', 'rsa'] as const) {
  test(`with a certificate of ${kind} TLS 1.2 has forward secrecy and authenticated encryption alone`, async (t) => {
    const port = await listen(t, kind);
    for (const cipher of taken[kind]) t.is(await agreed(port, only('TLSv1.2', cipher)), `TLSv1.2 ${cipher}`);
    for (const cipher of refused[kind]) t.is(await agreed(port, only('TLSv1.2', cipher)), undefined, cipher);
  });

  test(`with a certificate of ${kind} TLS 1.3 is taken, and nothing older than 1.2`, async (t) => {
    const port = await listen(t, kind);
    for (const cipher of ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'])
      t.is(await agreed(port, only('TLSv1.3', cipher)), `TLSv1.3 ${cipher}`);
    for (const version of ['TLSv1', 'TLSv1.1'] as const) t.is(await agreed(port, only(version)), undefined, version);
  });
}

test('TLS_CIPHERS takes their place, and leaves TLS 1.3 on unless it names suites of it', async (t) => {
  const wider = await listen(t, 'rsa', 'ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES256-SHA');
  t.is(await agreed(wider, only('TLSv1.2', 'ECDHE-RSA-AES128-SHA256')), 'TLSv1.2 ECDHE-RSA-AES128-SHA256');
  t.is(await agreed(wider, only('TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256')), undefined);
  t.truthy(await agreed(wider, only('TLSv1.3', 'TLS_AES_256_GCM_SHA384')));
  const newest = await listen(t, 'rsa', 'TLS_AES_128_GCM_SHA256');
  t.is(await agreed(newest, only('TLSv1.3', 'TLS_AES_128_GCM_SHA256')), 'TLSv1.3 TLS_AES_128_GCM_SHA256');
  t.is(await agreed(newest, only('TLSv1.3', 'TLS_AES_256_GCM_SHA384')), undefined);
  t.is(await agreed(newest, only('TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256')), undefined);
});

test('no value of TLS_CIPHERS makes a listener that takes a client without a certificate or without encryption', async (t) => {
  const words = [
    'ALL',
    'COMPLEMENTOFALL',
    'aNULL',
    'eNULL',
    'ADH',
    'AECDH',
    'LOW',
    'HIGH',
    'ECDHE-RSA-AES128-GCM-SHA256',
  ];
  const ends = ['', ':aNULL', ':eNULL', '+aNULL', ';aNULL', ',eNULL', ' eNULL'];
  const levels = [
    '',
    '@SECLEVEL=0',
    ':@SECLEVEL=0',
    ';@SECLEVEL=0',
    ',@SECLEVEL=0',
    ' @SECLEVEL=0',
    ':@STRENGTH@SECLEVEL=0',
  ];
  const values = words.flatMap((word) => ends.flatMap((end) => levels.map((level) => `${word}${end}${level}`)));
  const started: string[] = [];
  for (const value of values) {
    const port = await listen(t, 'rsa', value).catch(() => undefined);
    if (port === undefined) continue;
    started.push(value);
    for (const unprotected of ['aNULL', 'eNULL'])
      t.is(await agreed(port, only('TLSv1.2', unprotected)), undefined, value);
  }
  t.deepEqual(started, ['ECDHE-RSA-AES128-GCM-SHA256']);
});

test('a suite that may be named is agreed on by a client that offers nothing else', async (t) => {
  const suites = {
    rsa: [
      'ECDHE-RSA-AES128-SHA256',
      'ECDHE-RSA-AES256-SHA384',
      'ECDHE-RSA-AES128-SHA',
      'ECDHE-RSA-AES256-SHA',
      ...taken.rsa,
    ],
    ec: ['ECDHE-ECDSA-AES128-SHA256', 'ECDHE-ECDSA-AES256-SHA384', 'ECDHE-ECDSA-AES128-SHA', ...taken.ec],
  };
  for (const kind of ['ec', 'rsa'] as const)
    for (const suite of suites[kind]) {
      const port = await listen(t, kind, suite);
      t.is(await agreed(port, only('TLSv1.2', suite)), `TLSv1.2 ${suite}`);
      for (const unprotected of ['aNULL', 'eNULL']) t.is(await agreed(port, only('TLSv1.2', unprotected)), undefined);
    }
});

test('an empty value, or one of blanks, leaves the suites of the default', async (t) => {
  for (const value of ['', ' ', '\t\n']) {
    const port = await listen(t, 'rsa', value);
    for (const suite of taken.rsa) t.is(await agreed(port, only('TLSv1.2', suite)), `TLSv1.2 ${suite}`);
    for (const suite of refused.rsa) t.is(await agreed(port, only('TLSv1.2', suite)), undefined, suite);
  }
});
