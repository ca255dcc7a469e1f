/** Rotating keys never makes a valid token fail, at any instance and at any moment (design section 8, 11). */
import test, { type ExecutionContext } from 'ava';
import got from 'got';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { type Clock, systemClock } from '../../src/ports/clock.ts';
import { listSigningKeys, rotateSigningKeys } from '../../src/provider/signing-keys.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { startInstallation, type TestInstallation } from '../support/installation.ts';
import { API, API_SCOPES } from '../support/provider-fixture.ts';
import { type App, appOf, obtainTokens, PASSWORD, WEB_APP } from '../support/relying-party.ts';
import { type DatabaseName, storageFor } from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { advance, stopTime } from './time.ts';

stopTime();
const LOGIN = 'ada@example.com';
const DAY_SECONDS = 86_400;

/** Two instances on one database; only one of them is told to follow changes. */
async function start(t: ExecutionContext, database: DatabaseName) {
  const folder = await temporaryFolder(t);
  const storage = await storageFor(database, folder);
  t.teardown(storage.drop);
  const clock = systemClock;
  const shared = { clock, storageUrl: storage.url };
  const first = await startInstallation({ ...shared, environment: { DATA_FOLDER: folder } });
  t.teardown(first.stop);
  const second = await startInstallation({ ...shared, environment: { DATA_FOLDER: folder, ISSUER: first.issuer } });
  t.teardown(second.stop);
  await first.createAccount({ email: LOGIN, password: PASSWORD });
  await first.createResource({ identifier: API, scopes: API_SCOPES });
  const client = await first.createClient({ ...WEB_APP, first_party: true });
  const [app, there] = [appOf(first, client), appOf({ issuer: second.address }, client)];
  const sign = async () => {
    const { tokens } = await obtainTokens(app, LOGIN, { scope: 'openid notes:read', resource: API });
    return tokens;
  };
  return { clock, first, second, app, there, sign };
}

const kidOf = (token: string | undefined): string | undefined => decodeProtectedHeader(token ?? '').kid;

async function publishedKids({ address }: TestInstallation): Promise<readonly string[]> {
  const { keys } = (await got(`${address}/jwks`).json()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
}

async function isActive(app: App, token: string): Promise<unknown> {
  return (await app.post('/token/introspection', { token })).body.active;
}

const rotate = ({ installation: { keys } }: TestInstallation, clock: Clock, isAtOnce: boolean) =>
  rotateSigningKeys(keys, clock, { isAtOnce });

async function later(seconds: number, instance: TestInstallation): Promise<void> {
  advance(seconds);
  await instance.follow();
}

await forEachDatabase(test, ({ name }) => {
  test.serial(
    `${name}: a new key is published first, and signs when every copy of the old list has run out`,
    async (t) => {
      const { clock, first, second, app, there, sign } = await start(t, name);
      const old = await sign();

      const made = await rotate(first, clock, false);
      await Promise.all([first.follow(), second.follow()]);

      for (const instance of [first, second]) {
        const kids = await publishedKids(instance);
        for (const kid of made) t.true(kids.includes(kid));
      }
      t.is(kidOf((await sign()).access_token), kidOf(old.access_token));
      await later(300, first);
      t.is(kidOf((await sign()).access_token), kidOf(old.access_token));
      await later(60, first);
      const renewed = await sign();
      t.true(made.includes(String(kidOf(renewed.access_token))));
      t.true(made.includes(String(kidOf(renewed.id_token))));
      // The second instance has not heard that it is time, and knows the key all the same.
      t.true(await isActive(there, renewed.access_token));
      await second.follow();
      t.true(await isActive(there, old.access_token));
      t.true(await isActive(app, old.access_token));
      const keys = createRemoteJWKSet(new URL(`${first.issuer}/jwks`));
      for (const token of [old.access_token, renewed.access_token]) await t.notThrowsAsync(jwtVerify(token, keys));
    },
  );

  test.serial(
    `${name}: a key that signs at once is known at an instance that has not heard of it, and the old one signs nothing`,
    async (t) => {
      const { clock, first, app, there, sign } = await start(t, name);
      const old = await sign();

      const made = await rotate(first, clock, true);
      await first.follow();

      const renewed = await sign();
      t.true(made.includes(String(kidOf(renewed.access_token))));
      t.true(await isActive(there, renewed.access_token));
      t.true(await isActive(app, old.access_token));
      t.true((await publishedKids(first)).includes(String(kidOf(old.access_token))));
    },
  );

  test.serial(
    `${name}: of rotations at once none is lost, and all instances agree on the key that signs`,
    async (t) => {
      const { clock, first, second } = await start(t, name);
      const made = (await Promise.all(Array.from({ length: 8 }, (_, n) => rotate(first, clock, n % 2 === 0)))).flat();
      const listed = await Promise.all(
        [first, second].map(({ installation: { keys } }) => listSigningKeys(keys, clock)),
      );
      const kids = listed[0]?.map(({ jwk }) => String(jwk.kid)) ?? [];
      for (const kid of made) t.true(kids.includes(kid));
      const signing = listed.map((keys) => keys.filter(({ state }) => state === 'signs').map(({ jwk }) => jwk.kid));
      t.is(signing[0]?.length, 3);
      t.deepEqual(signing[0], signing[1]);
    },
  );

  test.serial(`${name}: a key goes with a rotation long after its last use, and not before`, async (t) => {
    const { clock, first } = await start(t, name);
    const { keys } = first.installation;
    const kids = async () => (await listSigningKeys(keys, clock)).map(({ jwk }) => String(jwk.kid));
    const old = await kids();
    await rotate(first, clock, true);
    advance(90 * DAY_SECONDS);
    await rotate(first, clock, true);
    for (const kid of old) t.true((await kids()).includes(kid));
    advance(2 * DAY_SECONDS);
    await rotate(first, clock, true);
    for (const kid of old) t.false((await kids()).includes(kid));
    t.is((await kids()).length, 9);
  });
});

test.serial('a token with a key that nobody has is inactive, and no fault', async (t) => {
  const { app, sign } = await start(t, 'sqlite');
  const { access_token: token } = await sign();
  const [header = '', ...rest] = token.split('.');
  const forged = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), kid: 'nobody' };
  const strange = [Buffer.from(JSON.stringify(forged)).toString('base64url'), ...rest].join('.');
  t.false(await isActive(app, strange));
});
