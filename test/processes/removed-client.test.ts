/** A client that was removed is known as such at every instance at once: nothing is issued to it, and what it has is dead. */
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { removeClient } from '../../src/domain/clients/change.ts';
import { rotateClientSecret } from '../../src/domain/clients/secrets.ts';
import { newApi } from '../protocol/introspecting.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { startInstallation } from '../support/installation.ts';
import { type App, appOf, obtainTokens, PASSWORD, WEB_APP } from '../support/relying-party.ts';
import { type DatabaseName, storageFor } from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LOGIN = 'ada@example.com';

/** Two instances on one database, each of which remembers the clients of a moment ago. */
async function start(t: ExecutionContext, database: DatabaseName) {
  const folder = await temporaryFolder(t);
  const storage = await storageFor(database, folder);
  t.teardown(storage.drop);
  const first = await startInstallation({ storageUrl: storage.url, environment: { DATA_FOLDER: folder } });
  t.teardown(first.stop);
  const environment = { DATA_FOLDER: folder, ISSUER: first.issuer };
  const second = await startInstallation({ storageUrl: storage.url, environment });
  t.teardown(second.stop);
  await first.createAccount({ email: LOGIN, password: PASSWORD });
  return { first, second };
}

await forEachDatabase(test, ({ name }) => {
  test(`${name}: a client that was removed at one instance gets nothing at another, and its tokens are inactive there`, async (t) => {
    const { first, second } = await start(t, name);
    const fixture = { latchkey: first } as Parameters<typeof newApi>[0];
    const api = await newApi(fixture, 'jwt');
    const opaqueApi = await newApi(fixture, 'opaque');
    const service = await first.createClient({
      client_name: 'Service',
      grant_types: ['client_credentials'],
      resources: [api.identifier, opaqueApi.identifier],
    });
    const web = await first.createClient({ ...WEB_APP, first_party: true });
    const form = { grant_type: 'client_credentials', scope: 'things:do' };
    const jwt = await appOf(first, service).token({ ...form, resource: api.identifier });
    const opaque = await appOf(first, service).token({ ...form, resource: opaqueApi.identifier });
    const signedIn = await obtainTokens(appOf(first, web), LOGIN);
    const there = { issuer: second.address };
    const asks = (client: App, token: string) => appOf(there, client.client).post('/token/introspection', { token });
    t.true((await asks(api.client, jwt.body.access_token)).body.active);
    t.true((await asks(opaqueApi.client, opaque.body.access_token)).body.active);
    const own = await appOf(there, web).post('/token/introspection', { token: signedIn.tokens.access_token });
    t.true(own.body.active);

    await removeClient(service.client_id, first.installation);
    await removeClient(web.client_id, first.installation);

    t.deepEqual((await asks(api.client, jwt.body.access_token)).body, { active: false });
    t.deepEqual((await asks(opaqueApi.client, opaque.body.access_token)).body, { active: false });
    for (const issuer of [there, first]) {
      const refused = await appOf(issuer, service).token({ ...form, resource: api.identifier });
      t.is(refused.body.error, 'invalid_client');
      const refresh = { grant_type: 'refresh_token', refresh_token: signedIn.tokens.refresh_token ?? '' };
      t.is((await appOf(issuer, web).token(refresh)).body.error, 'invalid_client');
      const headers = { authorization: `Bearer ${signedIn.tokens.access_token}` };
      const userinfo = await got(`${issuer.issuer}/me`, { headers, throwHttpErrors: false, retry: { limit: 0 } });
      t.is(userinfo.statusCode, 401);
    }
  });

  test(`${name}: a secret that was replaced at once is refused by another instance at once`, async (t) => {
    const { first, second } = await start(t, name);
    const web = await first.createClient({ ...WEB_APP, first_party: true });
    const { tokens } = await obtainTokens(appOf(first, web), LOGIN);
    const there = appOf({ issuer: second.address }, web);
    t.true((await there.post('/token/introspection', { token: tokens.access_token })).body.active);
    await rotateClientSecret({ clientId: web.client_id, keepsPrevious: false }, first.installation.registration);
    const { body } = await there.post('/token/introspection', { token: tokens.access_token });
    t.is(body.error, 'invalid_client');
  });
});
