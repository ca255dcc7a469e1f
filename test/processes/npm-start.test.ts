/** Proves that `npm start`, which the Procfile calls, passes a stop signal on to the provider. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { temporaryFolder } from '../support/temporary-folder.ts';

const projectRoot = new URL('../../', import.meta.url);

test('the Procfile starts the provider as people do', (t) => {
  t.is(readFileSync(new URL('Procfile', projectRoot), 'utf8'), 'web: npm start\n');
});

test('a SIGTERM to npm start lets the provider stop in order, and leaves no process behind', async (t) => {
  const folder = await temporaryFolder(t);
  const settings = { PORT: '0', OPS_PORT: '0', DATA_FOLDER: folder, STORAGE_URL: `sqlite:${join(folder, 'test.db')}` };
  const npm = spawn('npm', ['start'], {
    cwd: fileURLToPath(projectRoot),
    env: { ...process.env, NODE_ENV: '', LOG_LEVEL: 'info', ISSUER: 'http://localhost:3000', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => npm.kill('SIGKILL'));

  const exited = once(npm, 'exit');
  const messages: string[] = [];
  // Ends when the last process that holds the pipe ends: a provider left behind would keep it open until the test times out.
  for await (const line of createInterface({ input: npm.stdout })) {
    if (!line.startsWith('{')) continue;
    const { msg } = JSON.parse(line) as { msg: string };
    messages.push(msg);
    if (msg === 'listening') npm.kill('SIGTERM');
  }
  t.deepEqual(messages, ['listening', 'stopping', 'stopped']);
  t.deepEqual(await exited, [0, null]);
});
