/** The example API as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import got from 'got';
import { startExample } from '../support/example-process.ts';
import { startTestIssuer } from './test-issuer.ts';

const main = fileURLToPath(new URL('../../examples/resource-server/main.ts', import.meta.url));

test('the example serves whom its environment names, and ends with code 0 on SIGTERM', async (t) => {
  const issuer = await startTestIssuer(t, () => Math.floor(Date.now() / 1000));
  const resource = 'https://notes.example/';
  const { child, address } = await startExample(t, [main], {
    environment: { ISSUER: issuer.url, RESOURCE: resource, PORT: '0' },
  });
  const token = await issuer.token({ claims: { aud: resource } });
  t.deepEqual(await got(`${address}notes`, { headers: { authorization: `Bearer ${token}` } }).json(), { notes: [] });
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  t.deepEqual(await exited, [0, null]);
});

test('a port that is none is told at start', async (t) => {
  const child = spawn(process.execPath, [main], { env: { PORT: 'many' }, stdio: ['ignore', 'ignore', 'pipe'] });
  const [message] = (await child.stderr.toArray()) as Buffer[];
  t.regex(String(message), /PORT/);
  t.not(child.exitCode, 0);
});
