/** What the consent store promises. */
import test from 'ava';
import type { Consent } from '../../src/storage/records/consents.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

function consent(details: Partial<Consent> = {}): Omit<Consent, 'since'> {
  return { accountId: 'ada', clientId: 'shop', oidcScopes: [], oidcClaims: [], resourceScopes: {}, ...details };
}

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: what is allowed adds to what was allowed before`, async (t) => {
    const { consents } = await openStores(t, driver);
    await consents.add(consent({ oidcScopes: ['openid', 'email'], resourceScopes: { 'urn:a': ['read'] } }));
    await consents.add(
      consent({ oidcScopes: ['openid', 'phone'], resourceScopes: { 'urn:a': ['write'], 'urn:b': ['x'] } }),
    );
    const { since: _since, ...remembered } = (await consents.get('ada', 'shop')) ?? {};
    t.deepEqual(
      remembered as object,
      consent({
        oidcScopes: ['openid', 'email', 'phone'],
        resourceScopes: { 'urn:a': ['read', 'write'], 'urn:b': ['x'] },
      }),
    );
  });

  test(`${driver.name}: 20 consents at once are all remembered`, async (t) => {
    const { consents } = await openStores(t, driver);
    await atOnce(20, (caller) => consents.add(consent({ oidcClaims: [`claim${caller}`] })));
    t.is((await consents.get('ada', 'shop'))?.oidcClaims.length, 20);
  });

  test(`${driver.name}: consent of one account to one client says nothing about others`, async (t) => {
    const { consents } = await openStores(t, driver);
    await consents.add(consent({ oidcScopes: ['openid'] }));
    t.is(await consents.get('ada', 'other'), undefined);
    t.is(await consents.get('grace', 'shop'), undefined);
  });

  test(`${driver.name}: consent ends for all of a client, and for no other`, async (t) => {
    const { consents } = await openStores(t, driver);
    for (const accountId of ['ada', 'grace']) {
      for (const clientId of ['shop', 'forum', 'wiki']) await consents.add(consent({ accountId, clientId }));
    }
    t.is(await consents.removeForClient('forum'), 2);
    t.is(await consents.get('grace', 'forum'), undefined);
    t.not(await consents.get('ada', 'wiki'), undefined);
  });
});
