/** The one command: from an empty folder to an MCP server that a client signs its user in to. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { watch } from 'node:fs';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import got from 'got';
import { freePort } from '../../scripts/free-port.ts';
import { startExample } from '../support/example-process.ts';
import { type Fixture, ownProvider } from '../support/provider-fixture.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openRegistration, visit } from './fixture.ts';
import { McpClient } from './mcp-client.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));

async function run(folder: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [join(project, 'scripts/mcp.ts'), ...args], {
    env: { PATH, INIT_CWD: folder, DATA_FOLDER: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, exitCode };
}

test('one command in an empty folder makes a server that a client signs its user in to', async (t) => {
  const folder = await temporaryFolder(t);
  const storageUrl = `sqlite:${join(await temporaryFolder(t), 'latchkey.db')}`;
  const SECRET_KEYS = randomBytes(32).toString('base64url');
  const { latchkey }: Fixture = await ownProvider(t, {
    ...openRegistration,
    storageUrl,
    environment: { ...openRegistration.environment, SECRET_KEYS },
  });
  const url = `http://localhost:${await freePort()}/mcp`;
  const settings = { ISSUER: latchkey.issuer, STORAGE_URL: storageUrl, SECRET_KEYS };
  const made = await run(folder, ['--no-install', '--json', '--url', url, '--name', "Ada's list"], settings);
  t.is(made.exitCode, 0, made.stderr);
  t.deepEqual(JSON.parse(made.stdout), { folder, resource: url, issuer: latchkey.issuer });
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const packed = String(manifest.dependencies['@latchkey/resource-server']).replace('file:./', '');
  t.true((await readdir(folder)).includes(packed), packed);
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));
  await startExample(t, [`--env-file=${join(folder, '.env')}`, join(folder, 'main.ts')]);
  const client = new McpClient({ server: url, visit });
  t.is(await client.call('add_note', { text: 'milk' }), 'The note is written.');
  const document = await got(new URL('/.well-known/oauth-protected-resource/mcp', url)).json<{
    resource_name: string;
  }>();
  t.is(document.resource_name, "Ada's list");
});

test('where MCP clients cannot register themselves, the command says how to start the provider', async (t) => {
  const folder = await temporaryFolder(t);
  const DATA_FOLDER = await temporaryFolder(t);
  const STORAGE_URL = `sqlite:${join(DATA_FOLDER, 'latchkey.db')}`;
  const made = await run(folder, ['--no-install', '--name', 'Todo'], { DATA_FOLDER, STORAGE_URL });
  t.is(made.exitCode, 0, made.stderr);
  t.regex(made.stderr, /REGISTRATION=token.*restart the provider with REGISTRATION=open/);
  t.regex(made.stdout, /^ {2}REGISTRATION=open npm --prefix \S+[^/ ] start /m);
  t.regex(made.stdout, /npm install && npm start/);
  t.regex(made.stdout, /claude mcp add --transport http todo http:\/\/localhost:5100\/mcp/);
});

test('servers that are made at once leave the sources of Latchkey alone, and each gets its package', async (t) => {
  const changed: (string | null)[] = [];
  const watcher = watch(join(project, 'src/resource-server'), (_event, name) => changed.push(name));
  t.teardown(() => watcher.close());
  const make = async () => {
    const [folder, DATA_FOLDER] = [await temporaryFolder(t), await temporaryFolder(t)];
    const STORAGE_URL = `sqlite:${join(DATA_FOLDER, 'latchkey.db')}`;
    const { exitCode, stderr } = await run(folder, ['--no-install'], { DATA_FOLDER, STORAGE_URL });
    t.is(exitCode, 0, stderr);
    t.true((await readdir(folder)).some((name) => name.endsWith('.tgz')));
  };
  await Promise.all([make(), make()]);
  t.deepEqual(changed, []);
});

test('a folder that holds something stays as it is', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'main.ts'), 'mine');
  const { exitCode, stderr } = await run(folder, ['--no-install'], { STORAGE_URL: 'sqlite::memory:' });
  t.is(exitCode, 64);
  t.regex(stderr, /main\.ts.*empty folder/);
  t.is(await readFile(join(folder, 'main.ts'), 'utf8'), 'mine');
});

test('an address that no server can have is told before anything is written', async (t) => {
  const folder = await temporaryFolder(t);
  for (const url of [
    'http://localhost:5100/mcp?a=b',
    'http://notes.example/mcp',
    'https://ada:secret@notes.example/mcp',
  ]) {
    const { exitCode, stderr } = await run(folder, ['--no-install', '--url', url]);
    t.is(exitCode, 64);
    t.true(stderr.includes(`${url} is not an address`), stderr);
  }
  t.deepEqual(await readdir(folder), []);
});
