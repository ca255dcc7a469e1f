/** Proves what each variable accepts and refuses by itself. */
import test from 'ava';
import { roles } from '../../src/domain/roles/roles.ts';
import { newKey, refusedVariables } from './settings.ts';

const refuses = test.macro<[string, readonly string[]]>({
  exec(t, variable, values) {
    // An issuer that cannot be read counts as production, which wants keys as well.
    const given = { SECRET_KEYS: newKey(), TRUSTED_PROXIES: '10.0.0.0/8' };
    for (const value of values) t.deepEqual(refusedVariables({ ...given, [variable]: value }), [variable], value);
  },
  title: (_, variable) => `${variable} refuses what it does not understand`,
});

const accepts = test.macro<[string, readonly string[]]>({
  exec(t, variable, values) {
    for (const value of values) t.deepEqual(refusedVariables({ [variable]: value }), [], value);
  },
  title: (_, variable) => `${variable} accepts every documented form, and empty as the default`,
});

test(accepts, 'PORT', ['', '0', '3000', '65535', ' 80 ']);
test(refuses, 'PORT', ['-1', '65536', '3e3', '0x10', 'http', '80.5']);

test(accepts, 'HOST', ['', '127.0.0.1', '::', '0.0.0.0', 'localhost', 'node-1.internal']);
test(refuses, 'HOST', ['http://localhost', 'localhost:3000', 'a b', '-x']);

test(accepts, 'ISSUER', ['', 'http://localhost:3000', 'http://127.0.0.1:8080', 'http://[::1]:3000']);
test(refuses, 'ISSUER', [
  'https://id.example.com/tenant',
  'localhost:3000',
  'ftp://localhost',
  'http://localhost:3000/',
  'http://LOCALHOST:3000',
  'http://localhost:80',
  'http://localhost:3000?',
  'http://localhost:3000?a=b',
  'http://localhost:3000#',
  'http://user:secret@localhost:3000',
]);

test(accepts, 'STORAGE_URL', [
  '',
  'sqlite::memory:',
  'sqlite:./data/latchkey.db',
  'sqlite:/var/lib/latchkey.db',
  'mongodb://one:27017,two:27017,three:27017/latchkey?replicaSet=rs0',
  'mongodb://user:p%40ss@db.internal/latchkey',
  'mongodb+srv://cluster.example.net/latchkey',
]);
test(refuses, 'STORAGE_URL', [
  'sqlite:',
  'sqlite://data/latchkey.db',
  'sqlite:file:x?mode=memory',
  './data/latchkey.db',
  'mongodb://',
  'mongodb:///latchkey',
  'postgres://localhost/latchkey',
]);

test(accepts, 'TLS_CIPHERS', [
  '',
  ' ',
  ' TLS_AES_128_GCM_SHA256\n',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-SHA256',
  'ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA',
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256',
]);
const good = 'ECDHE-RSA-AES128-GCM-SHA256';
test(refuses, 'TLS_CIPHERS', [
  ...[':', '::', `${good}:`, `:${good}`, `${good}::${good}`, `${good}: ${good}`],
  ...['nonsense', `${good}:ECDHE-RSA-AES256-GCM-SHA348`, 'TLS_AES_128_GCM_SHA265', 'TLS_', good.toLowerCase()],
  ...[',', ' ', ';', ', ', '+', '|'].map((separator) => `${good}${separator}ECDHE-RSA-AES256-GCM-SHA384`),
  ...[
    'ALL',
    'COMPLEMENTOFALL',
    'DEFAULT',
    'COMPLEMENTOFDEFAULT',
    'HIGH',
    'MEDIUM',
    'LOW',
    'EXP',
    'FIPS',
    'PROFILE=SYSTEM',
  ],
  ...['ALL@SECLEVEL=0', 'ALL;@SECLEVEL=0', 'ALL,@SECLEVEL=0', 'ALL @SECLEVEL=0', 'ALL:@SECLEVEL=0', 'ALL@SECLEVEL=00'],
  ...[`${good}@SECLEVEL=0`, `${good}:@SECLEVEL=0`, '@SECLEVEL=2', `${good}:@SECLEVEL=2`, `${good}:@STRENGTH`, '@'],
  ...['aNULL', 'eNULL', 'NULL', 'ADH', 'AECDH', 'ADH-AES128-SHA256', 'AECDH-AES128-SHA', 'DH', 'kDHE+aNULL', 'kEECDH'],
  ...['NULL-SHA256', 'ECDHE-RSA-NULL-SHA', 'TLS_SHA256_SHA256', 'TLS_SHA384_SHA384', 'RC4-SHA', 'DES-CBC3-SHA'],
  ...['kRSA', 'AES128-SHA', 'AES256-GCM-SHA384', 'RSA-PSK-AES128-GCM-SHA256', 'PSK-AES128-GCM-SHA256', 'PSK', 'SRP'],
  ...['ECDHE-PSK-AES128-CBC-SHA', 'SRP-RSA-AES-128-CBC-SHA', 'DHE-RSA-AES128-GCM-SHA256', 'DHE-PSK-AES128-GCM-SHA256'],
  ...['!aNULL', '-ALL', '+HIGH', `${good}:!ADH`, `${good}:-ALL`, `${good}:+AES`, 'HIGH:!aNULL:!eNULL', 'ECDHE+AESGCM'],
]);

test(accepts, 'MONGODB_URI', ['', 'mongodb://localhost/latchkey']);
test(refuses, 'MONGODB_URI', ['sqlite:./data/latchkey.db', 'localhost:27017']);

