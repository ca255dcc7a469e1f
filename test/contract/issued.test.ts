/** What the store of issued models promises for every model that pays out once. */
import test from 'ava';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

const CONSUMED_ONCE = ['AuthorizationCode', 'DeviceCode', 'PushedAuthorizationRequest'] as const;

await forEachDatabase(test, (driver) => {
  for (const model of CONSUMED_ONCE) {
    test(`${driver.name}: of 50 who consume one ${model}, one does`, async (t) => {
      const stores = await openStores(t, driver);
      const { issued } = stores;
      await issued.save(model, 'bearer', { grantId: 'grant' }, stores.clock.now() + 60_000);

      const outcomes = await atOnce(50, () => issued.consume(model, 'bearer'));

      t.is(outcomes.filter((outcome) => outcome === 'consumed').length, 1);
      t.is(outcomes.filter((outcome) => outcome === 'already_consumed').length, 49);
    });
  }

  test(`${driver.name}: of 50 who consume one RefreshToken, one does`, async (t) => {
    const { refreshTokens, clock } = await openStores(t, driver);
    await refreshTokens.save('bearer', { grantId: 'grant' }, clock.now() + 60_000);

    const outcomes = await atOnce(50, () => refreshTokens.consume('bearer'));

    t.is(outcomes.filter((outcome) => outcome === 'consumed').length, 1);
    t.is(outcomes.filter((outcome) => outcome === 'already_consumed').length, 49);
  });

  test(`${driver.name}: of 50 who use one initial access token by destroying it, one does`, async (t) => {
    const stores = await openStores(t, driver);
    const { issued } = stores;
    await issued.save('InitialAccessToken', 'bearer', {}, stores.clock.now() + 60_000);

    const outcomes = await atOnce(50, () => issued.destroy('InitialAccessToken', 'bearer'));

    t.is(outcomes.filter(Boolean).length, 1);
  });

  test(`${driver.name}: of 50 who bring one identifier, one is the first, and again once it has expired`, async (t) => {
    const stores = await openStores(t, driver);
    const { issued } = stores;
    const bring = () => issued.firstSeen('issuer and jti', stores.clock.now() + 60_000);

    t.is((await atOnce(50, bring)).filter(Boolean).length, 1);

    stores.clock.advance(61);
    t.is((await atOnce(50, bring)).filter(Boolean).length, 1);
  });

  test(`${driver.name}: a consumed token that is saved again stays consumed`, async (t) => {
    const stores = await openStores(t, driver);
    const { issued } = stores;
    const expiresAt = stores.clock.now() + 60_000;
    await issued.save('DeviceCode', 'bearer', { userCode: 'ABCD' }, expiresAt);
    await issued.consume('DeviceCode', 'bearer');

    await issued.save('DeviceCode', 'bearer', { userCode: 'ABCD', accountId: 'ada' }, expiresAt);

    t.not((await issued.find('DeviceCode', 'bearer'))?.consumedAt, undefined);
  });

  test(`${driver.name}: a device code is found by its user code, with the id it was saved under`, async (t) => {
    const stores = await openStores(t, driver);
    const { issued } = stores;
    await issued.save('DeviceCode', 'bearer', { userCode: 'ABCD' }, stores.clock.now() + 60_000);

    t.is((await issued.findByUserCode('ABCD'))?.payload.jti, 'bearer');
    t.is(await issued.findByUserCode('ABCE'), undefined);
  });

  test(`${driver.name}: a user code that two devices were given finds neither`, async (t) => {
    const stores = await openStores(t, driver);
    const { issued } = stores;
    const expiresAt = stores.clock.now() + 60_000;
    await issued.save('DeviceCode', 'one', { userCode: 'ABCD' }, expiresAt);
    await issued.save('DeviceCode', 'other', { userCode: 'ABCD' }, expiresAt + 60_000);
    t.is(await issued.findByUserCode('ABCD'), undefined);

    stores.clock.advance(61);
    t.is((await issued.findByUserCode('ABCD'))?.payload.jti, 'other');
  });

  test(`${driver.name}: a user code is stored encrypted, and under a hash that cannot be made without the key`, async (t) => {
    const stores = await openStores(t, driver);
    await stores.issued.save('DeviceCode', 'bearer', { userCode: 'BCDFGHJK' }, stores.clock.now() + 60_000);

    const [record] = await stores.records.list('device_codes', { limit: 2 });

    t.is(record?.indexes?.userCode, stores.keyedHash.hash('user code', 'BCDFGHJK'));
    t.false(Buffer.from(record?.payload ?? []).includes('BCDFGHJK'));
  });

  test(`${driver.name}: of 50 changes at once none is lost, and none makes a token that is gone anew`, async (t) => {
    const stores = await openStores(t, driver);
    const { issued } = stores;
    const expiresAt = stores.clock.now() + 60_000;
    await issued.save('DeviceCode', 'bearer', { userCode: 'ABCD', polls: 0 }, expiresAt);
    const count = () =>
      issued.change('DeviceCode', 'bearer', ({ polls, ...rest }) => ({
        payload: { ...rest, polls: Number(polls) + 1 },
        expiresAt,
      }));

    t.true((await atOnce(50, count)).every(Boolean));

    t.deepEqual((await issued.findByUserCode('ABCD'))?.payload, { userCode: 'ABCD', polls: 50, jti: 'bearer' });
    await issued.destroy('DeviceCode', 'bearer');
    t.false(await count());
    t.is(await issued.find('DeviceCode', 'bearer'), undefined);
  });
});
