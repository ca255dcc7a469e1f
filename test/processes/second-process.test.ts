/** What one process did, another knows at once: nothing but the database is between them. */
import { randomUUID } from 'node:crypto';
import test from 'ava';
import { disableAccount } from '../../src/domain/accounts/change.ts';
import { type Cluster, startCluster } from '../support/cluster.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { fileOwner } from '../support/owner.ts';
import { type App, appOf, CALLBACK, obtainTokens, PASSWORD, WEB_APP } from '../support/relying-party.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { newUser, type User } from '../support/user.ts';

/** An app that talks to the first process, and the same one talking to the second; somebody has signed in to it. */
async function start(cluster: Cluster) {
  const login = `${randomUUID()}@example.com`;
  const account = await cluster.createAccount({ email: login, password: PASSWORD });
  const client = await cluster.createClient({ ...WEB_APP, first_party: true });
  const [first, second] = cluster.processes.map(({ address }) => appOf({ issuer: address }, client)) as [App, App];
  const user = newUser({ stopAt: CALLBACK });
  const { tokens } = await obtainTokens(appOf(cluster, client), login, { user });
  return { account, client, first, second, user, tokens };
}

function refresh(app: App, refreshToken: string | undefined) {
  return app.token({ grant_type: 'refresh_token', refresh_token: refreshToken ?? '' });
}

async function isActive(app: App, token: string | undefined): Promise<unknown> {
  return (await app.post('/token/introspection', { token: token ?? '' })).body.active;
}

/** The error of a silent sign-in at the issuer's address, which is the first process. */
async function silentError(user: User, cluster: Cluster, app: App): Promise<string | null> {
  const { url } = appOf(cluster, app.client).request({ prompt: 'none' });
  return new URL((await user.open(url)).url).searchParams.get('error');
}

await forEachDatabase(test, ({ name }) => {
  const owner = fileOwner(test, name);
  let started: Promise<Cluster> | undefined;
  const cluster = (): Promise<Cluster> => {
    started ??= startCluster(owner, { database: name });
    return started;
  };

  test.serial(`${name}: an answer that was lost on its way is fetched again from another process`, async (t) => {
    const { client, first, second, tokens } = await start(await cluster());
    const proxy = await startTcpProxy(Number(new URL((await cluster()).processes[0].address).port));
    t.teardown(proxy.close);
    const lost = proxy.cutNext((request) => request.includes('grant_type=refresh_token'), 'after');
    const behind = appOf({ issuer: `http://127.0.0.1:${proxy.port}` }, client);
    await t.throwsAsync(refresh(behind, tokens.refresh_token), { code: 'ECONNRESET' });
    await lost;

    const again = await refresh(second, tokens.refresh_token);

    t.is(again.statusCode, 200);
    t.deepEqual((await refresh(first, tokens.refresh_token)).body, again.body);
    t.true(await isActive(first, again.body.access_token));
    t.is((await refresh(second, again.body.refresh_token)).statusCode, 200);
  });

  test.serial(`${name}: a disabled account is signed out at every process at once`, async (t) => {
    const { account, first, second, user, tokens } = await start(await cluster());
    const { installation } = await cluster();
    t.true(await isActive(second, tokens.access_token));
    t.is(await silentError(user, await cluster(), first), null);

    await disableAccount(account.id, installation);

    for (const app of [first, second]) {
      t.false(await isActive(app, tokens.access_token));
      t.false(await isActive(app, tokens.refresh_token));
      t.is((await refresh(app, tokens.refresh_token)).body.error, 'invalid_grant');
    }
    t.is(await silentError(user, await cluster(), first), 'login_required');
    t.is(await installation.grants.destroyAllOf({ accountId: account.id }), 0);
  });

  test.serial(`${name}: a family that was revoked at one process is inactive at the other at once`, async (t) => {
    const { first, second, tokens } = await start(await cluster());

    await first.post('/token/revocation', { token: tokens.refresh_token ?? '' });

    t.false(await isActive(second, tokens.access_token));
    t.is((await refresh(second, tokens.refresh_token)).body.error, 'invalid_grant');
  });
});
