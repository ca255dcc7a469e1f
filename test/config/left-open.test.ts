/** What production has left open, as `config check` and the start report it. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { leftOpen } from '../../scripts/admin/left-open.ts';
import type { Environment } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { warningsOf } from '../../src/config/warnings.ts';
import { selfSigned } from '../support/self-signed.ts';
import { newKey, production } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-left-open-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

const closed = (): Environment => ({
  ...production(),
  ALLOWED_IPS: '10.0.0.0/8',
  SMTP_URL: 'smtps://mail.example.com',
  MAIL_FROM: 'id@example.com',
});

const startWarns = (changes: Environment, base: Environment = closed()) =>
  warningsOf(readConfig({ ...base, ...changes })).map(({ variable }) => variable);

const checkWarns = (changes: Environment, now = Date.now()) =>
  leftOpen(readConfig({ ...closed(), ...changes }), [], now).map(({ variable }) => variable);

test('production that has closed everything is warned of nothing', (t) => {
  t.deepEqual([...startWarns({}), ...checkWarns({})], []);
});

const atStart: Readonly<Record<string, readonly [Environment, string]>> = {
  'no proxy that can be named': [{ TRUSTED_PROXIES: 'none' }, 'TRUSTED_PROXIES'],
  'no proxy named behind a loopback listener': [{ TRUSTED_PROXIES: '', HOST: '127.0.0.1' }, 'TRUSTED_PROXIES'],
  'a log of everything': [{ LOG_LEVEL: 'debug' }, 'LOG_LEVEL'],
  'a log of more than that': [{ LOG_LEVEL: 'trace' }, 'LOG_LEVEL'],
  'a log without security events': [{ LOG_LEVEL: 'warn' }, 'LOG_LEVEL'],
  'no log': [{ LOG_LEVEL: 'silent' }, 'LOG_LEVEL'],
  'budgets that are multiplied': [{ BUDGET_FACTOR: '1.5' }, 'BUDGET_FACTOR'],
  'an upgrade that is being taken back': [{ ACCEPT_NEWER_STORAGE: '1' }, 'ACCEPT_NEWER_STORAGE'],
  'another issuer': [{ ACCEPT_NEW_ISSUER: '1' }, 'ACCEPT_NEW_ISSUER'],
  'health checks for everybody': [{ OPS_PORT: '9000', OPS_HOST: '0.0.0.0', ALLOWED_IPS: '' }, 'OPS_HOST'],
  'mails that nobody gets': [{ SMTP_URL: '', MAIL_FROM: '' }, 'SMTP_URL'],
  'MongoDB without TLS': [{ STORAGE_URL: 'mongodb://db.example/latchkey' }, 'STORAGE_URL'],
};

for (const [name, [changes, variable]] of Object.entries(atStart)) {
  test(`a start of production warns of ${name}`, (t) => t.deepEqual(startWarns(changes), [variable]));
}

test('development that other machines reach is warned of: somebody has forgotten ISSUER', (t) => {
  for (const HOST of ['0.0.0.0', '::', '192.0.2.1']) t.deepEqual(startWarns({ HOST }, {}), ['HOST'], HOST);
  for (const HOST of ['127.0.0.1', '::1', 'localhost']) t.deepEqual(startWarns({ HOST }, {}), [], HOST);
  t.deepEqual(startWarns({ TRUSTED_PROXIES: 'none', LOG_LEVEL: 'debug' }, {}), []);
});

test('a check names what else is open, and nothing of it in development', (t) => {
  t.deepEqual(checkWarns({ ALLOWED_IPS: '' }), ['ALLOWED_IPS']);
  t.deepEqual(checkWarns({ OUTBOUND_ALLOW_PRIVATE: 'http://10.0.0.1:8080' }), ['OUTBOUND_ALLOW_PRIVATE']);
  t.deepEqual(checkWarns({ SECRET_KEYS: `${newKey()},${newKey()}` }), ['SECRET_KEYS']);
  t.deepEqual(leftOpen(readConfig({}), [], Date.now()), []);
});

const decisions: Readonly<Record<string, readonly [Environment, readonly string[]]>> = {
  'nothing was said': [{}, ['ACCOUNT_REGISTRATION']],
  'nothing but the terms was said': [
    { TERMS_URL: 'https://example.com/terms', TERMS_VERSION: '1' },
    ['ACCOUNT_REGISTRATION'],
  ],
  'it is open because somebody said so': [{ ACCOUNT_REGISTRATION: 'open' }, []],
  'an administrator lets people in': [{ ACCOUNT_REGISTRATION: 'approval' }, []],
  'invited people register alone': [{ ACCOUNT_REGISTRATION: 'invited' }, []],
  'nobody registers': [{ ACCOUNT_REGISTRATION: 'off' }, []],
  'domains are named': [{ REGISTRATION_DOMAINS: 'example.com' }, []],
  'no mail is sent, so nobody registers': [{ SMTP_URL: '', MAIL_FROM: '' }, []],
};

for (const [name, [changes, expected]] of Object.entries(decisions)) {
  test(`a check warns of open registration that nobody has decided on: ${name}`, (t) => {
    const config = readConfig({ ...closed(), ...changes });
    const variables = Object.hasOwn(changes, 'ACCOUNT_REGISTRATION') ? [] : ['ACCOUNT_REGISTRATION'];
    const warnings = leftOpen(config, [{ source: 'default', variables }], Date.now());
    t.deepEqual(
      warnings.map(({ variable }) => variable),
      [...expected],
    );
  });
}

test('files that every user of the machine can read are named by their setting', (t) => {
  const path = join(folder, 'keys');
  writeFileSync(path, 'x');
  const sources = [
    { source: 'secret file', path, variables: ['SECRET_KEYS'] },
    { source: 'env file', path, variables: ['ISSUER'] },
  ] as const;
  const named = () => leftOpen(readConfig(closed()), sources, Date.now()).map(({ variable }) => variable);
  for (const [mode, expected] of [
    [0o600, []],
    [0o640, []],
    [0o644, ['SECRET_KEYS', '--env-file']],
    [0o602, ['SECRET_KEYS', '--env-file']],
  ] as const) {
    chmodSync(path, mode);
    t.deepEqual(named(), [...expected], mode.toString(8));
  }
  const database = join(folder, 'test.db');
  writeFileSync(database, '', { mode: 0o644 });
  t.deepEqual(checkWarns({ STORAGE_URL: `sqlite:${database}` }), ['STORAGE_URL']);
});

test('a certificate that has expired, soon will, or is for another host is warned of', (t) => {
  const { certificate, key } = selfSigned();
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  writeFileSync(certFile, certificate);
  writeFileSync(keyFile, key, { mode: 0o600 });
  const settings = { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, TRUSTED_PROXIES: '' };
  t.true(checkWarns(settings).includes('TLS_CERT_FILE'), 'it is not for id.example.com');
  for (const ISSUER of ['https://localhost', 'https://127.0.0.1']) t.deepEqual(checkWarns({ ...settings, ISSUER }), []);
  t.deepEqual(checkWarns({ ...settings, ISSUER: 'https://[::1]' }), ['TLS_CERT_FILE']);
  t.deepEqual(checkWarns({ ...settings, ISSUER: 'https://localhost' }, Date.now() + 1e14), ['TLS_CERT_FILE']);
});
