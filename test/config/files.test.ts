/** Proves how secrets and certificates come from files. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { readTlsFiles } from '../../src/config/named-files.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { loadSecretKeys } from '../../src/config/secrets.ts';
import { selfSigned } from '../support/self-signed.ts';
import { newKey, problemsOf, production, refusedVariables } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-config-'));
const { certificate, key: certificateKey } = selfSigned();

test.after.always(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

test('a secret can come from a file, with a line break at its end', (t) => {
  const key = newKey();
  const config = readConfig({
    ISSUER: 'https://id.example.com',
    TRUSTED_PROXIES: 'none',
    SECRET_KEYS_FILE: file('keys', `${key}\n`),
    STORAGE_URL_FILE: file('url', 'mongodb://user:secret@db/latchkey\n'),
  });
  t.deepEqual(config.secretKeys, [Buffer.from(key, 'base64url')]);
  t.is(config.storageUrl, 'mongodb://user:secret@db/latchkey');
});

test('a secret and its file cannot both be set', (t) => {
  t.deepEqual(refusedVariables({ ...production(), SECRET_KEYS_FILE: file('second', newKey()) }), ['SECRET_KEYS_FILE']);
});

test('a secret file that is missing or empty is the only problem told', (t) => {
  const settings = { ISSUER: 'https://id.example.com', TRUSTED_PROXIES: 'none' };
  t.deepEqual(refusedVariables({ ...settings, SECRET_KEYS_FILE: join(folder, 'absent') }), ['SECRET_KEYS_FILE']);
  t.deepEqual(refusedVariables({ ...settings, SECRET_KEYS_FILE: file('empty', '\n') }), ['SECRET_KEYS_FILE']);
});

test('a certificate and its key are taken together', (t) => {
  const certFile = file('certificate.pem', certificate);
  const keyFile = file('key.pem', certificateKey);
  t.like(readConfig({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile }).tls, { certFile, keyFile });
  t.deepEqual(refusedVariables({ TLS_CERT_FILE: certFile }), ['TLS_KEY_FILE']);
  t.deepEqual(refusedVariables({ TLS_KEY_FILE: keyFile }), ['TLS_CERT_FILE']);
});

test('a certificate or key that cannot be read is told by its own name', (t) => {
  const garbage = file('garbage.pem', 'not PEM');
  const absent = join(folder, 'absent.pem');
  t.deepEqual(refusedVariables({ TLS_CERT_FILE: garbage, TLS_KEY_FILE: absent }), ['TLS_CERT_FILE', 'TLS_KEY_FILE']);
});

test('a key that belongs to another certificate is refused', (t) => {
  const otherKey = file('other.pem', selfSigned().key);
  const certFile = file('own.pem', certificate);
  t.deepEqual(refusedVariables({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: otherKey }), ['TLS_KEY_FILE']);
});

const MARK = '\u{FEFF}';

test('a byte order mark in a secret, a certificate or a key file is skipped', (t) => {
  const key = newKey();
  const config = readConfig({
    ISSUER: 'https://id.example.com',
    SECRET_KEYS_FILE: file('marked-keys', `${MARK}${key}\r\n`),
    STORAGE_URL_FILE: file('marked-url', `${MARK}mongodb://db/latchkey`),
    TLS_CERT_FILE: file('marked-cert.pem', `${MARK}${certificate}`),
    TLS_KEY_FILE: file('marked-key.pem', `${MARK}${certificateKey}`),
  });
  t.deepEqual(config.secretKeys, [Buffer.from(key, 'base64url')]);
  t.is(config.storageUrl, 'mongodb://db/latchkey');
  const { cert, key: tlsKey } = readTlsFiles(config.tls ?? { certFile: '', keyFile: '' });
  t.deepEqual([cert.toString(), tlsKey.toString()], [certificate, certificateKey]);
});

test('the key that development keeps may have a byte order mark', (t) => {
  const key = newKey();
  file('secret-keys', `${MARK}${key}\n`);
  t.deepEqual(loadSecretKeys(readConfig({ DATA_FOLDER: folder })), [Buffer.from(key, 'base64url')]);
});

test('a secret file that is no UTF-8 text, or has quotes, is refused by its name', (t) => {
  const url = 'mongodb://user:pässword@db/latchkey';
  const broken = {
    latin1: Buffer.from(url, 'latin1'),
    'cut within a character': Buffer.from('mongodb://user:pä').subarray(0, -1),
    'a lone continuation': Buffer.from([0x80]),
    'a surrogate': Buffer.from([0xed, 0xa0, 0x80]),
    'overlong bytes': Buffer.from([0xc0, 0xaf]),
    'utf-16 with a mark': Buffer.from(`${MARK}${url}`, 'utf16le'),
    'utf-16 without one': Buffer.from('mongodb://db', 'utf16le'),
    quoted: Buffer.from(`"${url}"`),
  };
  for (const [name, content] of Object.entries(broken)) {
    const path = file(name.replaceAll(' ', '-'), content);
    const problems = problemsOf({ STORAGE_URL_FILE: path });
    t.deepEqual(
      problems.map(({ variable, value }) => [variable, value]),
      [['STORAGE_URL_FILE', path]],
      name,
    );
    t.regex(problems[0]?.problem ?? '', /UTF-8|quotes/, name);
  }
});

test('a key with a passphrase, and a chain that goes on with garbage, are refused', (t) => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const protectedKey = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' });
  const certFile = file('chain.pem', certificate);
  const [problem] = problemsOf({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: file('protected.pem', String(protectedKey)) });
  t.regex(problem?.problem ?? '', /passphrase/);
  const garbage = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  const broken = file('broken-chain.pem', certificate + garbage);
  t.deepEqual(refusedVariables({ TLS_CERT_FILE: broken, TLS_KEY_FILE: file('own-key.pem', certificateKey) }), [
    'TLS_CERT_FILE',
  ]);
});
