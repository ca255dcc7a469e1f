/** Several worker processes share one port: each serves, and one that is killed is replaced. */
import { join } from 'node:path';
import test from 'ava';
import got from 'got';
import { freePort } from '../../scripts/free-port.ts';
import { openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { beginRequest, underWayTogether } from '../support/held-requests.ts';
import { childrenOf, isAlive } from '../support/processes.ts';
import { startProviderProcess } from '../support/provider-process.ts';
import { appOf, obtainTokens, PASSWORD, WEB_APP } from '../support/relying-party.ts';
import { seederOf } from '../support/seed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const LOGIN = 'ada@example.com';

test('two workers share a port and a database; one that is killed is replaced, and all end together', async (t) => {
  const folder = await temporaryFolder(t);
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const environment = {
    ISSUER: issuer,
    STORAGE_URL: `sqlite:${join(folder, 'test.db')}`,
    DATA_FOLDER: folder,
    WEB_CONCURRENCY: '2',
  };
  const provider = await startProviderProcess({ port, environment });
  t.teardown(provider.kill);
  const listening = () => provider.output().split('"listening"').length - 1;
  await until('two workers', () => listening() === 2);
  const installation = await openInstallation(readConfig({ ...environment, BCRYPT_COST: '4' }));
  t.teardown(installation.close);
  const seeder = seederOf(installation);
  await seeder.createAccount({ email: LOGIN, password: PASSWORD });
  const app = appOf({ issuer }, await seeder.createClient({ ...WEB_APP, first_party: true }));
  const { tokens } = await obtainTokens(app, LOGIN);
  const refreshAtOnce = async (refreshToken = '') => {
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
    const credentials = `${app.client.client_id}:${app.client.client_secret}`;
    const answers = await underWayTogether(20, () => beginRequest(`${issuer}/token`, credentials, form));
    t.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    t.is(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1);
    return String(answers[0]?.body.refresh_token);
  };
  const next = await refreshAtOnce(tokens.refresh_token);
  const workers = childrenOf(provider.pid);
  t.is(workers.length, 2);

  process.kill(workers[0] ?? 0, 'SIGKILL');
  await until('another worker', () => listening() === 3);

  t.is(childrenOf(provider.pid).length, 2);
  t.false(childrenOf(provider.pid).includes(workers[0] ?? 0));
  await refreshAtOnce(next);
  const last = childrenOf(provider.pid);
  t.is(await provider.stop(), 0);
  const stillThere = last.filter((pid) => isAlive(pid));
  t.deepEqual(stillThere, []);
  await t.throwsAsync(got(`${issuer}/livez`, { retry: { limit: 0 } }), { code: 'ECONNREFUSED' });
});
