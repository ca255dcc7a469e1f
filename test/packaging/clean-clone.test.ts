/** What somebody gets from a clean clone without the development dependencies: the commands of docs/production.md, as they stand there. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import test from 'ava';
import got from 'got';
import { CookieJar } from 'tough-cookie';
import { freePort } from '../../scripts/free-port.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { copyTree, shellEnvironment } from '../support/tree-copy.ts';

const run = promisify(execFile);

async function listening(npm: ChildProcess): Promise<void> {
  if (npm.stdout === null) throw new TypeError('the output is not read');
  for await (const line of createInterface({ input: npm.stdout })) {
    if (line.startsWith('{') && JSON.parse(line).msg === 'listening') return;
  }
  throw new Error('it ended before it listened');
}

test('a clean clone with "npm ci --omit=dev && npm start" signs people in, and needs nothing else', async (t) => {
  t.timeout(180_000);
  const folder = await temporaryFolder(t);
  const clone = join(folder, 'clone');
  copyTree(clone);
  // The Node of the machine, here ours: no folder of the project is on the path.
  await mkdir(join(folder, 'bin'));
  await symlink(process.execPath, join(folder, 'bin/node'));
  const port = String(await freePort());
  const issuer = `http://localhost:${port}`;
  const shell = shellEnvironment();
  const env = { ...shell, PATH: `${join(folder, 'bin')}:${shell.PATH}`, PORT: port, ISSUER: issuer };
  const options = { cwd: clone, env, timeout: 120_000 };

  await run('npm', ['ci', '--omit=dev', '--prefer-offline', '--no-audit'], options);
  const { packages } = JSON.parse(await readFile(join(clone, 'package-lock.json'), 'utf8'));
  const forDevelopment = Object.keys(packages).filter((path) => packages[path].dev === true);
  t.true(forDevelopment.length > 100);
  t.deepEqual(
    forDevelopment.filter((path) => existsSync(join(clone, path))),
    [],
  );

  const npm = spawn('npm', ['start'], { cwd: clone, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  t.teardown(() => npm.exitCode === null && process.kill(-(npm.pid ?? 0), 'SIGKILL'));
  const exited = once(npm, 'exit');
  await listening(npm);

  const admin = async (...args: string[]) => {
    const { stdout } = await run('npm', ['run', '-s', 'admin', '--', ...args, '--json'], options);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  t.like(await admin('account', 'create', '--email', 'ada@example.com'), { email: 'ada@example.com' });
  const redirectUri = 'https://notes.example/callback';
  const client = await admin('client', 'create', '--name', 'Notes', '--type', 'web', '--redirect-uri', redirectUri);
  const query = {
    client_id: String(client.client_id),
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  };
  const page = await got(`${issuer}/auth`, { searchParams: query, cookieJar: new CookieJar() });
  t.is(page.statusCode, 200);
  t.regex(page.body, /type="password"/);

  npm.kill('SIGTERM');
  t.deepEqual(await exited, [0, null]);
});
