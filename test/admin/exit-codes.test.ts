/** How the admin command ends, and where it says what. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { openAdmin } from '../support/admin-command.ts';

test('a command that was used wrongly ends with 64 and says how to use it on standard error', async (t) => {
  const admin = await openAdmin(t);
  const wrong = [
    [],
    ['account'],
    ['account', 'create', '--email', 'ada@example.test', '--password', 'never an argument'],
    ['account', 'list', '--limit', '0'],
    ['client', 'create'],
    ['client', 'create', '--metadata', '-', '--name', 'Shop'],
    ['resource', 'create', '--identifier', 'urn:x', '--scope', 'no description'],
  ];
  for (const args of wrong) {
    const { exitCode, stdout, stderr } = await admin(args);
    t.deepEqual([exitCode, stdout], [64, ''], args.join(' '));
    t.not(stderr, '');
  }
});

test('metadata that is no JSON object ends with 64', async (t) => {
  const admin = await openAdmin(t);
  for (const input of ['', '[]', 'null']) {
    t.is((await admin(['client', 'create', '--metadata', '-'], input)).exitCode, 64, input);
  }
});

test('a database that cannot be reached ends with 69', async (t) => {
  const admin = await openAdmin(t);
  const unreachable = { STORAGE_URL: 'mongodb://127.0.0.1:1/latchkey?serverSelectionTimeoutMS=300' };
  const { exitCode, stdout } = await admin(['account', 'list', '--json'], '', unreachable);
  t.deepEqual([exitCode, stdout], [69, '']);
});

test('unsafe settings end with 78, all problems at once', async (t) => {
  const admin = await openAdmin(t);
  const unsafe = { ISSUER: 'http://login.example', PORT: 'many', BCRYPT_COST: '12' };
  const listed = await admin(['account', 'list', '--json'], '', unsafe);
  t.deepEqual([listed.exitCode, listed.stdout], [78, '']);
  const checked = await admin(['config', 'check', '--json'], '', unsafe);
  t.is(checked.exitCode, 78);
  const { ok, problems } = checked.json();
  t.false(ok);
  t.deepEqual((problems as { variable: string }[]).map(({ variable }) => variable).toSorted(), [
    'ISSUER',
    'PORT',
    'SECRET_KEYS',
    'TRUSTED_PROXIES',
  ]);
});

test('complete settings pass, and no secret of theirs is shown', async (t) => {
  const admin = await openAdmin(t);
  const secretKey = randomBytes(32).toString('base64url');
  const settings = {
    ISSUER: 'https://login.example',
    SECRET_KEYS: secretKey,
    TRUSTED_PROXIES: 'none',
    BCRYPT_COST: '12',
    STORAGE_URL: 'mongodb://ada:password@db.example/latchkey',
  };
  const { exitCode, stdout, stderr, json } = await admin(['config', 'check', '--offline', '--json'], '', settings);
  t.is(exitCode, 0, stderr);
  t.like(json(), { ok: true, mode: 'production', issuer: 'https://login.example', storage: 'mongodb' });
  for (const secret of [secretKey, 'ada:', 'password', 'db.example'])
    t.false((stdout + stderr).includes(secret), secret);
});

test('keys that do not open the database end with 78', async (t) => {
  const admin = await openAdmin(t);
  t.is((await admin(['account', 'create', '--email', 'ada@example.test'])).exitCode, 0);
  const others = { SECRET_KEYS: randomBytes(32).toString('base64url') };
  t.is((await admin(['account', 'list'], '', others)).exitCode, 78);
});

test('help that was asked for ends with 0', async (t) => {
  const admin = await openAdmin(t);
  const { exitCode, stdout } = await admin(['client', 'create', '--help']);
  t.is(exitCode, 0);
  t.regex(stdout, /--redirect-uri/);
});
