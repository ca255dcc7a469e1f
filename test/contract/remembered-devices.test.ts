/** Which browsers need no second factor, and until when. */
import test from 'ava';
import { DeviceMemory } from '../../src/domain/factors/remembered-devices.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { openStores } from '../support/stores.ts';

const DAY_SECONDS = 86_400;
const ada = { id: 'ada' };
const unchanged = { changedAt: 0 };

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: a browser is remembered for 30 days, for the account that it was remembered for`, async (t) => {
    const { rememberedDevices: devices, clock } = await openStores(t, driver);
    const memory = new DeviceMemory({ devices, clock });
    const token = await memory.remember(undefined, ada, unchanged, 'Firefox');
    t.false(await memory.isRemembered(token, { id: 'grace' }, unchanged));
    clock.advance(30 * DAY_SECONDS - 1);
    t.true(await memory.isRemembered(token, ada, unchanged));
    clock.advance(1);
    t.false(await memory.isRemembered(token, ada, unchanged));
  });

  test(`${driver.name}: an end of sessions and a change of factors end it, whether its record is gone or not`, async (t) => {
    const { rememberedDevices: devices, clock } = await openStores(t, driver);
    const memory = new DeviceMemory({ devices, clock });
    const token = await memory.remember(undefined, ada, unchanged, 'Firefox');
    t.false(await memory.isRemembered(token, { ...ada, sessionsEndedAt: 1 }, unchanged));
    t.false(await memory.isRemembered(token, ada, { changedAt: 1 }));
    t.true(await memory.isRemembered(token, ada, unchanged));
  });

  test(`${driver.name}: one value stands for all accounts of a browser, and each is ended by its own record`, async (t) => {
    const { rememberedDevices: devices, clock } = await openStores(t, driver);
    const memory = new DeviceMemory({ devices, clock });
    const token = await memory.remember(undefined, ada, unchanged, 'Firefox');
    t.is(await memory.remember(token, { id: 'grace' }, unchanged, 'Firefox'), token);
    const [listed] = await devices.ofAccount('ada', 9);
    t.false(await devices.end(listed?.id ?? '', 'grace'));
    t.true(await devices.end(listed?.id ?? '', 'ada'));
    t.false(await memory.isRemembered(token, ada, unchanged));
    t.true(await memory.isRemembered(token, { id: 'grace' }, unchanged));
  });
});
