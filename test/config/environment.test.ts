/** What other programs add to names and values of an environment, or lose on the way. */
import test from 'ava';
import { readConfig } from '../../src/config/read-config.ts';
import { newKey, problemsOf, production, refusedVariables } from './settings.ts';

const MARK = '\u{FEFF}';

test('a byte order mark in front of a name or a value is skipped', (t) => {
  const key = newKey();
  const config = readConfig({
    [`${MARK}ISSUER`]: 'https://id.example.com',
    SECRET_KEYS: `${MARK}${key}`,
    TRUSTED_PROXIES: `${MARK}none`,
    BRAND_NAME: `${MARK} Example `,
    STORAGE_URL: `${MARK}mongodb://db/latchkey`,
    DATA_FOLDER: `${MARK}/var/lib/latchkey`,
    NODE_ENV: `${MARK}production`,
  });
  t.like(config, {
    issuer: 'https://id.example.com',
    mode: 'production',
    brandName: 'Example',
    storageUrl: 'mongodb://db/latchkey',
    dataFolder: '/var/lib/latchkey',
  });
  t.deepEqual(config.secretKeys, [Buffer.from(key, 'base64url')]);
});

test('a value with its quotes still on is refused with that reason alone', (t) => {
  const quoted = {
    ISSUER: '"https://id.example.com"',
    PORT: "'3000'",
    NODE_ENV: '"production"',
    BRAND_NAME: '"Our Brand"',
    SECRET_KEYS: `"${newKey()}"`,
    STORAGE_URL: "'mongodb://user:secret-word@db/latchkey'",
    DATA_FOLDER: '`./data`',
    LOG_LEVEL: ' "info" ',
    TRUSTED_PROXIES: `${MARK}"none"`,
    HOST: '\u{201C}127.0.0.1\u{201D}',
    OPS_HOST: '""',
    TLS_CERT_FILE: "'/tmp/nowhere.pem'",
  };
  for (const [variable, value] of Object.entries(quoted)) {
    const problems = problemsOf({ ...production(), [variable]: value }).filter((each) => each.variable === variable);
    t.is(problems.length, 1, variable);
    t.regex(problems[0]?.problem ?? '', /quotes/, variable);
  }
});

test('quotes within a value are part of it', (t) => {
  const names = [
    'The "Best"',
    "Joe's",
    '"Big" Co',
    "O'Neill's",
    "'90s' club '80s'",
    "'90s club",
    '"A" and "B"',
    'class of ’99',
    '\u{201C}One\u{201D} & \u{201C}Two\u{201D}',
    '5"',
  ];
  for (const BRAND_NAME of names) t.is(readConfig({ BRAND_NAME }).brandName, BRAND_NAME);
  for (const DATA_FOLDER of ["/home/o'neill", "/home/d'arcy/o'neill/x", "/srv/rock 'n' roll", '/srv/l’été']) {
    t.is(readConfig({ DATA_FOLDER, STORAGE_URL: `sqlite:${DATA_FOLDER}/l.db` }).dataFolder, DATA_FOLDER);
  }
  for (const STORAGE_URL of [`mongodb://user:it's"x@db/latchkey`, "mongodb://db/latchkey?appName='x'"]) {
    t.is(readConfig({ STORAGE_URL }).storageUrl, STORAGE_URL);
  }
});

test('quotes around a part of a path, and one quote that is left of two, are refused with that reason alone', (t) => {
  const quoted: readonly (readonly [string, string])[] = [
    ['STORAGE_URL', 'sqlite:"/tmp/x y/l.db"'],
    ['STORAGE_URL', "sqlite:'./data/l.db'"],
    ['STORAGE_URL', 'sqlite:/tmp/"x y"/l.db'],
    ['STORAGE_URL', 'sqlite:/tmp/"x y/l.db'],
    ['STORAGE_URL', '"mongodb://db/latchkey'],
    ['STORAGE_URL', `'mongodb://db/latchkey"`],
    ['DATA_FOLDER', '/tmp/"q"'],
    ['DATA_FOLDER', "/tmp/'q'/data"],
    ['DATA_FOLDER', '/tmp/`q`'],
    ['DATA_FOLDER', '/tmp/\u{201C}q\u{201D}'],
    ['DATA_FOLDER', '"/tmp"/"q"'],
    ['TLS_CERT_FILE', '/etc/"my certs"/cert.pem'],
    ['SECRET_KEYS_FILE', "/run/'secrets'/keys"],
    ['PORT', '"3000'],
    ['PORT', "3000'"],
    ['HOST', '\u{201C}127.0.0.1'],
    ['LOG_LEVEL', 'info`'],
    ['ISSUER', '"http://localhost:3000'],
    ['NODE_ENV', '"production'],
    ['TRUSTED_PROXIES', '"10.0.0.0/8","10.1.0.0/16"'],
    ['WEB_CONCURRENCY', '"'],
  ];
  for (const [variable, value] of quoted) {
    const problems = problemsOf({ [variable]: value }).filter((each) => each.variable === variable);
    t.is(problems.length, 1, `${variable}=${value}`);
    t.regex(problems[0]?.problem ?? '', /quotes/, `${variable}=${value}`);
  }
});

