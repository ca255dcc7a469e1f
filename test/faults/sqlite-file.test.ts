/** The database file is locked by another process, or its disk is full: every answer says "try again", and then it works again. */
import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { freePort } from '../../scripts/free-port.ts';
import { openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { startProviderProcess } from '../support/provider-process.ts';
import { type App, appOf, obtainTokens, PASSWORD, type TokenAnswer, WEB_APP } from '../support/relying-party.ts';
import { seederOf } from '../support/seed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

/** The store waits for a lock this long, and a little longer for a machine that is busy. */
const SOON_MS = 5000 + 4000;
/** Of 512 or 1024 bytes each, as the shell has it: more than the empty database, less than the log that SQLite lets grow. */
const BLOCKS = 2000;

async function start(t: ExecutionContext) {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'test.db');
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const environment = {
    ISSUER: issuer,
    STORAGE_URL: `sqlite:${file}`,
    DATA_FOLDER: folder,
    BCRYPT_COST: '4',
    OPS_PORT: '0',
  };
  const installation = await openInstallation(readConfig(environment));
  const login = `${randomUUID()}@example.com`;
  const seeder = seederOf(installation);
  await seeder.createAccount({ email: login, password: PASSWORD });
  const app = appOf({ issuer }, await seeder.createClient({ ...WEB_APP, first_party: true }));
  await installation.close();
  async function startProvider(launcher: readonly string[] = []) {
    const provider = await startProviderProcess({ port, environment, launcher });
    t.teardown(provider.kill);
    return provider;
  }
  return { file, issuer, app, login, startProvider };
}

function refresh(app: App, { refresh_token: refreshToken = '' }: TokenAnswer) {
  return app.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
}

async function isActive(app: App, { access_token: token }: TokenAnswer): Promise<unknown> {
  return (await app.post('/token/introspection', { token })).body.active;
}

test('while another process holds the file, reads are served and writes wait, but not for ever', async (t) => {
  const { file, issuer, app, login, startProvider } = await start(t);
  await startProvider();
  const { tokens } = await obtainTokens(app, login);
  const holder = new DatabaseSync(file);
  t.teardown(() => holder.close());
  holder.exec('BEGIN IMMEDIATE');

  const startedAt = performance.now();
  const refused = refresh(app, tokens);
  t.true(await isActive(app, tokens));
  t.is((await got(`${issuer}/readyz`)).statusCode, 200);
  // The process that waits for the lock goes on answering.
  t.true(performance.now() - startedAt < 4000);
  const { statusCode, headers, body } = await refused;
  t.true(performance.now() - startedAt < SOON_MS);
  t.is(statusCode, 503);
  t.is(body.error, 'temporarily_unavailable');
  t.regex(headers['retry-after'] ?? '', /^\d+$/);

  const served = refresh(app, tokens);
  holder.exec('ROLLBACK');
  t.is((await served).statusCode, 200);
});

test('on a full disk what needs no writing is served, and with room again everything acknowledged works', async (t) => {
  const { issuer, app, login, startProvider } = await start(t);
  const provider = await startProvider(['/bin/sh', '-c', `ulimit -f ${BLOCKS}; exec "$0" "$@"`]);
  const { user, tokens } = await obtainTokens(app, login);
  let latest = tokens;
  let answer = await refresh(app, latest);
  for (let refreshes = 0; answer.statusCode === 200 && refreshes < 1000; refreshes += 1) {
    latest = answer.body;
    answer = await refresh(app, latest);
  }

  t.is(answer.statusCode, 503);
  t.is(answer.body.error, 'temporarily_unavailable');
  t.regex(answer.headers['retry-after'] ?? '', /^\d+$/);
  t.true(await isActive(app, latest));
  t.is((await user.open(app.request({ prompt: 'none' }).url)).status, 503);

  t.is((await got(`${issuer}/livez`)).statusCode, 200);
  // Reads go on, but a load balancer had better send requests elsewhere. It writes to find out, every five seconds.
  const readiness = async () =>
    (await got(`${issuer}/readyz`, { throwHttpErrors: false, retry: { limit: 0 } })).statusCode;
  await until('readiness is red', async () => (await readiness()) === 503);

  await provider.kill();
  await startProvider();
  t.is(await readiness(), 200);
  t.true(await isActive(app, latest));
  t.is((await refresh(app, latest)).statusCode, 200);
});

test('a file that is renamed under a running provider: red, one error line, no write is acknowledged, and green with the file', async (t) => {
  const { file, issuer, app, login, startProvider } = await start(t);
  const provider = await startProvider();
  const { tokens } = await obtainTokens(app, login);
  const readiness = async () =>
    (await got(`${issuer}/readyz`, { throwHttpErrors: false, retry: { limit: 0 } })).statusCode;
  t.is(await readiness(), 200);

  await rename(file, `${file}.old`);

  for (let asked = 0; asked < 5; asked += 1) t.is(await readiness(), 503);
  t.is((await refresh(app, tokens)).statusCode, 503);
  t.is(provider.output().split('"level":"error"').length - 1, 1);

  await rename(`${file}.old`, file);
  t.is(await readiness(), 200);
  t.is((await refresh(app, tokens)).statusCode, 200);
});
