/** `npm run demo`, as a newcomer sees it. */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { freePort } from '../../scripts/free-port.ts';
import { listen } from '../support/listener.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const READY_WITHIN_MILLISECONDS = 60_000;

async function freePorts(): Promise<readonly [number, number, number]> {
  // At once, so that they differ.
  return Promise.all([freePort(), freePort(), freePort()]);
}

function startDemo(t: ExecutionContext, [provider, app, api]: readonly [number, number, number]) {
  const options = ['--provider-port', provider, '--app-port', app, '--api-port', api].map(String);
  const demo = spawn(process.execPath, [`${root}scripts/demo.ts`, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => rm(`${root}data/demo/${provider}`, { recursive: true, force: true }));
  t.teardown(() => demo.kill('SIGKILL'));
  let said = '';
  const ready = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready in time: ${said}`)), READY_WITHIN_MILLISECONDS);
    const hear = (bytes: Buffer) => {
      said += bytes.toString();
      if (!said.includes('Press Ctrl-C')) return;
      clearTimeout(timer);
      resolve(said);
    };
    demo.stdout.on('data', hear);
    demo.stderr.on('data', hear);
    demo.once('close', () => {
      clearTimeout(timer);
      resolve(said);
    });
  });
  const ended = new Promise<number | null>((resolve) => {
    demo.once('close', resolve);
  });
  return { demo, ready, ended };
}

async function isReachable(port: number): Promise<boolean> {
  return got(`http://localhost:${port}/`, { throwHttpErrors: false, retry: { limit: 0 } }).then(
    () => true,
    () => false,
  );
}

test('the demo prints one address and what to sign in with, and Ctrl-C ends all of it', async (t) => {
  const ports = await freePorts();
  const { demo, ready, ended } = startDemo(t, ports);

  const said = await ready;

  const [provider, app] = ports;
  t.regex(said, new RegExp(`Open +http://localhost:${app}\n`));
  t.regex(said, /E-mail +\S+@example\.com\n/);
  t.regex(said, /Password +[a-z2-9]{4}(-[a-z2-9]{4}){3}\n/);
  const page = (await got(`http://localhost:${app}/`)).body;
  for (const id of ['sign-in', 'create-account']) t.true(page.includes(`id="${id}"`), id);

  const began = await got.post(`http://localhost:${app}/create-account`, {
    headers: { 'sec-fetch-site': 'same-origin' },
    followRedirect: false,
  });
  t.is(began.statusCode, 303);
  const request = new URL(began.headers.location ?? '');
  t.is(request.origin, `http://localhost:${provider}`);
  t.is(request.searchParams.get('prompt'), 'create');

  const [, mails = ''] = /Mails +(\S+)/.exec(said) ?? [];
  t.is(mails, `http://localhost:${provider}/development/mails`);
  t.is((await got(mails)).statusCode, 200);

  demo.kill('SIGINT');
  t.is(await ended, 0);
  for (const port of ports) t.false(await isReachable(port), `port ${port}`);
});

test('a port that is taken is named, and nothing is started', async (t) => {
  const [provider, app] = await freePorts();
  const taken = Number(new URL((await listen(t)).origin).port);
  const { ready, ended } = startDemo(t, [provider, app, taken]);

  t.true((await ready).includes(`port ${taken} (the example API)`));
  t.is(await ended, 1);
  t.false(await isReachable(provider));
});