test('a brand that nobody sees is refused', (t) => {
  for (const BRAND_NAME of [
    '\u{200B}',
    '\u{3164}',
    '\u{2800}\u{2800}',
    '\u{AD}',
    '\u{200D}\u{FE0F}',
    '\u{2060} \u{202E}',
    '\u{300}',
    '\u{E0041}',
  ]) {
    t.deepEqual(refusedVariables({ BRAND_NAME }), ['BRAND_NAME'], encodeURIComponent(BRAND_NAME));
  }
  for (const BRAND_NAME of ['\u{1F468}\u{200D}\u{1F469}', 'e\u{301}', 'नमस्ते', '漢'])
    t.deepEqual(refusedVariables({ BRAND_NAME }), []);
});

test('bytes that are not UTF-8 are refused by the name of the setting', (t) => {
  // What Node makes of such a byte.
  const broken = '\u{FFFD}';
  const settings = {
    BRAND_NAME: `Caf${broken}`,
    DATA_FOLDER: `./d${broken}ta`,
    ISSUER: `https://${broken}.example.com`,
    LOG_LEVEL: broken,
    STORAGE_URL: `sqlite:./d${broken}.db`,
    SECRET_KEYS: `${newKey()}${broken}`,
    SECRET_KEYS_FILE: `/run/${broken}`,
    TRUSTED_PROXIES: `${broken}none`,
  };
  for (const [variable, value] of Object.entries(settings)) {
    const { SECRET_KEYS, ...rest } = production();
    const keys = variable === 'SECRET_KEYS_FILE' ? {} : { SECRET_KEYS };
    const problems = problemsOf({ ...rest, ...keys, [variable]: value });
    const own = problems.filter((each) => each.variable === variable);
    t.is(own.length, 1, variable);
    t.regex(own[0]?.problem ?? '', /UTF-8/, variable);
  }
});

test('a problem shows the value where it can be nothing secret, and nowhere else', (t) => {
  const shown = (settings: Readonly<Record<string, string>>) => problemsOf(settings).map(({ value }) => value);
  t.deepEqual(shown({ PORT: '99999' }), ['99999']);
  t.deepEqual(shown({ PORT: '3000', OPS_PORT: '65536' }), ['65536']);
  t.deepEqual(shown({ ISSUER: 'http://localhost:3000/' }), ['http://localhost:3000/']);
  for (const settings of [
    { PORT: 'hunter2' },
    { LOG_LEVEL: newKey() },
    { SECRET_KEYS_FILE: newKey() },
    { STORAGE_URL_FILE: 'mongodb://user:secret@db/latchkey' },
    // A secret that looks like a path: only that of a file which was read is shown (files.test.ts).
    { STORAGE_URL_FILE: '/nowhere/url' },
    { SECRET_KEYS_FILE: '/hunter2+hunter2' },
    { MONGODB_URI_FILE: '../hunter2' },
    { TLS_CERT_FILE: '/hunter2', TLS_KEY_FILE: '/hunter2' },
    { ISSUER: 'http://user:secret@localhost:3000' },
    { OUTBOUND_ALLOW_PRIVATE: 'https://user:secret@app.internal' },
    { STORAGE_URL: 'mongodb://u:secret' },
    { MONGODB_URI: '10.0.0.1' },
  ]) {
    t.true(
      shown(settings).every((value) => value === undefined),
      JSON.stringify(settings),
    );
  }
});

test('a name with a byte order mark yields to the same name without', (t) => {
  t.is(readConfig({ [`${MARK}PORT`]: '1', PORT: '2' }).port, 2);
  t.deepEqual(refusedVariables({ [`${MARK}PORT`]: 'x' }), ['PORT']);
});