test(accepts, 'SECRET_KEYS', ['', newKey(), `${newKey()}, ${newKey()}`]);
const repeated = newKey();
test(refuses, 'SECRET_KEYS', [
  'password',
  newKey().slice(1),
  `${newKey()}=`,
  `${newKey()},`,
  `${repeated},${repeated}`,
  Buffer.alloc(32).toString('base64url'),
  Buffer.alloc(32, 'ab').toString('base64url'),
  Buffer.from('correct horse battery staple 123').toString('base64url'),
  Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString('base64url'),
]);

test(accepts, 'TRUSTED_PROXIES', ['', '10.0.0.1', '10.0.0.0/8, fd00::/8', '::1', '192.168.1.7/32', 'none']);
test(refuses, 'TRUSTED_PROXIES', [
  'proxy.internal',
  '10.0.0.0/33',
  '0.0.0.0/0',
  '::/0',
  'fd00::/129',
  '10.0.0.1/',
  '10.0.0.1/8/8',
  '300.1.1.1',
]);

test(accepts, 'ALLOWED_IPS', ['', '10.0.0.1', '10.0.0.0/8, fd00::/8', '::1']);
test(refuses, 'ALLOWED_IPS', ['none', 'example.com', '0.0.0.0/0', '::/0', '10.0.0.0/33', '10.0.0.1 10.0.0.2']);

test(accepts, 'ACCEPT_NEWER_STORAGE', ['', '0', '1']);
test(refuses, 'ACCEPT_NEWER_STORAGE', ['true', 'yes', '2']);

test(accepts, 'ACCEPT_NEW_ISSUER', ['', '0', '1']);
test(refuses, 'ACCEPT_NEW_ISSUER', ['true', 'yes', 'https://id.example.com']);

test(accepts, 'WEB_CONCURRENCY', ['', '1', '64']);
test(refuses, 'WEB_CONCURRENCY', ['0', '65', 'auto']);

test(accepts, 'BCRYPT_COST', ['', '4', '10', '15']);
test(refuses, 'BCRYPT_COST', ['3', '16']);

test(accepts, 'BUDGET_FACTOR', ['', '1', '0.5', '1000', '999999.999']);
test(refuses, 'BUDGET_FACTOR', ['0', '0.0', '-1', '1e3', 'off', '1000000', '1.', '.5']);

test(accepts, 'REFRESH_GRACE_SECONDS', ['', '0', '60']);
test(refuses, 'REFRESH_GRACE_SECONDS', ['61', '-1', '10s']);

test(accepts, 'OUTBOUND_ALLOW_PRIVATE', ['', 'http://localhost:4000', 'https://app.internal, http://10.1.2.3:8080']);
test(refuses, 'OUTBOUND_ALLOW_PRIVATE', [
  'app.internal',
  'https://app.internal/',
  'https://app.internal:443',
  'ftp://app.internal',
  '*',
]);

test(accepts, 'LOG_LEVEL', ['', 'silent', 'trace', 'fatal']);
test(refuses, 'LOG_LEVEL', ['verbose', 'INFO']);

test(accepts, 'OPS_PORT', ['', '0', '9464']);
test(refuses, 'OPS_PORT', ['off', '65536']);

test(accepts, 'BRAND_NAME', ['', 'Latchkey', 'Mairie de Saint-Étienne', '証明書']);
test(refuses, 'BRAND_NAME', ['a\nb', 'x'.repeat(65)]);

test(accepts, 'BRAND_COLOUR', ['', '#0f5a48', '#0F5A48', '#0055aa,#99ccff', '#0055aa , #99ccff']);
test(refuses, 'BRAND_COLOUR', ['green', '#0f5', '0f5a48', '#0f5a48ff', '#0f5a48,', '#0f5a48;#ffffff', '#ffcc00']);

for (const variable of ['SUPPORT_URL', 'PRIVACY_URL', 'IMPRINT_URL']) {
  test(accepts, variable, ['', 'https://example.com/a?b=c#d', 'http://localhost:8080/help', 'http://127.0.0.1/']);
  test(refuses, variable, [
    'http://example.com/',
    'mailto:help@example.com',
    'javascript:alert(1)',
    'example.com',
    'https://user:secret@example.com/',
    'https://example.com/"onclick=',
  ]);
}

test(accepts, 'SHUTDOWN_GRACE_SECONDS', ['', '1', '600']);
test(refuses, 'SHUTDOWN_GRACE_SECONDS', ['0', '601']);

test(accepts, 'KEEP_ALIVE_SECONDS', ['', '1', '60', '75', '620', '3600']);
test(refuses, 'KEEP_ALIVE_SECONDS', ['0', '3601', '-1', '1.5', '60s', 'off', 'Infinity']);

test(accepts, 'UV_THREADPOOL_SIZE', ['', '3', '1024']);
test(refuses, 'UV_THREADPOOL_SIZE', ['2', '1025']);

test(accepts, 'REQUIRE_SECOND_FACTOR', [
  '',
  'none',
  'everybody',
  'role:admin',
  'group:staff, role:developer',
  'group:Ärzte 1',
]);
test(refuses, 'REQUIRE_SECOND_FACTOR', [
  'all',
  'Everybody',
  'staff',
  'role:',
  'group: ',
  'role:boss',
  'role:Admin',
  'group:staff,',
  'everybody,group:staff',
  'none,role:admin',
]);

test('REQUIRE_SECOND_FACTOR knows the roles that there are', (t) => {
  for (const role of roles) t.deepEqual(refusedVariables({ REQUIRE_SECOND_FACTOR: `role:${role}` }), []);
});
