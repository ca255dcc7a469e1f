/** What the log writes, and what it never does. */
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createPinoLog } from '../../../adapters/log/log.ts';
import type { Log } from '../../../src/ports/log.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SECRET = 'a secret';

async function written(t: ExecutionContext, write: (log: Log) => void): Promise<readonly Record<string, unknown>[]> {
  const path = join(await temporaryFolder(t), 'log');
  const descriptor = openSync(path, 'w');
  write(createPinoLog({ level: 'info', descriptor }));
  closeSync(descriptor);
  const text = readFileSync(path, 'utf8');
  t.false(text.includes(SECRET), text);
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a line is one JSON object with level, time and message', async (t) => {
  const [line] = await written(t, (log) => log.info({ route: 'token', status: 200 }, 'request'));
  t.like(line, { level: 'info', msg: 'request', route: 'token', status: 200 });
  const time = String(line?.time);
  t.is(new Date(time).toISOString(), time);
});

test('members that could hold a secret are redacted at any depth', async (t) => {
  const fields = {
    password: SECRET,
    request: { headers: { cookie: SECRET }, body: { refresh_token: SECRET, scope: 'openid' } },
    parts: [{ code: SECRET }],
    mail: { to: SECRET, link: SECRET, kind: 'reset_password' },
    server: { auth: { user: SECRET, pass: SECRET }, envelope: { to: [SECRET] } },
  };
  const [line] = await written(t, (log) => log.warn(fields, 'no'));
  t.is(line?.password, '[redacted]');
  t.deepEqual(line?.request, {
    headers: '[redacted]',
    body: { refresh_token: '[redacted]', scope: 'openid' },
  });
  t.deepEqual(line?.mail, { to: '[redacted]', link: '[redacted]', kind: 'reset_password' });
  t.is(fields.password, SECRET);
});

test('an error is written with its stack, and without the secrets that hang on it', async (t) => {
  const error = Object.assign(new Error('it broke'), { token: SECRET, response: { url: SECRET }, attempts: 3 });
  const [line] = await written(t, (log) => log.error({ error }, 'a request failed'));
  const shown = line?.error as Record<string, unknown>;
  t.like(shown, { type: 'Error', message: 'it broke', token: '[redacted]', attempts: 3 });
  t.true(String(shown.stack).includes('it broke'));
});

test('what is nested without end is cut off', async (t) => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const [line] = await written(t, (log) => log.info({ circle }, 'round'));
  t.true(JSON.stringify(line).includes('[redacted]'));
});

test('what is below the level is not written', async (t) => {
  const path = join(await temporaryFolder(t), 'log');
  const descriptor = openSync(path, 'w');
  createPinoLog({ level: 'error', descriptor }).info({}, 'nothing');
  closeSync(descriptor);
  t.is(readFileSync(path, 'utf8'), '');
});

test('a line is written before the next thing happens', async (t) => {
  const path = join(await temporaryFolder(t), 'log');
  const descriptor = openSync(path, 'w');
  t.teardown(() => closeSync(descriptor));
  const log = createPinoLog({ level: 'info', descriptor });

  log.info({}, 'first');
  t.regex(readFileSync(path, 'utf8'), /"first"}\n$/);
  log.error({ error: new Error('no') }, 'then');
  t.regex(readFileSync(path, 'utf8'), /"first"}\n.*"then"}\n$/);
});
