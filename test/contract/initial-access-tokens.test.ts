/** What is promised of initial access tokens: each pays for exactly so many registrations, and cannot be read in the database. */
import test from 'ava';
import {
  createInitialAccessToken,
  findInitialAccessToken,
  listInitialAccessTokens,
  revokeInitialAccessToken,
  useInitialAccessToken,
} from '../../src/domain/clients/initial-access-tokens.ts';
import { parsePolicy } from '../../src/domain/clients/metadata-policy.ts';
import { rejectsWith } from '../support/domain-errors.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

const DAY = 86_400;

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: of 50 that use a token of one use at once one wins, and nobody after it`, async (t) => {
    const stores = await openStores(t, driver);
    const { token } = await createInitialAccessToken({}, stores);
    const used = await atOnce(50, () => useInitialAccessToken(token, stores));
    t.is(used.filter((each) => each !== undefined).length, 1);
    t.is(await useInitialAccessToken(token, stores), undefined);
    t.is(await findInitialAccessToken(token, stores), undefined);
    t.deepEqual(await stores.records.list('initial_access_tokens', { limit: 9 }), []);
  });

  test(`${driver.name}: of 50 that use a token of seven uses at once seven win, each with another number left`, async (t) => {
    const stores = await openStores(t, driver);
    const { token } = await createInitialAccessToken({ uses: 7 }, stores);
    const used = await atOnce(50, () => useInitialAccessToken(token, stores));
    t.deepEqual(used.flatMap((each) => each?.usesLeft ?? []).toSorted(), [1, 2, 3, 4, 5, 6, 7]);
    t.is(await useInitialAccessToken(token, stores), undefined);
  });

  test(`${driver.name}: a token is good until it is too old or revoked, and looking at it costs no use`, async (t) => {
    const stores = await openStores(t, driver);
    const policy = parsePolicy({ client_name: { default: 'Notes' } });
    const { token, stored } = await createInitialAccessToken({ name: 'Partners', uses: 2, policy }, stores);
    for (let at = 0; at < 3; at += 1) t.deepEqual(await findInitialAccessToken(token, stores), stored);
    t.is((await useInitialAccessToken(token, stores))?.usesLeft, 2);
    const [listed] = (await listInitialAccessTokens({ limit: 9 }, stores)).items;
    t.deepEqual(listed, { ...stored, usesLeft: 1 });

    await revokeInitialAccessToken(stored.id, stores);
    t.is(await useInitialAccessToken(token, stores), undefined);
    await rejectsWith(t, 'initial_access_token_unknown', () => revokeInitialAccessToken(stored.id, stores));
    await rejectsWith(t, 'initial_access_token_unknown', () => revokeInitialAccessToken(token, stores));

    const { token: old } = await createInitialAccessToken({ uses: 2 }, stores);
    await useInitialAccessToken(old, stores);
    stores.clock.advance(7 * DAY);
    t.is(await findInitialAccessToken(old, stores), undefined);
    t.is(await useInitialAccessToken(old, stores), undefined);
    t.deepEqual(await listInitialAccessTokens({ limit: 9 }, stores), { items: [], next: null });
  });

  test(`${driver.name}: of a revocation and 20 uses at once no more win than there are uses`, async (t) => {
    const stores = await openStores(t, driver);
    const { token, stored } = await createInitialAccessToken({}, stores);
    const uses = atOnce(20, () => useInitialAccessToken(token, stores));
    const revoked = await revokeInitialAccessToken(stored.id, stores).then(
      () => 1,
      () => 0,
    );
    t.is((await uses).filter((each) => each !== undefined).length + revoked, 1);
  });

  test(`${driver.name}: nothing of a token, its name or its policy can be read in the database`, async (t) => {
    const stores = await openStores(t, driver);
    const policy = parsePolicy({ client_name: { default: 'planted-client' } });
    const { token } = await createInitialAccessToken({ name: 'planted-name', policy, uses: 2 }, stores);
    await useInitialAccessToken(token, stores);
    const [stored] = await stores.records.list('initial_access_tokens', { limit: 1 });
    const text = `${JSON.stringify({ ...stored, payload: undefined })}${Buffer.from(stored?.payload ?? []).toString('latin1')}`;
    for (const secret of [token.slice(7, 20), 'planted-name', 'planted-client']) t.false(text.includes(secret), secret);
  });
});
