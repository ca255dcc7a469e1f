/** An installation moves from SQLite to MongoDB and back, with real processes: nobody has to sign in again. */
import { join } from 'node:path';
import test from 'ava';
import got from 'got';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { onMongodb } from '../support/mongodb/on-mongodb.ts';
import { appOf, CALLBACK, obtainTokens } from '../support/relying-party.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newKey } from './encrypted-fixture.ts';
import { API, LOGIN, SCOPE, seedInstallation } from './installation-on.ts';
import { newVisitor } from './visitor.ts';

await onMongodb(test, (driver) => {
  test('client, account, session, tokens and what is used survive the move to MongoDB and back', async (t) => {
    const folder = await temporaryFolder(t);
    const { url: onServer, drop } = await driver.lendDatabase();
    t.teardown(drop);
    const [before, after] = [`sqlite:${join(folder, 'before.db')}`, `sqlite:${join(folder, 'after.db')}`];
    const keys = newKey().toString('base64url');
    const seeded = await seedInstallation(t, { storageUrl: before, folder, secretKeys: keys });
    const { issuer, client, service, ports } = seeded;
    const [port] = ports;
    const app = appOf({ issuer }, client);
    const countsOf = async (url: string) => {
      const { exitCode, stdout, json } = await seeded.admin(['storage', 'check', '--json'], keys, url);
      t.is(exitCode, 0, stdout);
      return json().collections;
    };
    const moveTo = async (from: string, to: string): Promise<void> => {
      const { exitCode, stderr, json } = await seeded.admin(
        ['storage', 'copy', '--from', from, '--to', to, '--json'],
        keys,
      );
      t.is(exitCode, 0, stderr);
      t.true(Number(json().total) > 10);
      t.deepEqual(await countsOf(to), await countsOf(from));
    };

    let running = await seeded.start(port, keys, before);
    const visitor = await newVisitor(seeded);
    await visitor.goesOn(t, port);
    const { tokens, code, verifier } = await obtainTokens(app, LOGIN);
    const job = appOf({ issuer }, service);
    const jwt = (await job.token({ grant_type: 'client_credentials', resource: API, scope: SCOPE })).body.access_token;

    for (const [from, to] of [
      [before, onServer],
      [onServer, after],
    ] as const) {
      await running.stop();
      await moveTo(from, to);
      running = await seeded.start(port, keys, to);
      await visitor.goesOn(t, port);
      const userinfo = await got(`${issuer}/me`, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      }).json();
      t.like(userinfo, { email: LOGIN });
      const { payload } = await jwtVerify(jwt, createRemoteJWKSet(new URL(`${issuer}/jwks`)), {
        issuer,
        audience: API,
      });
      t.is(payload.client_id, service.client_id);
    }

    const used = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier };
    t.like((await app.token(used)).body, { error: 'invalid_grant' });
    const revoked = await app.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' });
    t.like(revoked.body, { error: 'invalid_grant' }, 'a code presented again ends its family, after the move too');
  });
});
