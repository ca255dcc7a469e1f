/** Every door reads the same settings from the same places, and a mistyped path of the database is an error at each of them. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = join(import.meta.dirname, '../..');

async function run(command: string, args: readonly string[], env: Readonly<Record<string, string>>, cwd = root) {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE } = process.env;
  const own = { PATH, HOME, NODE_COMPILE_CACHE, ...env };
  const child = spawn(command, args, { cwd, env: own, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, exitCode };
}

const node = (args: readonly string[], env: Readonly<Record<string, string>>, cwd?: string) =>
  run(process.execPath, args, env, cwd);

const start = join(root, 'src/start.js');
const admin = join(root, 'scripts/admin.ts');

/** Each kind of verb: those that only read, those that change what is there, those that create, and those below the stores. */
const verbs = [
  ['account', 'list'],
  ['account', 'show', 'ada'],
  ['account', 'create', '--email', 'ada@example.test'],
  ['client', 'create', '--name', 'Shop', '--redirect-uri', 'https://shop.example.com/'],
  ['client', 'remove', 'shop'],
  ['keys', 'rotate'],
  ['grants', 'list', '--account', 'ada'],
  ['audit', 'read', '--unknown'],
  ['scope', 'list'],
  ['storage', 'migrate'],
  ['storage', 'check'],
  ['storage', 'purge'],
] as const;

test('a folder that is not there is a wrong setting at every door, and nothing is made', async (t) => {
  const folder = await temporaryFolder(t);
  const mistyped = { STORAGE_URL: `sqlite:${folder}/latchkye/test.db`, DATA_FOLDER: `${folder}/keys`, PORT: '0' };
  const doors = [
    [[start], {}],
    [[start], { WEB_CONCURRENCY: '2' }],
    [[admin, 'config', 'check'], {}],
    [[admin, 'config', 'check', '--offline', '--json'], {}],
    ...verbs.map((verb) => [[admin, ...verb], {}] as const),
  ] as const;
  for (const [args, more] of doors) {
    const { exitCode, stderr } = await node(args, { ...mistyped, ...more });
    t.is(exitCode, 78, args.join(' '));
    t.regex(stderr, /STORAGE_URL names a folder that is not there.*mkdir/, args.join(' '));
  }
  const copied = await node([admin, 'storage', 'copy', '--to', `sqlite:${folder}/else/copy.db`], {
    STORAGE_URL: `sqlite:${folder}/from.db`,
    DATA_FOLDER: folder,
  });
  t.not(copied.exitCode, 0);
  t.deepEqual(readdirSync(folder), []);
});

test('a copy names the flag that is wrong, and not the setting', async (t) => {
  const folder = await temporaryFolder(t);
  const settings = { STORAGE_URL: `sqlite:${folder}/from.db`, DATA_FOLDER: folder };
  t.is((await node([admin, 'storage', 'migrate'], settings)).exitCode, 0);
  writeFileSync(join(folder, 'text'), 'no database, and long enough to be no header of one'.repeat(20));
  writeFileSync(join(folder, 'address'), `sqlite:${folder}/text`);
  const other = new DatabaseSync(join(folder, 'other.db'));
  other.exec('CREATE TABLE notes (x)');
  other.close();
  const own = ['--to', `sqlite:${folder}/to.db`];
  const wrong = [
    ['--to', ['--to', `sqlite:${folder}/absent/to.db`]],
    ['--to', ['--to', `sqlite:${folder}`]],
    ['--to', ['--to', `sqlite:${folder}/text`]],
    ['--to', ['--to', `sqlite:${folder}/other.db`]],
    ['--to', ['--to', 'mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=50']],
    ['--to-file', ['--to-file', `${folder}/address`]],
    ['--from', ['--from', `sqlite:${folder}/text`, ...own]],
    ['--from', ['--from', `sqlite:${folder}/other.db`, ...own]],
    ['--from-file', ['--from-file', `${folder}/address`, ...own]],
  ] as const;
  for (const [flag, args] of wrong) {
    const { exitCode, stderr } = await node([admin, 'storage', 'copy', ...args], settings);
    t.true([69, 78].includes(exitCode ?? 0), stderr);
    t.regex(stderr, new RegExp(`what to do: .*${flag}\\b(?!-)`), stderr);
    t.notRegex(stderr, /STORAGE_URL/, args.join(' '));
  }
});

test('a secret in the variable of its file is shown by no check', async (t) => {
  const folder = await temporaryFolder(t);
  const key = `/hunter2${'A'.repeat(35)}`;
  const misplaced = [
    { MONGODB_URI_FILE: 'mongodb://u:hunter2@db/x' },
    { STORAGE_URL_FILE: 'sqlite:hunter2' },
    { SECRET_KEYS_FILE: key },
    { TLS_KEY_FILE: key, TLS_CERT_FILE: key },
    { '\u{FEFF}SECRET_KEYS_FILE': key },
  ];
  for (const settings of misplaced) {
    const [name = ''] = Object.keys(settings);
    const file = join(folder, 'env');
    writeFileSync(
      file,
      Object.entries(settings)
        .map((pair) => `${pair.join('=')}\n`)
        .join(''),
    );
    for (const [args, env] of [
      [['--json'], settings],
      [['--offline'], settings],
      [['--json', '--env-file', file], {}],
    ] as const) {
      const { exitCode, stdout, stderr } = await node([admin, 'config', 'check', ...args], {
        DATA_FOLDER: folder,
        ...env,
      });
      t.is(exitCode, 78, name);
      t.notRegex(stdout + stderr, /hunter2/, name);
    }
  }
  const kept = join(folder, 'keys');
  writeFileSync(kept, 'A'.repeat(43));
  const { stdout } = await node([admin, 'config', 'check', '--offline', '--json'], { SECRET_KEYS_FILE: kept });
  t.true(JSON.parse(stdout).sources.some(({ path }: { path?: string }) => path === kept));
});

