/** Proves that a configuration is complete and frozen, and that problems are told all at once without a secret. */
import test from 'ava';
import { ConfigurationError } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { type Variable, variables } from '../../src/config/variables.ts';
import { newKey, problemsOf, refusedVariables } from './settings.ts';

test('every setting arrives in the configuration under its name and unit', (t) => {
  const key = newKey();
  const config = readConfig({
    ISSUER: 'https://id.example.com',
    PORT: '8443',
    HOST: '10.0.0.9',
    MONGODB_URI: 'mongodb://db/latchkey',
    ACCEPT_NEWER_STORAGE: '1',
    ACCEPT_NEW_ISSUER: '1',
    DATA_FOLDER: '/var/lib/latchkey',
    SECRET_KEYS: key,
    TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    ALLOWED_IPS: '192.0.2.0/24',
    WEB_CONCURRENCY: '2',
    BCRYPT_COST: '11',
    BUDGET_FACTOR: '2.5',
    REFRESH_GRACE_SECONDS: '0',
    OUTBOUND_ALLOW_PRIVATE: 'https://app.internal',
    LOG_LEVEL: 'debug',
    OPS_PORT: '9000',
    OPS_HOST: '10.0.0.9',
    BRAND_NAME: 'Example',
    BRAND_LOGO: '/etc/latchkey/logo.svg',
    BRAND_COLOUR: '#0055AA, #99ccff',
    SUPPORT_URL: 'https://example.com/help',
    PRIVACY_URL: 'https://example.com/privacy',
    IMPRINT_URL: 'https://example.com/imprint',
    VIEWS_FOLDER: '/etc/latchkey/views',
    ACCOUNT_REGISTRATION: 'approval',
    REGISTRATION: 'open',
    METADATA_DOCUMENTS: 'off',
    REGISTRATION_DOMAINS: 'example.com, B\u00fccher.example',
    REMEMBER_DEFAULT: 'off',
    TERMS_URL: 'https://example.com/terms',
    TERMS_VERSION: '2026-11',
    REQUIRE_SECOND_FACTOR: 'role:admin, group:Board members',
    SMTP_URL: 'smtps://id:hunter2@mail.example.com',
    MAIL_FROM: 'Latchkey <id@example.com>',
    CODES_BY_MAIL: 'mfa',
    CODES_BY_PHONE: 'off',
    SIGN_IN_BY_MAIL: 'on',
    OTP_WEBHOOK_URL: 'https://sms.example.com/codes',
    OTP_WEBHOOK_SECRET: `whsec_${Buffer.from(key, 'base64url').toString('base64')}`,
    SHUTDOWN_GRACE_SECONDS: '5',
    KEEP_ALIVE_SECONDS: '620',
    UV_THREADPOOL_SIZE: '8',
  });
  t.deepEqual(config, {
    mode: 'production',
    issuer: 'https://id.example.com',
    port: 8443,
    host: '10.0.0.9',
    storageUrl: 'mongodb://db/latchkey',
    acceptNewerStorage: true,
    acceptNewIssuer: true,
    dataFolder: '/var/lib/latchkey',
    secretKeys: [Buffer.from(key, 'base64url')],
    trustedProxies: [
      { address: '10.0.0.0', prefix: 8, family: 'ipv4' },
      { address: '::1', prefix: 128, family: 'ipv6' },
    ],
    allowedAddresses: [{ address: '192.0.2.0', prefix: 24, family: 'ipv4' }],
    workers: 2,
    bcryptCost: 11,
    budgetFactor: 2.5,
    refreshReuseSeconds: 0,
    outboundAllowPrivate: ['https://app.internal'],
    logLevel: 'debug',
    opsPort: 9000,
    opsHost: '10.0.0.9',
    brandName: 'Example',
    brandLogo: '/etc/latchkey/logo.svg',
    brandColours: {
      light: { accent: '#0055aa', hover: '#004488', onAccent: '#ffffff' },
      dark: { accent: '#99ccff', hover: '#add6ff', onAccent: '#0a1a14' },
    },
    footerLinks: {
      support: 'https://example.com/help',
      privacy: 'https://example.com/privacy',
      imprint: 'https://example.com/imprint',
    },
    viewsFolder: '/etc/latchkey/views',
    accountRegistration: 'approval',
    clientRegistration: 'open',
    readsMetadataDocuments: false,
    registrationDomains: ['example.com', 'xn--bcher-kva.example'],
    isRememberedByDefault: false,
    terms: { url: 'https://example.com/terms', version: '2026-11' },
    requireSecondFactor: { isForEverybody: false, roles: ['admin'], groups: ['Board members'] },
    mail: {
      way: 'smtp',
      url: 'smtps://id:hunter2@mail.example.com',
      from: 'Latchkey <id@example.com>',
      isLoopback: false,
    },
    codesByMail: 'mfa',
    codesByPhone: 'off',
    signInByMail: true,
    otpWebhook: { url: 'https://sms.example.com/codes', secret: Buffer.from(key, 'base64url') },
    shutdownGraceSeconds: 5,
    keepAliveSeconds: 620,
    threadPoolSize: 8,
  });
});

