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
});
