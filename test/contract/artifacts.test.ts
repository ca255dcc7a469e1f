/** What the store of the engine's artifacts promises for every model that pays out once. */
import test from 'ava';
import { createArtifactStore } from '../../src/sealing/artifacts.ts';
import { forEachEngine } from '../support/engines.ts';
import { atOnce } from '../support/records.ts';
import { openStores, type Stores } from '../support/stores.ts';

const CONSUMED_ONCE = ['AuthorizationCode', 'RefreshToken', 'DeviceCode', 'PushedAuthorizationRequest'] as const;

const artifactsOf = ({ records, ring, keyedHash }: Stores) => createArtifactStore(records, ring, keyedHash);

await forEachEngine(test, (engine) => {
  for (const model of CONSUMED_ONCE) {
    test(`${engine.name}: of 50 who consume one ${model}, one does`, async (t) => {
      const stores = await openStores(t, engine);
      const artifacts = artifactsOf(stores);
      await artifacts.save(model, 'bearer', { grantId: 'grant' }, stores.clock.now() + 60_000);

      const outcomes = await atOnce(50, () => artifacts.consume(model, 'bearer'));

      t.is(outcomes.filter((outcome) => outcome === 'consumed').length, 1);
      t.is(outcomes.filter((outcome) => outcome === 'already_consumed').length, 49);
    });
  }

  test(`${engine.name}: of 50 who spend one initial access token by destroying it, one does`, async (t) => {
    const stores = await openStores(t, engine);
    const artifacts = artifactsOf(stores);
    await artifacts.save('InitialAccessToken', 'bearer', {}, stores.clock.now() + 60_000);

    const outcomes = await atOnce(50, () => artifacts.destroy('InitialAccessToken', 'bearer'));

    t.is(outcomes.filter(Boolean).length, 1);
  });

  test(`${engine.name}: of 50 who bring one identifier, one is the first, and again once it has expired`, async (t) => {
    const stores = await openStores(t, engine);
    const artifacts = artifactsOf(stores);
    const bring = () => artifacts.firstSeen('issuer and jti', stores.clock.now() + 60_000);

    t.is((await atOnce(50, bring)).filter(Boolean).length, 1);

    stores.clock.advance(61);
    t.is((await atOnce(50, bring)).filter(Boolean).length, 1);
  });

  test(`${engine.name}: a consumed artifact that is saved again stays consumed`, async (t) => {
    const stores = await openStores(t, engine);
    const artifacts = artifactsOf(stores);
    const expiresAt = stores.clock.now() + 60_000;
    await artifacts.save('DeviceCode', 'bearer', { userCode: 'ABCD' }, expiresAt);
    await artifacts.consume('DeviceCode', 'bearer');

    await artifacts.save('DeviceCode', 'bearer', { userCode: 'ABCD', accountId: 'ada' }, expiresAt);

    t.not((await artifacts.find('DeviceCode', 'bearer'))?.consumedAt, undefined);
  });

  test(`${engine.name}: a device code is found by its user code, with the id it was saved under`, async (t) => {
    const stores = await openStores(t, engine);
    const artifacts = artifactsOf(stores);
    await artifacts.save('DeviceCode', 'bearer', { userCode: 'ABCD' }, stores.clock.now() + 60_000);

    t.is((await artifacts.findByUserCode('ABCD'))?.payload.jti, 'bearer');
    t.is(await artifacts.findByUserCode('ABCE'), undefined);
  });

  test(`${engine.name}: a user code that two devices were given finds neither`, async (t) => {
    const stores = await openStores(t, engine);
    const artifacts = artifactsOf(stores);
    const expiresAt = stores.clock.now() + 60_000;
    await artifacts.save('DeviceCode', 'one', { userCode: 'ABCD' }, expiresAt);
    await artifacts.save('DeviceCode', 'other', { userCode: 'ABCD' }, expiresAt + 60_000);
    t.is(await artifacts.findByUserCode('ABCD'), undefined);

    stores.clock.advance(61);
    t.is((await artifacts.findByUserCode('ABCD'))?.payload.jti, 'other');
  });

  test(`${engine.name}: a user code is stored sealed, and under a hash that nobody can make without the key`, async (t) => {
    const stores = await openStores(t, engine);
    await artifactsOf(stores).save('DeviceCode', 'bearer', { userCode: 'BCDFGHJK' }, stores.clock.now() + 60_000);

    const [record] = await stores.records.list('device_codes', { limit: 2 });

    t.is(record?.lookups?.userCode, stores.keyedHash.hash('user code', 'BCDFGHJK'));
    t.false(Buffer.from(record?.payload ?? []).includes('BCDFGHJK'));
  });

  test(`${engine.name}: of 50 changes at once none is lost, and none makes an artifact that is gone anew`, async (t) => {
    const stores = await openStores(t, engine);
    const artifacts = artifactsOf(stores);
    const expiresAt = stores.clock.now() + 60_000;
    await artifacts.save('DeviceCode', 'bearer', { userCode: 'ABCD', polls: 0 }, expiresAt);
    const count = () =>
      artifacts.change('DeviceCode', 'bearer', ({ polls, ...rest }) => ({
        payload: { ...rest, polls: Number(polls) + 1 },
        expiresAt,
      }));

    t.true((await atOnce(50, count)).every(Boolean));

    t.deepEqual((await artifacts.findByUserCode('ABCD'))?.payload, { userCode: 'ABCD', polls: 50, jti: 'bearer' });
    await artifacts.destroy('DeviceCode', 'bearer');
    t.false(await count());
    t.is(await artifacts.find('DeviceCode', 'bearer'), undefined);
  });
});
