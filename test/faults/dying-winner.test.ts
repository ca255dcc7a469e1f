/** A process that is killed between consuming a refresh token and responding locks no client out. */
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { freePort } from '../../scripts/free-port.ts';
import { ManualClock } from '../support/clock.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { startInstallation } from '../support/installation.ts';
import { startProviderProcess } from '../support/provider-process.ts';
import { appOf, obtainTokens, PASSWORD, WEB_APP } from '../support/relying-party.ts';
import { type DatabaseName, storageFor } from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LOGIN = 'ada@example.com';
const LEASE_SECONDS = 2;
const WINDOW_SECONDS = 10;
const program = fileURLToPath(new URL('../support/dying-provider.ts', import.meta.url));

/** A refresh token that a process consumed before it died; and the same app at a process that lives. */
async function startAfterDeath(t: ExecutionContext, database: DatabaseName, diesAt: string) {
  const folder = await temporaryFolder(t);
  const storage = await storageFor(database, folder);
  t.teardown(storage.drop);
  const clock = new ManualClock();
  const latchkey = await startInstallation({ clock, storageUrl: storage.url, environment: { DATA_FOLDER: folder } });
  t.teardown(latchkey.stop);
  await latchkey.createAccount({ email: LOGIN, password: PASSWORD });
  const client = await latchkey.createClient(WEB_APP);
  const app = appOf(latchkey, client);
  const { tokens } = await obtainTokens(app, LOGIN);
  const environment = { ISSUER: latchkey.issuer, STORAGE_URL: storage.url, DATA_FOLDER: folder, DIES_AT: diesAt };
  const dying = await startProviderProcess({ port: await freePort(), environment, program });
  t.teardown(dying.kill);
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
  await t.throwsAsync(appOf({ issuer: dying.address }, client).token(form), { code: 'ECONNRESET' });
  // The one that died went by the time of day.
  clock.advance((Date.now() - clock.now()) / 1000);
  const refresh = (refreshToken = tokens.refresh_token ?? '') =>
    app.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  return { clock, refresh };
}

const deaths = [
  { diesAt: 'consume refresh_tokens after', comesBack: 'a moment later', afterSeconds: LEASE_SECONDS + 1 },
  {
    diesAt: 'insert cached_token_responses before',
    comesBack: 'long after the reuse interval',
    afterSeconds: 12 * 3600,
  },
];

await forEachDatabase(test, ({ name }) => {
  for (const { diesAt, comesBack, afterSeconds } of deaths) {
    test(`${name}: killed at "${diesAt}": ${comesBack} another process answers in its place, once`, async (t) => {
      const { clock, refresh } = await startAfterDeath(t, name, diesAt);
      clock.advance(afterSeconds);

      const answers = await Promise.all(Array.from({ length: 3 }, () => refresh()));

      t.deepEqual([...new Set(answers.map(({ statusCode }) => statusCode))], [200]);
      t.is(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1);
      t.deepEqual((await refresh()).body, answers[0]?.body, 'the reuse interval begins with the response');
      clock.advance(WINDOW_SECONDS + 1);
      const next = await refresh(answers[0]?.body.refresh_token);
      t.is(next.statusCode, 200);
      t.is((await refresh()).body.error, 'invalid_grant', 'answered by then: a replay');
      t.is((await refresh(next.body.refresh_token)).body.error, 'invalid_grant');
    });
  }

  test(`${name}: killed after the answer was kept: another process gives that answer, as long as the reuse interval lasts`, async (t) => {
    const { clock, refresh } = await startAfterDeath(t, name, 'insert cached_token_responses after');

    const first = await refresh();
    t.is(first.statusCode, 200);
    t.deepEqual((await refresh()).body, first.body);

    clock.advance(WINDOW_SECONDS + 1);
    t.is((await refresh()).body.error, 'invalid_grant');
  });
});
