/** What an account's owner is shown of what is stored, and ends. */
import test from 'ava';
import type { SessionDocument } from '../../src/storage/issued/sessions.ts';
import { remember } from '../support/consents.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

const expiresAt = Date.now() + 3_600_000;

function session(uid: string, accountId: string): SessionDocument {
  const seen = { userAgent: 'a browser', firstSeenAt: 1, lastSeenAt: 2, clientsSeenAt: {} };
  return { uid, state: { accountId }, sessionIds: [], isDestroyed: false, seen, expiresAt };
}

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: an account's sessions are those that live, and no one else's`, async (t) => {
    const { sessions } = await openStores(t, driver);
    for (const uid of ['one', 'two', 'three']) await sessions.create(session(uid, 'ada'));
    await sessions.create(session('four', 'grace'));
    await sessions.destroyOf('ada', sessions.referenceOf('two'));
    const found = await sessions.ofAccount('ada', { limit: 9 });
    t.deepEqual(found.map(({ document }) => document.uid).toSorted(), ['one', 'three']);
    for (const { reference, document } of found) t.is(reference, sessions.referenceOf(document.uid));
    t.is((await sessions.ofAccount('ada', { limit: 1 })).length, 1);
  });

  test(`${driver.name}: of 50 who end a session one gets what it was, and nothing of it stays`, async (t) => {
    const { sessions } = await openStores(t, driver);
    await sessions.create(session('one', 'ada'));
    const reference = sessions.referenceOf('one');
    const ended = await atOnce(50, () => sessions.destroyOf('ada', reference));
    t.deepEqual(
      ended.filter((document) => document !== undefined),
      [session('one', 'ada')],
    );
    const { document } = (await sessions.findByReference(reference)) ?? {};
    t.deepEqual(document, { uid: 'one', state: {}, sessionIds: [], isDestroyed: true, expiresAt });
  });

  test(`${driver.name}: nobody ends a session of another account, or one that there is not`, async (t) => {
    const { sessions } = await openStores(t, driver);
    await sessions.create(session('one', 'ada'));
    t.is(await sessions.destroyOf('grace', sessions.referenceOf('one')), undefined);
    t.is(await sessions.destroyOf('ada', sessions.referenceOf('two')), undefined);
    t.is((await sessions.ofAccount('ada', { limit: 9 })).length, 1);
  });

  test(`${driver.name}: grants and consents of an account are its own, as many as are asked for`, async (t) => {
    const { grants, issued, consents } = await openStores(t, driver);
    for (const [id, accountId] of [
      ['1', 'ada'],
      ['2', 'ada'],
      ['3', 'grace'],
    ] as const) {
      await issued.save('Grant', id, { accountId, clientId: `app ${id}` }, expiresAt);
      await remember(consents, { accountId, clientId: `app ${id}` });
    }
    const found = await grants.ofAccount('ada', 9);
    t.deepEqual(found.map(({ payload }) => payload.clientId).toSorted(), ['app 1', 'app 2']);
    t.is((await grants.ofAccount('ada', 1)).length, 1);
    t.deepEqual((await consents.ofAccount('ada', 9)).map(({ clientId }) => clientId).toSorted(), ['app 1', 'app 2']);
    t.is((await consents.ofAccount('ada', 1)).length, 1);
  });

  test(`${driver.name}: the latest refresh token of a grant is found among few, and bounded among many`, async (t) => {
    const { grants, refreshTokens } = await openStores(t, driver);
    const reference = grants.referenceOf('grant');
    t.is(await refreshTokens.latestIssue(reference), undefined);
    for (const iat of [300, 900, 600]) await refreshTokens.save(`token ${iat}`, { grantId: 'grant', iat }, expiresAt);
    await refreshTokens.save('of another', { grantId: 'other', iat: 1200 }, expiresAt);
    t.is(await refreshTokens.latestIssue(reference), 900);
    for (let iat = 0; iat < 100; iat += 1)
      await refreshTokens.save(`more ${iat}`, { grantId: 'grant', iat }, expiresAt);
    t.true((await refreshTokens.latestIssue(reference)) !== undefined);
  });
});