test('a word that no start knows is a wrong setting, with one worker and with several', async (t) => {
  const folder = await temporaryFolder(t);
  const settings = { STORAGE_URL: `sqlite:${folder}/test.db`, DATA_FOLDER: folder, PORT: '0' };
  for (const words of [['--envfile', 'F'], ['--env_file=F'], ['F']])
    for (const WEB_CONCURRENCY of ['1', '2']) {
      const { exitCode, stderr } = await node([start, ...words], { ...settings, WEB_CONCURRENCY });
      t.is(exitCode, 78, stderr);
      t.regex(stderr, /--env-file FILE/);
    }
  t.deepEqual(readdirSync(folder), []);
});

test('the folder of the development default alone is made, and not in production', async (t) => {
  const folder = await temporaryFolder(t);
  const settings = { SECRET_KEYS: 'A'.repeat(43), TRUSTED_PROXIES: 'none', ISSUER: 'https://id.example.com' };
  t.is((await node([admin, 'storage', 'migrate'], settings, folder)).exitCode, 78);
  t.deepEqual(readdirSync(folder), []);
  t.is((await node([admin, 'storage', 'migrate'], {}, folder)).exitCode, 0);
  t.true(existsSync(join(folder, 'data/latchkey.db')));
});

test('a file that is not there is made by what begins an installation, and by no question', async (t) => {
  const folder = await temporaryFolder(t);
  const settings = { STORAGE_URL: `sqlite:${folder}/new.db`, DATA_FOLDER: folder };
  const asks = verbs.filter(([, verb]) => !['create', 'migrate'].includes(verb));
  for (const verb of asks) {
    const { exitCode, stderr } = await node([admin, ...verb], settings);
    t.is(exitCode, 78, verb.join(' '));
    t.regex(stderr, /STORAGE_URL names a file that is not there/, verb.join(' '));
  }
  t.deepEqual(readdirSync(folder), []);
  t.is((await node([admin, 'account', 'create', '--email', 'ada@example.test'], settings)).exitCode, 0);
  t.is((await node([admin, 'account', 'show', 'ada@example.test'], settings)).exitCode, 0);
  // A database that is not there yet is what a copy is for.
  const copied = await node([admin, 'storage', 'copy', '--to', `sqlite:${folder}/copy.db`], settings);
  t.is(copied.exitCode, 0, copied.stderr);
});

test('start, workers and the admin command take an env file alike, behind the environment', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'env');
  const wrong = 'export PORT="99999" # too high\r\nISUER=https://hunter2.example\r\nWEB_CONCURRENCY=65\r\n';
  writeFileSync(file, `\u{FEFF}STORAGE_URL=sqlite:${folder}/test.db\r\nDATA_FOLDER=${folder}\r\n${wrong}`);
  const doors = [
    [start, '--env-file', file],
    [start, `--env-file=${file}`],
    [admin, 'config', 'check', '--env-file', file],
    [admin, 'account', 'list', `--env-file=${file}`],
    [admin, 'storage', 'check', '--env-file', file],
  ];
  for (const door of doors) {
    const { exitCode, stderr } = await node(door, { WEB_CONCURRENCY: '2' });
    t.is(exitCode, 78, door.join(' '));
    t.regex(stderr, /PORT .*99999/, door.join(' '));
    t.notRegex(stderr, /WEB_CONCURRENCY must|hunter2/, door.join(' '));
  }
  const checked = await node([admin, 'config', 'check', '--json', '--env-file', file], {
    PORT: '0',
    WEB_CONCURRENCY: '2',
  });
  t.is(checked.exitCode, 0, checked.stderr);
  const { sources, warnings, workers } = JSON.parse(checked.stdout);
  t.is(workers, 2);
  const from = (source: string) => sources.find((one: { source: string }) => one.source === source);
  t.deepEqual(from('environment').variables, ['PORT', 'WEB_CONCURRENCY']);
  t.deepEqual(from('env file'), { source: 'env file', path: file, variables: ['STORAGE_URL', 'DATA_FOLDER'] });
  t.deepEqual(from('development key file'), {
    source: 'development key file',
    path: join(folder, 'secret-keys'),
    exists: false,
    variables: ['SECRET_KEYS'],
  });
  t.deepEqual(
    warnings.map(({ variable }: { variable: string }) => variable),
    ['ISUER', 'PORT', 'WEB_CONCURRENCY'],
  );
});

test('an env file that is missing ends with 78 by way of npm too, although Node looks at the flag itself', async (t) => {
  const folder = await temporaryFolder(t);
  for (const script of [['start'], ['run', '-s', 'admin']]) {
    const rest = script.includes('admin') ? ['config', 'check', '--offline'] : [];
    const { exitCode, stderr } = await run('npm', [...script, '--', ...rest, '--env-file', `${folder}/absent`], {
      PORT: '0',
    });
    t.is(exitCode, 78, stderr);
    t.regex(stderr, /--env-file names a file that cannot be read \(ENOENT\)/);
  }
});
