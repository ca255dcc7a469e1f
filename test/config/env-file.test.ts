/** The file of `--env-file`: how it is read, what goes before it, and what is said of what it holds besides. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { ConfigurationError } from '../../src/config/config.ts';
import { envFileIn } from '../../src/config/environment.ts';
import { readConfig, takeEnvFile } from '../../src/config/read-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-env-file-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function file(content: string | Uint8Array): string {
  files += 1;
  const path = join(folder, `env-${files}`);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

function take(content: string | Uint8Array, given: Record<string, string> = {}) {
  const environment: Record<string, string | undefined> = { ...given };
  return { ...takeEnvFile(file(content), environment), environment };
}

test('quotes, comments, export, blanks and line ends are read as Node reads them', (t) => {
  const lines = [
    '# a comment',
    'export PORT=8080',
    'BRAND_NAME="Our # Brand"  # ours',
    "ISSUER = 'http://localhost:8080'",
    '',
  ];
  for (const [mark, end] of [
    ['', '\n'],
    ['\u{FEFF}', '\r\n'],
    ['\u{FEFF}', '\n'],
  ] as const) {
    const { environment, warnings } = take(mark + lines.join(end));
    t.deepEqual(environment, { PORT: '8080', BRAND_NAME: 'Our # Brand', ISSUER: 'http://localhost:8080' });
    t.deepEqual(warnings, []);
    t.is(readConfig(environment).brandName, 'Our # Brand');
  }
});

test('the environment goes before the file, by either of two names, and an empty value is one', (t) => {
  const both = [
    [{ PORT: '1' }, 'PORT=2'],
    [{ PORT: '' }, 'PORT=2'],
    [{ SECRET_KEYS: 'a' }, 'SECRET_KEYS_FILE=/b'],
    [{ SECRET_KEYS_FILE: '/a' }, 'SECRET_KEYS=b'],
    [{ STORAGE_URL: 'sqlite::memory:' }, 'MONGODB_URI=mongodb://db/x'],
    [{ MONGODB_URI_FILE: '/a' }, 'STORAGE_URL=sqlite:./x'],
    [{ '\u{FEFF}PORT': '1' }, 'PORT=2'],
    [{ '\u{FEFF}SECRET_KEYS': 'a' }, 'SECRET_KEYS_FILE=/b'],
    [{ '\u{FEFF}MONGODB_URI': 'mongodb://db/x' }, 'STORAGE_URL=sqlite:./x'],
  ] as const;
  for (const [given, line] of both) {
    const { environment, overridden } = take(line, given);
    t.deepEqual({ ...environment }, { ...given } as typeof environment, line);
    t.deepEqual(overridden, [line.replace(/=.*/, '')]);
  }
});

test('a name that is no setting is warned of, with the nearest that is one', (t) => {
  const nearest = {
    ISUER: 'ISSUER',
    issuer: 'ISSUER',
    STORAGE_URI: 'STORAGE_URL',
    SECRET_KEY: 'SECRET_KEYS',
    TRUSTED_PROXY: 'TRUSTED_PROXIES',
    SECRET_KEY_FILE: 'SECRET_KEYS_FILE',
    OPSPORT: 'OPS_PORT',
    WEB_CONCURENCY: 'WEB_CONCURRENCY',
  };
  for (const [name, own] of Object.entries(nearest)) {
    const { warnings, environment } = take(`${name}=hunter2`);
    t.deepEqual(environment, {});
    t.is(warnings[0]?.variable, name);
    t.regex(warnings[0]?.warning ?? '', new RegExp(`did you mean ${own}\\?`), name);
    t.notRegex(JSON.stringify(warnings), /hunter2/);
  }
  t.notRegex(take('COMPLETELY_DIFFERENT=1').warnings[0]?.warning ?? '', /did you mean/);
  t.regex(take('NODE_OPTIONS=--inspect').warnings[0]?.warning ?? '', /environment/);
});

test('a piece of a key that has lost its quotes is not repeated', (t) => {
  const key = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
  for (const line of [`${key}=`, 'x3Zb9QmLk2PqRsTuVw==', 'aB3xY=1']) {
    const { warnings } = take(`PORT=1\n${line}\n`);
    t.is(warnings.length, 1, line);
    t.false(JSON.stringify(warnings).includes(line.replace(/=.*/, '')), line);
  }
});

const problemsWith = (act: () => unknown): readonly string[] => {
  try {
    act();
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ variable }) => variable);
    throw error;
  }
};

test('a file that is missing, no file, or not UTF-8 is a wrong setting', (t) => {
  for (const path of [
    join(folder, 'absent'),
    folder,
    '/dev/zero',
    file(Buffer.from('BRAND_NAME=Käse', 'latin1')),
    file(Buffer.from('PORT=1', 'utf16le')),
  ]) {
    t.deepEqual(
      problemsWith(() => takeEnvFile(path, {})),
      ['--env-file'],
      path,
    );
  }
});

