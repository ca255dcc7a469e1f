/** Proves how secrets and certificates come from files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { readConfig } from '../../src/config/read-config.ts';
import { selfSigned } from '../support/self-signed.ts';
import { newKey, production, refusedVariables } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-config-'));
const { certificate, key: certificateKey } = selfSigned();

test.after.always(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string): string {
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
  t.deepEqual(readConfig({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile }).tls, { certFile, keyFile });
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
