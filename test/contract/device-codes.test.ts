/** What oidc-provider is promised for device codes: one answer of a user, taken once, however often the code is saved. */
import test, { type ExecutionContext } from 'ava';
import type { AdapterPayload } from 'oidc-provider';
import { createDeviceCodeAdapter } from '../../src/provider/adapter/device-codes.ts';
import { forEachDatabase, type TestDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

const CODE = 'the device code';

async function start(t: ExecutionContext, driver: TestDatabase) {
  const { issued, grants, clock } = await openStores(t, driver);
  const codes = createDeviceCodeAdapter(issued, async () => undefined);
  const exp = Math.floor(clock.now() / 1000) + 600;
  /** As oidc-provider does: the whole payload again, with what is new. */
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
  return { codes, grants, clock, save, couldSave };
}

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: of 50 browsers that begin to answer for one device, one may`, async (t) => {
    const { codes, couldSave } = await start(t, driver);

    const outcomes = await atOnce(50, () => couldSave({ inFlight: true }));

    t.is(outcomes.filter(Boolean).length, 1);
    t.true((await codes.findByUserCode('ABCD'))?.inFlight);
  });

  test(`${driver.name}: of 50 accounts that approve one device at once, one gets it`, async (t) => {
    const { codes, save, couldSave } = await start(t, driver);
    await save({ inFlight: true });

    const outcomes = await atOnce(50, (caller) => couldSave({ inFlight: true, accountId: `account ${caller}` }));

    t.is(outcomes.filter(Boolean).length, 1);
    t.is((await codes.find(CODE))?.accountId, `account ${outcomes.indexOf(true)}`);
  });

  test(`${driver.name}: a denial is not turned into an approval, nor an approval into a denial`, async (t) => {
    const refused = await start(t, driver);
    await refused.save({ error: 'access_denied' });
    t.false(await refused.couldSave({ inFlight: true }));
    t.false(await refused.couldSave({ inFlight: true, accountId: 'ada' }));
    t.is((await refused.codes.find(CODE))?.accountId, undefined);

    const approved = await start(t, driver);
    await approved.save({ inFlight: true });
    await approved.save({ inFlight: true, accountId: 'ada' });
    t.false(await approved.couldSave({ inFlight: true, error: 'server_error' }));
    t.is((await approved.codes.find(CODE))?.error, undefined);
  });

  test(`${driver.name}: a device code goes with its grant, and what is saved late does not bring it back`, async (t) => {
    const { codes, grants, save, couldSave } = await start(t, driver);
    await save({ inFlight: true, grantId: 'grant' });

    await grants.destroy('grant');

    t.false(await couldSave({ inFlight: true, accountId: 'ada', grantId: 'grant' }));
    t.is(await codes.find(CODE), undefined);
    t.is(await codes.findByUserCode('ABCD'), undefined);
  });

  test(`${driver.name}: a device code that was paid out stays so, however it is saved`, async (t) => {
    const { codes, save, couldSave } = await start(t, driver);
    await save({ inFlight: true });
    await save({ inFlight: true, accountId: 'ada' });
    await codes.consume(CODE);

    t.false(await couldSave({ inFlight: true, accountId: 'eve' }));

    t.truthy((await codes.find(CODE))?.consumed);
    await t.throwsAsync(async () => codes.consume(CODE), { message: 'invalid_grant' });
  });

  test(`${driver.name}: no answer is taken for a device whose code has expired`, async (t) => {
    const { clock, couldSave } = await start(t, driver);

    clock.advance(700);

    t.false(await couldSave({ inFlight: true }));
  });
});
