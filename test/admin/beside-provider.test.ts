/** That the admin command works beside a running provider, which sees its changes within seconds. */
import { join } from 'node:path';
import test from 'ava';
import got from 'got';
import { freePort } from '../../scripts/free-port.ts';
import { type Admin, openAdmin } from '../support/admin-command.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';
import { startProviderProcess } from '../support/provider-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const API = 'https://notes.example';

function requestToken(issuer: string, { client_id: id, client_secret: secret }: Record<string, unknown>) {
  return got.post(`${issuer}/token`, {
    form: { grant_type: 'client_credentials', resource: API, scope: 'notes:read' },
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    throwHttpErrors: false,
    retry: { limit: 0 },
  });
}

/** The status once it is this one, else whatever it is after a while. */
async function statusWithin(seconds: number, wanted: number, ask: () => Promise<{ statusCode: number }>) {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const { statusCode } = await ask();
    if (statusCode === wanted || performance.now() > end) return statusCode;
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
}

/** The command with the running provider's own settings. */
function adminOf({ config }: TestInstallation, admin: Admin): Admin {
  const settings = { ISSUER: config.issuer, STORAGE_URL: config.storageUrl, DATA_FOLDER: config.dataFolder };
  return (args, input) => admin(args, input, settings);
}

test('a running provider knows a new client at once, and soon that it is gone', async (t) => {
  const running = await startInstallation();
  t.teardown(() => running.stop());
  const admin = adminOf(running, await openAdmin(t));

  await admin(['resource', 'create', '--identifier', API, '--scope', 'notes:read=Read your notes']);
  const created = await admin(['client', 'create', '--type', 'service', '--name', 'Job', '--resource', API, '--json']);
  const client = created.json();
  const issued = await requestToken(running.issuer, client);
  t.is(issued.statusCode, 200, issued.body);

  const rotated = await admin(['client', 'rotate-secret', String(client.client_id), '--at-once', '--json']);
  t.is(await statusWithin(20, 200, () => requestToken(running.issuer, rotated.json())), 200);
  t.is(await statusWithin(20, 401, () => requestToken(running.issuer, client)), 401);

  await admin(['client', 'remove', String(client.client_id)]);
  t.is(await statusWithin(20, 401, () => requestToken(running.issuer, rotated.json())), 401);
});

test('a running process offers a new scope by itself, within seconds', async (t) => {
  const folder = await temporaryFolder(t);
  const port = await freePort();
  const settings = {
    ISSUER: `http://localhost:${port}`,
    DATA_FOLDER: folder,
    STORAGE_URL: `sqlite:${join(folder, 'test.db')}`,
  };
  const running = await startProviderProcess({ port, environment: settings });
  t.teardown(running.kill);
  const admin = await openAdmin(t);
  const flags = ['--name', 'teams', '--claims', 'team', '--description', 'See your team'];
  const created = await admin(['scope', 'create', ...flags, '--json'], '', settings);
  t.is(created.exitCode, 0, created.stderr);
  const document = () => got(`${running.address}/.well-known/openid-configuration`).json<Record<string, string[]>>();
  await until('the scope is offered', async () => (await document()).scopes_supported?.includes('teams') ?? false);
  t.true((await document()).claims_supported?.includes('team'));
});
