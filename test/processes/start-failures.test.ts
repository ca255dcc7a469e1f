/** Processes that cannot start, listen or go on: which setting, which remedy, which exit code; and programs that only print their version. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { freePort } from '../../scripts/free-port.ts';
import { isExplained } from '../storage/starts.ts';
import { listen } from '../support/listener.ts';
import { startProviderProcess } from '../support/provider-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

async function run(args: readonly string[], env: Readonly<Record<string, string>>, command = process.execPath) {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE } = process.env;
  const own = { PATH, HOME, NODE_COMPILE_CACHE, ...env };
  const child = spawn(command, args, { cwd: root, env: own, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, exitCode };
}

async function takenPort(t: ExecutionContext): Promise<number> {
  return ((await listen(t)).server.address() as AddressInfo).port;
}

async function memory(t: ExecutionContext) {
  const folder = await temporaryFolder(t);
  return { STORAGE_URL: `sqlite:${folder}/test.db`, DATA_FOLDER: folder };
}

test('a port in use is named with its setting', async (t) => {
  const port = String(await takenPort(t));
  const settings = { ...(await memory(t)), PORT: port };
  const says = [new RegExp(`PORT ${port} on HOST 127\\.0\\.0\\.1 is in use`), /what to do/];
  await isExplained(t, settings, { exitCode: 69, says });
});

test('a port of the health checks that is in use is named, by each worker', async (t) => {
  const port = String(await takenPort(t));
  const settings = { ...(await memory(t)), OPS_PORT: port, WEB_CONCURRENCY: '2' };
  await isExplained(t, settings, { exitCode: 69, says: [new RegExp(`OPS_PORT ${port} on OPS_HOST 127\\.0\\.0\\.1`)] });
});

test('an address of another machine is a wrong setting', async (t) => {
  const settings = { ...(await memory(t)), HOST: '192.0.2.1' };
  await isExplained(t, settings, { exitCode: 78, says: [/HOST 192\.0\.2\.1/, /set HOST/] });
});

test('every door says the same of a wrong setting, with its code and without a stack', async (t) => {
  const folder = await temporaryFolder(t);
  writeFileSync(join(folder, 'file'), '');
  const settings = {
    DATA_FOLDER: join(folder, 'file'),
    STORAGE_URL: 'mongodb://someone:hunter2/x@db/latchkey',
    PORT: '99999',
  };
  const doors = [
    ['src/start.js'],
    ['scripts/admin.ts', 'config', 'check'],
    ['scripts/admin.ts', 'config', 'check', '--offline'],
    ['scripts/admin.ts', 'account', 'list'],
    ['scripts/admin.ts', 'storage', 'purge'],
    ['scripts/admin.ts', 'storage', 'copy', '--to', `sqlite:${folder}/copy.db`],
  ];
  for (const door of doors) {
    const { exitCode, stdout, stderr } = await run(door, settings);
    t.is(exitCode, 78, door.join(' '));
    t.is(stdout, '');
    for (const says of [/DATA_FOLDER .*file/, /STORAGE_URL .*percent-encode @ : \/ \? # %/, /PORT .*99999/]) {
      t.regex(stderr, says, door.join(' '));
    }
    t.notRegex(stderr, /hunter2|\n\s+at /, door.join(' '));
  }
});

test('an env file may begin with a byte order mark, and its quotes are no part of a value for Node', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'env');
  writeFileSync(file, `\u{FEFF}PORT="8080"\r\nBRAND_NAME="Our Brand"\r\nSTORAGE_URL=sqlite:${folder}/test.db\r\n`);
  const { exitCode, stdout, stderr } = await run(
    [`--env-file=${file}`, 'scripts/admin.ts', 'config', 'check', '--json'],
    { DATA_FOLDER: folder },
  );
  t.is(exitCode, 0, stderr);
  t.like(JSON.parse(stdout), { ok: true, port: 8080 });
});

test('the issuer on another loopback address is listened for there', async (t) => {
  for (const host of ['[::1]', '127.0.0.5']) {
    const port = await freePort();
    const ISSUER = `http://${host}:${port}`;
    const address = host.replace(/[[\]]/g, '');
    const environment = { ...(await memory(t)), ISSUER, HOST: '' };
    const provider = await startProviderProcess({ port, environment, reachedAt: ISSUER });
    t.teardown(provider.kill);
    const found = await got(`${ISSUER}/.well-known/openid-configuration`).json<{ issuer: string }>();
    t.is(found.issuer, ISSUER);
    t.true(provider.output().includes(`"host":"${address}"`));
    t.is(await provider.stop(), 0);
  }
});

test('npm start, npm run demo and the admin command print their version, whatever the settings are', async (t) => {
  const broken = { ISSUER: 'nonsense', PORT: 'x', STORAGE_URL: 'nowhere:' };
  const programs: readonly (readonly string[])[] = [
    ['src/start.js'],
    ['scripts/demo.ts'],
    ['scripts/admin.ts'],
    ['scripts/admin.ts', 'client'],
    ['scripts/admin.ts', 'storage', 'copy'],
    ['scripts/admin.ts', 'resource', 'create'],
  ];
  for (const program of programs) {
    const { exitCode, stdout, stderr } = await run([...program, '--version'], broken);
    t.deepEqual([exitCode, stdout, stderr], [0, `${version}\n`, ''], program.join(' '));
  }
  const npm = await run(['--silent', 'start', '--', '--version'], broken, 'npm');
  t.deepEqual([npm.exitCode, npm.stdout], [0, `${version}\n`], npm.stderr);
});

test('a version that cannot be written is one sentence, and exit code 74', async (t) => {
  const { PATH = '' } = process.env;
  const outputs = ['> /dev/full', '1>> /dev/full', '1< /dev/zero', '> /dev/full 2>&1', '1<> /dev/full'];
  for (const program of ['src/start.js', 'scripts/demo.ts', 'scripts/admin.ts']) {
    for (const output of outputs) {
      const script = `exec "$NODE" ${program} --version ${output}`;
      const { exitCode, stderr } = await run(['-c', script], { PATH, NODE: process.execPath }, '/bin/sh');
      t.is(exitCode, 74, script);
      t.regex(stderr, output.includes('2>&1') ? /^$/ : /^error: [^\n]+\n$/, script);
    }
    const early = `{ "$NODE" ${program} --version; echo "code $?" >&2; } | true`;
    const { stderr } = await run(['-c', early], { PATH, NODE: process.execPath }, '/bin/sh');
    t.is(stderr, 'code 0\n', early);
  }
});