test('every member of the configuration is the value of one variable, or is derived from several', (t) => {
  const direct = Object.values<Variable>(variables).flatMap(({ member }) => (member === 'derived' ? [] : [member]));
  t.is(new Set(direct).size, direct.length);
  const derived = Object.keys(readConfig({ OPS_PORT: '9464' })).filter(
    (name) => !direct.some((member) => member === name),
  );
  // Besides them `tls`, which needs files, `terms`, `otpWebhook`, `viewsFolder`, `brandLogo` and `brandColours`, which are absent by default.
  t.deepEqual(derived.sort(), ['footerLinks', 'host', 'mail', 'mode', 'opsPort', 'secretKeys', 'storageUrl']);
});

test('a configuration and its lists cannot be changed', (t) => {
  const config = readConfig({ TRUSTED_PROXIES: '10.0.0.1', OUTBOUND_ALLOW_PRIVATE: 'http://app.internal' });
  t.true(Object.isFrozen(config));
  t.true([config.secretKeys, config.trustedProxies, config.outboundAllowPrivate].every(Object.isFrozen));
});

test('all problems are listed at once', (t) => {
  const refused = refusedVariables({
    ISSUER: 'ftp://id.example.com',
    PORT: 'x',
    LOG_LEVEL: 'loud',
    SECRET_KEYS_FILE: '/nonexistent/keys',
    TLS_CERT_FILE: '/nonexistent/certificate.pem',
  });
  t.deepEqual([...refused].sort(), ['ISSUER', 'LOG_LEVEL', 'PORT', 'SECRET_KEYS_FILE', 'TLS_KEY_FILE']);
});

test('the text of the error names each variable and never a value', (t) => {
  const secrets = ['hunter2', 'p4ssw0rd', newKey().slice(2)];
  const [database = '', issuer = '', key = ''] = secrets;
  const error = t.throws(
    () =>
      readConfig({
        ISSUER: `https://user:${issuer}@id.example.com`,
        STORAGE_URL: `mongo://user:${database}@db/latchkey`,
        MONGODB_URI: `user:${database}@db`,
        SECRET_KEYS: `${key},${newKey()}`,
        PORT: issuer,
        TRUSTED_PROXIES: issuer,
        OUTBOUND_ALLOW_PRIVATE: `https://user:${issuer}@app.internal`,
      }),
    { instanceOf: ConfigurationError },
  );
  for (const { variable } of error.problems) t.true(error.message.includes(`  ${variable} `), variable);
  for (const secret of secrets) t.false(error.message.includes(secret));
});

test('two names for the database may agree but not differ', (t) => {
  const STORAGE_URL = 'mongodb://db/latchkey';
  t.is(readConfig({ STORAGE_URL, MONGODB_URI: STORAGE_URL }).storageUrl, STORAGE_URL);
  t.deepEqual(refusedVariables({ STORAGE_URL, MONGODB_URI: 'mongodb://other/latchkey' }), ['MONGODB_URI']);
});

test('workers cannot share a store in memory', (t) => {
  t.deepEqual(refusedVariables({ STORAGE_URL: 'sqlite::memory:', WEB_CONCURRENCY: '2' }), ['WEB_CONCURRENCY']);
});

test('the operations listener is off unless OPS_PORT names a port of its own', (t) => {
  t.deepEqual(refusedVariables({ PORT: '9464', OPS_PORT: '9464' }), ['OPS_PORT']);
  for (const OPS_PORT of [undefined, '', '0']) t.false('opsPort' in readConfig({ OPS_PORT, PORT: '0' }));
});

test('every problem says what to do in a sentence, not in the words of a library', (t) => {
  const problems = problemsOf({
    ISSUER: 'x',
    PORT: 'x',
    SECRET_KEYS: 'x',
    TRUSTED_PROXIES: 'x',
    BRAND_NAME: 'x'.repeat(99),
  });
  for (const { problem } of problems) t.notRegex(problem, /invalid|expected|received|undefined/i);
});
