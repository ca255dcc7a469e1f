/** Device codes and initial access tokens pay out once, whichever of two processes is asked. */
import test from 'ava';
import type { Cluster } from '../support/cluster.ts';
import { approve, enterCode, newDevice } from '../support/devices.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { fileOwner } from '../support/owner.ts';
import { startPluggedCluster } from '../support/plugged-cluster.ts';
import { atOnce, tally } from '../support/records.ts';
import { newInitialAccessToken, register } from '../support/registrations.ts';
import { type App, appOf, CALLBACK, type TokenAnswer } from '../support/relying-party.ts';
import { newUser, type Page } from '../support/user.ts';

const CALLERS = 50;
async function isActive(app: App, token = ''): Promise<unknown> {
  return (await app.post('/token/introspection', { token })).body.active;
}

await forEachDatabase(test, ({ name }) => {
  const owner = fileOwner(test, name);
  let started: Promise<Cluster> | undefined;
  const start = (): Promise<Cluster> => {
    started ??= startPluggedCluster(owner, name);
    return started;
  };

  test.serial(`${name}: a device code pays out once, whichever process is asked`, async (t) => {
    const cluster = await start();
    const device = await newDevice(cluster);
    const poll = () => atOnce(CALLERS, (caller) => device.appAt(caller).token(device.form));
    const early = await poll();
    t.deepEqual([...new Set(early.map(({ body }) => body.error))], ['authorization_pending']);
    t.true((await approve(cluster, device)).body.includes('id="device-approved"'));

    const answers = await poll();

    t.is(answers.filter(({ statusCode }) => statusCode === 200).length, 1);
    const losers = answers.filter(({ statusCode }) => statusCode !== 200);
    t.deepEqual(
      [...new Set(losers.map(({ statusCode, body }) => `${statusCode} ${body.error}`))],
      ['400 invalid_grant'],
    );
  });

  test.serial(`${name}: a device code that comes again at the other process ends the family`, async (t) => {
    const cluster = await start();
    const device = await newDevice(cluster);
    const [first, second] = [device.appAt(0), device.appAt(1)];
    await approve(cluster, device);
    const { body: tokens }: { body: TokenAnswer } = await first.token(device.form);
    t.true(await isActive(second, tokens.access_token));
    t.true(await isActive(first, tokens.refresh_token));

    t.is((await second.token(device.form)).body.error, 'invalid_grant');

    t.false(await isActive(first, tokens.access_token));
    t.false(await isActive(second, tokens.refresh_token));
    const refreshed = await first.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' });
    t.is(refreshed.body.error, 'invalid_grant');
  });

  test.serial(
    `${name}: of many browsers that confirm one user code, one goes on, whichever process it asks`,
    async (t) => {
      const cluster = await start();
      const device = await newDevice(cluster);
      const browsers = await atOnce(20, async (caller) => {
        const address = cluster.processes[caller % 2]?.address;
        const user = newUser();
        const asked = await enterCode(cluster, user, device, address);
        return () => user.submit(asked, 'confirm-submit');
      });

      const pages = await Promise.all(browsers.map((confirm) => confirm()));

      const isAsked = ({ body }: Page): boolean => body.includes('id="login-submit"');
      t.is(pages.filter(isAsked).length, 1);
      t.true(pages.every((page) => isAsked(page) || page.body.includes('already')));
      t.true(pages.every(({ status }) => status < 500));
    },
  );

  test.serial(`${name}: an initial access token registers one client, whichever process is asked`, async (t) => {
    const cluster = await start();
    const { installation } = cluster;
    const token = await newInitialAccessToken(installation);
    const stored = async () => (await installation.records.list('clients', { limit: 1000 })).length;
    const before = await stored();

    const answers = await atOnce(CALLERS, (caller) => register(cluster, caller, token));

    const told = answers.map(({ statusCode, body }) => `${statusCode} ${body.error ?? ''}`);
    t.is(tally(told, '201 '), 1);
    t.is(tally(told, '401 invalid_token'), CALLERS - 1);
    t.is(await stored(), before + 1);
    t.is((await register(cluster, 1, token)).body.error, 'invalid_token');
  });

  test.serial(
    `${name}: a client that registered itself is known at the other process, by its secret alone`,
    async (t) => {
      const cluster = await start();
      const { body } = await register(cluster, 0, await newInitialAccessToken(cluster.installation));
      const issuer = cluster.processes[1].address;
      const form = { grant_type: 'authorization_code', code: 'none', redirect_uri: CALLBACK, code_verifier: 'none' };
      const { client_id, client_secret } = body;

      const known = await appOf({ issuer }, { client_id, client_secret }).token(form);
      const refused = await appOf({ issuer }, { client_id, client_secret: `${client_secret}x` }).token(form);

      t.is(known.body.error, 'invalid_grant');
      t.is(refused.body.error, 'invalid_client');
    },
  );

  test.serial(`${name}: metadata that is refused costs no initial access token`, async (t) => {
    const cluster = await start();
    const token = await newInitialAccessToken(cluster.installation);

    const refused = await register(cluster, 0, token, { redirect_uris: ['http://plain.example.com/'] });

    t.is(refused.body.error, 'invalid_redirect_uri');
    t.is((await register(cluster, 1, token)).statusCode, 201);
  });
});
