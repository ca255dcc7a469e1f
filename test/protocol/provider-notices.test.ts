/** The real program, used for everything once, has no word of complaint from oidc-provider or from Node. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import got from 'got';
import { freePort } from '../../scripts/free-port.ts';
import { openInstallation } from '../../src/compose.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { API, API_SCOPES, LOGIN, newVisitor, obtainCode, redeem } from '../support/provider-fixture.ts';
import { startProviderProcess } from '../support/provider-process.ts';
import { appOf, codeOf, PASSWORD, signIn, WEB_APP } from '../support/relying-party.ts';
import { seederOf } from '../support/seed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newDpopKey } from './dpop-proofs.ts';
import { introspect } from './introspecting.ts';

const COMPLAINT = /oidc-provider (?:NOTICE|WARNING)|Warning:/;

test('no flow makes oidc-provider or Node complain', async (t) => {
  const folder = await temporaryFolder(t);
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const shared = { ISSUER: issuer, STORAGE_URL: `sqlite:${folder}/test.db`, DATA_FOLDER: folder, BCRYPT_COST: '4' };
  const provider = await startProviderProcess({ port, environment: shared });
  t.teardown(provider.kill);
  const installation = await openInstallation(readConfig(shared));
  t.teardown(installation.close);
  const seeder = seederOf(installation);
  await seeder.createAccount({ email: LOGIN, password: PASSWORD });
  await seeder.createResource({ identifier: API, scopes: API_SCOPES });
  const metadata = { ...WEB_APP, grant_types: [...WEB_APP.grant_types, 'client_credentials'], resources: [API] };
  const app = appOf({ issuer }, await seeder.createClient(metadata));

  const { user, ...grant } = await obtainCode(app, { scope: 'openid email notes:read', resource: API, nonce: 'n' });
  const { body: forApi } = await redeem(app, grant, { resource: API });
  const refresh = { grant_type: 'refresh_token', refresh_token: forApi.refresh_token ?? '', scope: 'openid' };
  const { body: forUserinfo } = await app.token(refresh);
  const { searchParams } = new URL(app.request().url);
  const pushed = await app.post('/request', Object.fromEntries(searchParams));
  const query = { client_id: app.client.client_id, request_uri: String(pushed.body.request_uri) };
  t.truthy(codeOf(await signIn(user, `${issuer}/auth?${new URLSearchParams(query)}`, LOGIN)));
  const proof = await (await newDpopKey()).proof({ address: `${issuer}/token` });
  const headers = { authorization: `Bearer ${forUserinfo.access_token}` };
  const statuses = [
    (await got(`${issuer}/me`, { headers })).statusCode,
    (await introspect(app, forApi.access_token)).statusCode,
    (await introspect(app, forUserinfo.access_token)).statusCode,
    (await app.token({ grant_type: 'client_credentials', resource: API })).statusCode,
    (await got(`${issuer}/token`, { method: 'POST', headers: { dpop: proof }, throwHttpErrors: false })).statusCode,
    (await newVisitor().open(app.request({ response_mode: 'form_post', prompt: 'none' }).url)).status,
    (await newVisitor().open(`${issuer}/auth?client_id=nobody`)).status,
    (await user.submit(await user.open(`${issuer}/session/end`), 'logout-confirm')).status,
    (await app.post('/token/revocation', { token: forApi.access_token })).statusCode,
  ];
  t.deepEqual(statuses, [200, 200, 200, 200, 401, 200, 400, 200, 200]);

  t.is(await provider.stop(), 0);
  t.true(provider.output().includes('listening'));
  t.notRegex(provider.output(), COMPLAINT);
});

test('a complaint of oidc-provider would be seen', (t) => {
  const program = "import { Provider } from 'oidc-provider'; new Provider('http://localhost', {});";
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    encoding: 'utf8',
  });
  t.regex(stdout + stderr, COMPLAINT);
});
