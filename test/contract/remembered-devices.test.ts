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

  test(`${driver.name}: a browser is remembered by a new value each time, so that nobody knows one beforehand`, async (t) => {
    const { rememberedDevices: devices, clock } = await openStores(t, driver);
    const memory = new DeviceMemory({ devices, clock });
    const first = await memory.remember('planted by somebody', ada, unchanged, 'Firefox');
    const second = await memory.remember(first, ada, unchanged, 'Firefox');
    t.not(second, first);
    for (const known of ['planted by somebody', first]) t.false(await memory.isRemembered(known, ada, unchanged));
    t.true(await memory.isRemembered(second, ada, unchanged));
    t.is((await devices.ofAccount('ada', 9)).length, 1);
  });

  test(`${driver.name}: a remembered browser is ended by its own record, and by its owner alone`, async (t) => {
    const { rememberedDevices: devices, clock } = await openStores(t, driver);
    const memory = new DeviceMemory({ devices, clock });
    const token = await memory.remember(undefined, ada, unchanged, 'Firefox');
    const [listed] = await devices.ofAccount('ada', 9);
    t.false(await devices.end(listed?.id ?? '', 'grace'));
    t.true(await memory.isRemembered(token, ada, unchanged));
    t.true(await devices.end(listed?.id ?? '', 'ada'));
    t.false(await memory.isRemembered(token, ada, unchanged));
  });
});