test('a setting without its sign is not left at its default in silence', (t) => {
  for (const line of ['ISSUER: https://id.example.com', 'ISSUER', 'export ISSUER', '  ISSUER  '])
    t.deepEqual(
      problemsWith(() => take(`PORT=1\n${line}\r\n`)),
      ['ISSUER'],
      line,
    );
  t.deepEqual(
    problemsWith(() => take('# ISSUER\nISSUERS=1\nISSUER=http://localhost:1\n')),
    [],
  );
});

test('a quote that is not closed swallows no setting', (t) => {
  const swallowed = [
    ["GREETING='it\nNODE_ENV=production\nPORT=1\n# it's", ['GREETING', 'NODE_ENV', 'PORT']],
    ['GREETING="it\nNODE_ENV=production\n# 2" wide', ['GREETING', 'NODE_ENV']],
    ['GREETING=`it\nexport NODE_ENV=production\n`', ['GREETING', 'NODE_ENV']],
    ["BRAND_NAME='it\n\tNODE_ENV = production\n# it's", ['BRAND_NAME', 'NODE_ENV']],
    ["BRAND_NAME='it\nISSUERS=x\n# it's", ['BRAND_NAME']],
    ['GREETING="two\\nlines"', ['GREETING']],
    ['hunter2/x="a\nb"', ['--env-file']],
    // Behind a value of blanks alone, Node takes the next line for the value.
    ['GREETING= \nNODE_ENV=production', ['NODE_ENV']],
    ['PORT=\t\nNODE_ENV=production', ['NODE_ENV', 'PORT']],
    // The one that counts is the last.
    ['NODE_ENV=development\nGREETING= \nNODE_ENV=production', ['NODE_ENV']],
    ['PORT=1\rNODE_ENV=production', ['NODE_ENV', 'PORT']],
    ['\u{A0}NODE_ENV=production', ['NODE_ENV']],
    ['PORT=1\n\u{FEFF}NODE_ENV=production', ['NODE_ENV']],
  ] as const;
  for (const [content, refused] of swallowed)
    t.deepEqual(problemsWith(() => take(`${content}\n`)).toSorted(), [...refused].toSorted(), content);
});

test('a value of ours that Node would cut is refused, and not shown', (t) => {
  const cut = [
    ['STORAGE_URL', 'sqlite:/x/a#b/latchkey.db'],
    ['STORAGE_URL', 'mongodb://u:hunter2#x@db/l'],
    ['SECRET_KEYS_FILE', '/x/hunter2 #1'],
    ['PORT', '3000 # the port'],
    ['PORT', '3000# the port'],
    ['PORT', '# 3000'],
    ['BRAND_NAME', '"Our" Brand'],
    ['BRAND_NAME', "'A' and 'B'"],
    ['BRAND_NAME', '"A"#B'],
    ['BRAND_NAME', 'A "#" B'],
  ] as const;
  for (const [name, value] of cut) {
    const error = t.throws<ConfigurationError>(() => take(`${name}=${value}\n`), { instanceOf: ConfigurationError });
    t.deepEqual(
      error?.problems.map(({ variable }) => variable),
      [name],
      value,
    );
    t.notRegex(error?.message ?? '', /hunter2/);
  }
  const whole = [
    ['STORAGE_URL', '"sqlite:/x/a#b/latchkey.db" # ours', 'sqlite:/x/a#b/latchkey.db'],
    ['BRAND_NAME', '`A "#" \'B\'`', 'A "#" \'B\''],
    ['BRAND_NAME', "Tom's", "Tom's"],
    ['BRAND_NAME', '', ''],
    ['SECRET_KEYS', 'AAA==', 'AAA=='],
  ] as const;
  for (const [name, written, value] of whole)
    t.deepEqual(
      take(`GREETING=cut # here\n${name} = ${written} \n\n# ${name}=x # y\n`).values,
      { [name]: value },
      written,
    );
});

test('a start knows two flags, and no word beside them', (t) => {
  const mistyped = [
    ['--envfile', 'F'],
    ['--envfile=hunter2'],
    ['--env_file=F'],
    ['--env-files', 'F'],
    ['-e', 'F'],
    ['F'],
    ['mongodb://u:hunter2@db/x'],
    ['--mongodb://u:hunter2@db/x'],
    [''],
    ['--'],
    ['--env-file', 'F', 'G'],
    ['--env-file=F', '--port=1'],
    ['--version=1'],
  ];
  for (const words of mistyped) {
    const error = t.throws<ConfigurationError>(
      () => envFileIn(words),
      { instanceOf: ConfigurationError },
      words.join(' '),
    );
    t.regex(error?.message ?? '', /--env-file FILE/);
    t.notRegex(error?.message ?? '', /hunter2/);
  }
});

test('one file is named, once', (t) => {
  t.is(envFileIn(['--version', '--env-file', 'a']), 'a');
  t.is(envFileIn(['--env-file=a=b']), 'a=b');
  t.is(envFileIn(['--version']), undefined);
  t.is(envFileIn([]), undefined);
  for (const words of [['--env-file'], ['--env-file='], ['--env-file', ''], ['--env-file', 'a', '--env-file=b']])
    t.deepEqual(
      problemsWith(() => envFileIn(words)),
      ['--env-file'],
      words.join(' '),
    );
});
