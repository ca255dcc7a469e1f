/** A winner that is too slow to store its response, while another request takes over. */
import test, { type ExecutionContext } from 'ava';
import { ManualClock } from '../support/clock.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { gatedRecords } from '../support/gated-records.ts';
import { startInstallation } from '../support/installation.ts';
import { appOf, obtainTokens, PASSWORD, WEB_APP } from '../support/relying-party.ts';
import { type DatabaseName, storageFor } from '../support/storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LOGIN = 'ada@example.com';
const LEASE_SECONDS = 2;

/** Two instances on one database; the first one has consumed the token and hangs before its response is stored. */
async function start(t: ExecutionContext, database: DatabaseName) {
  const folder = await temporaryFolder(t);
  const storage = await storageFor(database, folder);
  t.teardown(storage.drop);
  const clock = new ManualClock();
  const gates = gatedRecords();
  const shared = { clock, storageUrl: storage.url, environment: { DATA_FOLDER: folder } };
  const slow = await startInstallation({ ...shared, wrapRecords: gates.wrapRecords });
  t.teardown(slow.stop);
  const quick = await startInstallation(shared);
  t.teardown(quick.stop);
  await slow.createAccount({ email: LOGIN, password: PASSWORD });
  const client = await slow.createClient(WEB_APP);
  const { tokens } = await obtainTokens(appOf(slow, client), LOGIN);
  const refreshAt = (instance: typeof slow, extra: object = {}) =>
    appOf(instance, client).token({
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token ?? '',
      ...extra,
    });
  const keeping = gates.holdNext('insert', 'cached_token_responses');
  const late = refreshAt(slow);
  await keeping.reached;
  return { clock, slow, quick, client, refreshAt, keeping, late };
}

await forEachDatabase(test, ({ name }) => {
  test(`${name}: a slow winner sends the response of the request that took over, and what it issued is gone`, async (t) => {
    const { clock, slow, quick, client, refreshAt, keeping, late } = await start(t, name);
    clock.advance(LEASE_SECONDS + 1);
    const taken = await Promise.all(Array.from({ length: 5 }, () => refreshAt(quick)));

    keeping.release();

    const answers = [await late, ...taken];
    t.deepEqual([...new Set(answers.map(({ statusCode }) => statusCode))], [200]);
    t.is(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1);
    // The first token, used; its one successor; nothing of the slow one.
    t.is((await slow.installation.records.list('refresh_tokens', { limit: 9 })).length, 2);
    t.is((await slow.installation.records.list('access_tokens', { limit: 9 })).length, 2);
    const next = { grant_type: 'refresh_token', refresh_token: answers[0]?.body.refresh_token ?? '' };
    t.is((await appOf(slow, client).token(next)).statusCode, 200);
  });

  test(`${name}: a slow winner that was asked for something else gets nothing, and revokes nothing`, async (t) => {
    const { clock, quick, client, refreshAt, keeping, late } = await start(t, name);
    clock.advance(LEASE_SECONDS + 1);
    const taken = await refreshAt(quick, { scope: 'openid' });

    keeping.release();

    t.is((await late).body.error, 'invalid_grant');
    t.is((await late).statusCode, 400);
    const next = { grant_type: 'refresh_token', refresh_token: taken.body.refresh_token ?? '' };
    t.is((await appOf(quick, client).token(next)).statusCode, 200);
  });

  test(`${name}: as long as the winner may still answer, the others wait for it`, async (t) => {
    const { quick, refreshAt, keeping, late } = await start(t, name);
    const waiting = refreshAt(quick);

    keeping.release();

    t.deepEqual((await waiting).body, (await late).body);
  });
});
