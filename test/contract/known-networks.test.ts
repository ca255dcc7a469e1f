/** What the marks of known networks promise. */
import test from 'ava';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

const DAY_MS = 86_400_000;

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: a network is known to the account that signed in there, until it expires`, async (t) => {
    const { knownNetworks, clock } = await openStores(t, driver);
    const until = clock.now() + DAY_MS;
    await knownNetworks.remember('ada', '192.0.2.0/24', until);
    t.is(await knownNetworks.knownUntil('ada', '192.0.2.0/24'), until);
    t.is(await knownNetworks.knownUntil('ada', '198.51.100.0/24'), undefined);
    t.is(await knownNetworks.knownUntil('grace', '192.0.2.0/24'), undefined);
    clock.advance(86_400);
    t.is(await knownNetworks.knownUntil('ada', '192.0.2.0/24'), undefined);
  });

  test(`${driver.name}: a network is known for longer when the account comes again, by many at once too`, async (t) => {
    const { knownNetworks, clock } = await openStores(t, driver);
    await knownNetworks.remember('ada', '192.0.2.0/24', clock.now() + DAY_MS);
    await atOnce(20, () => knownNetworks.remember('ada', '192.0.2.0/24', clock.now() + 2 * DAY_MS));
    clock.advance(86_401);
    t.not(await knownNetworks.knownUntil('ada', '192.0.2.0/24'), undefined);
  });

  test(`${driver.name}: the networks of one account are forgotten together, and no other's`, async (t) => {
    const { knownNetworks, clock } = await openStores(t, driver);
    const until = clock.now() + DAY_MS;
    for (const network of ['192.0.2.0/24', '198.51.100.0/24']) await knownNetworks.remember('ada', network, until);
    await knownNetworks.remember('grace', '192.0.2.0/24', until);
    await knownNetworks.forgetAll('ada');
    t.is(await knownNetworks.knownUntil('ada', '192.0.2.0/24'), undefined);
    t.is(await knownNetworks.knownUntil('ada', '198.51.100.0/24'), undefined);
    t.is(await knownNetworks.knownUntil('grace', '192.0.2.0/24'), until);
  });

  test(`${driver.name}: no network can be read in what is stored`, async (t) => {
    const { knownNetworks, records, clock } = await openStores(t, driver);
    await knownNetworks.remember('ada', '192.0.2.0/24', clock.now() + DAY_MS);
    t.false(JSON.stringify(await records.list('known_networks', { limit: 9 })).includes('192.0'));
  });
});
