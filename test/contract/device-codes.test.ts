/** What the engine is promised for device codes: one answer of a person, taken once, however often the code is saved. */
import test, { type ExecutionContext } from 'ava';
import type { AdapterPayload } from 'oidc-provider';
import { createDeviceCodeAdapter } from '../../src/provider/engine-adapter/device-code-adapter.ts';
import { createArtifactStore } from '../../src/sealing/artifacts.ts';
import { forEachEngine, type TestEngine } from '../support/engines.ts';
import { atOnce } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

const CODE = 'the device code';

async function start(t: ExecutionContext, engine: TestEngine) {
  const { records, ring, keyedHash, clock } = await openStores(t, engine);
  const artifacts = createArtifactStore(records, ring, keyedHash);
  const codes = createDeviceCodeAdapter(artifacts);
  const exp = Math.floor(clock.now() / 1000) + 600;
  /** As the engine does: the whole payload again, with what is new. */
  const save = (news: AdapterPayload = {}) => codes.upsert(CODE, { jti: CODE, userCode: 'ABCD', exp, ...news }, 600);
  const couldSave = (news: AdapterPayload) =>
    save(news).then(
      () => true,
      (error: { error: string }) => {
        t.is(error.error, 'invalid_request');
        return false;
      },
    );
  await save();
  return { codes, artifacts, clock, save, couldSave };
}

await forEachEngine(test, (engine) => {
  test(`${engine.name}: of 50 browsers that begin to answer for one device, one may`, async (t) => {
    const { codes, couldSave } = await start(t, engine);

    const outcomes = await atOnce(50, () => couldSave({ inFlight: true }));

    t.is(outcomes.filter(Boolean).length, 1);
    t.true((await codes.findByUserCode('ABCD'))?.inFlight);
  });

  test(`${engine.name}: of 50 accounts that approve one device at once, one gets it`, async (t) => {
    const { codes, save, couldSave } = await start(t, engine);
    await save({ inFlight: true });

    const outcomes = await atOnce(50, (caller) => couldSave({ inFlight: true, accountId: `account ${caller}` }));

    t.is(outcomes.filter(Boolean).length, 1);
    t.is((await codes.find(CODE))?.accountId, `account ${outcomes.indexOf(true)}`);
  });

  test(`${engine.name}: a refusal is not turned into an approval, nor an approval into a refusal`, async (t) => {
    const refused = await start(t, engine);
    await refused.save({ error: 'access_denied' });
    t.false(await refused.couldSave({ inFlight: true }));
    t.false(await refused.couldSave({ inFlight: true, accountId: 'ada' }));
    t.is((await refused.codes.find(CODE))?.accountId, undefined);

    const approved = await start(t, engine);
    await approved.save({ inFlight: true });
    await approved.save({ inFlight: true, accountId: 'ada' });
    t.false(await approved.couldSave({ inFlight: true, error: 'server_error' }));
    t.is((await approved.codes.find(CODE))?.error, undefined);
  });

  test(`${engine.name}: a device code goes with its grant, and what is saved late does not bring it back`, async (t) => {
    const { codes, artifacts, save, couldSave } = await start(t, engine);
    await save({ inFlight: true, grantId: 'grant' });

    await artifacts.destroyGrant('grant');

    t.false(await couldSave({ inFlight: true, accountId: 'ada', grantId: 'grant' }));
    t.is(await codes.find(CODE), undefined);
    t.is(await codes.findByUserCode('ABCD'), undefined);
  });

  test(`${engine.name}: a device code that was paid out stays so, whoever saves it`, async (t) => {
    const { codes, save, couldSave } = await start(t, engine);
    await save({ inFlight: true });
    await save({ inFlight: true, accountId: 'ada' });
    await codes.consume(CODE);

    t.false(await couldSave({ inFlight: true, accountId: 'eve' }));

    t.truthy((await codes.find(CODE))?.consumed);
    await t.throwsAsync(async () => codes.consume(CODE), { message: 'invalid_grant' });
  });

  test(`${engine.name}: nobody can answer for a device whose code has expired`, async (t) => {
    const { clock, couldSave } = await start(t, engine);

    clock.advance(700);

    t.false(await couldSave({ inFlight: true }));
  });
});
