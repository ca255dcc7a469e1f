/** The programs of docs/connect that need nothing else than Node and what we have: no request of somebody unknown ends one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { freePort } from '../../scripts/free-port.ts';
import { sharedProvider } from '../support/provider-fixture.ts';

const { latchkey } = await sharedProvider();
const { issuer } = latchkey;

const programs = {
  'openid-client/app.js': { CLIENT_SECRET: 'secret', SCOPE: 'openid', API: 'http://localhost:5000/' },
  'preview-callback/preview-callback.ts': { STATE_KEY: 'x'.repeat(43), PREVIEWS: 'https://pr-42.preview.example.com' },
};

async function start(t: ExecutionContext, program: keyof typeof programs) {
  const port = await freePort();
  const path = fileURLToPath(new URL(`../../examples/snippets/${program}`, import.meta.url));
  const { PATH, HOME } = process.env;
  const origin = `http://localhost:${port}`;
  const urls = { BASE_URL: origin, REDIRECT_URI: `${origin}/callback` };
  const own = { ISSUER: issuer, CLIENT_ID: 'app', PORT: String(port), ...urls };
  const child = spawn(process.execPath, [path], { env: { PATH, HOME, ...own, ...programs[program] }, stdio: 'ignore' });
  t.teardown(() => void child.kill('SIGKILL'));
  const ask = (path: string, cookie = '') =>
    got(`http://localhost:${port}${path}`, {
      followRedirect: false,
      throwHttpErrors: false,
      retry: { limit: 0 },
      headers: { cookie },
    });
  while (child.exitCode === null && (await ask('/').catch(() => undefined)) === undefined);
  return { child, port, ask };
}

/** Resolves when the program has answered it or hung up. */
async function send(port: number, request: string): Promise<void> {
  const socket = connect(port, 'localhost');
  socket.on('error', () => undefined);
  socket.resume().end(`${request}\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
}

const targets = [
  ...['//', '///', '//[', '/\\[', '/%', '/%ff%00', '/?%', '/#[', '*', '/*', 'http://[', 'http://', 'http://a:99999/'],
  ...['x:', 'http://evil.example/callback?code=a', '//evil.example/callback?code=a', '/callback?code=a&code=b'],
  ...['/callback', '/callback?error=x&state=[', '/start', '/__proto__', '/constructor', 'toString', 'evil.example:443'],
  `/${'a'.repeat(12_000)}`,
];

for (const program of Object.keys(programs) as (keyof typeof programs)[]) {
  test(`${program} outlives what anybody can send`, async (t) => {
    const { child, port, ask } = await start(t, program);
    for (const target of targets) {
      await send(port, `GET ${target} HTTP/1.1`);
      await send(port, `CONNECT ${target} HTTP/1.1`);
      await send(port, `POST ${target} HTTP/1.1\r\nContent-Length: 9`);
    }
    for (const cookie of ['session=', 'session', '=', '%', ';;', `session=${'a'.repeat(40_000)}`, 'session=__proto__'])
      await send(port, `GET / HTTP/1.1\r\nCookie: ${cookie}`);
    await send(port, 'not HTTP at all');
    t.true((await ask('/')).statusCode >= 400);
    t.deepEqual([child.exitCode, child.signalCode], [null, null]);
  });
}

test('openid-client/app.js keeps a session of those who began to sign in, and finds it by its own cookie', async (t) => {
  const { ask } = await start(t, 'openid-client/app.js');
  for (const path of ['/', '/me', '/notes', '//'])
    t.is((await ask(path)).headers['set-cookie'], undefined, `${path}: nothing is kept`);
  const cookie = String((await ask('/login')).headers['set-cookie']?.[0]?.split(';')[0]);
  t.regex(cookie, /^session=/);
  for (const other of [`x${cookie}`, `x-${cookie}`, `a=${cookie}`, `${cookie}.x`])
    t.is((await ask('/me', other)).headers['set-cookie'], undefined, other);
  t.truthy((await ask('/me', `a=b; ${cookie}; c=d`)).headers['set-cookie']);
});
