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
    await knownNetworks.remember({ id: 'ada' }, '192.0.2.0/24', until);
    t.is(await knownNetworks.knownUntil({ id: 'ada' }, '192.0.2.0/24'), until);
    t.is(await knownNetworks.knownUntil({ id: 'ada' }, '198.51.100.0/24'), undefined);
    t.is(await knownNetworks.knownUntil({ id: 'grace' }, '192.0.2.0/24'), undefined);
    clock.advance(86_400);
    t.is(await knownNetworks.knownUntil({ id: 'ada' }, '192.0.2.0/24'), undefined);
  });

  test(`${driver.name}: a network is known for longer when the account comes again, by many at once too`, async (t) => {
    const { knownNetworks, clock } = await openStores(t, driver);
    await knownNetworks.remember({ id: 'ada' }, '192.0.2.0/24', clock.now() + DAY_MS);
    await atOnce(20, () => knownNetworks.remember({ id: 'ada' }, '192.0.2.0/24', clock.now() + 2 * DAY_MS));
    clock.advance(86_401);
    t.not(await knownNetworks.knownUntil({ id: 'ada' }, '192.0.2.0/24'), undefined);
  });

  test(`${driver.name}: the networks of one account are forgotten together, and no other's`, async (t) => {
    const { knownNetworks, clock } = await openStores(t, driver);
    const until = clock.now() + DAY_MS;
    for (const network of ['192.0.2.0/24', '198.51.100.0/24'])
      await knownNetworks.remember({ id: 'ada' }, network, until);
    await knownNetworks.remember({ id: 'grace' }, '192.0.2.0/24', until);
    await knownNetworks.forgetAll('ada');
    t.is(await knownNetworks.knownUntil({ id: 'ada' }, '192.0.2.0/24'), undefined);
    t.is(await knownNetworks.knownUntil({ id: 'ada' }, '198.51.100.0/24'), undefined);
    t.is(await knownNetworks.knownUntil({ id: 'grace' }, '192.0.2.0/24'), until);
  });

  test(`${driver.name}: the latest three networks of an account are known, of many at once too`, async (t) => {
    const { knownNetworks, records, clock } = await openStores(t, driver);
    const network = (n: number) => `192.0.${n}.0/24`;
    const until = clock.now() + DAY_MS;
    await knownNetworks.remember({ id: 'grace' }, network(0), until);
    await atOnce(8, (n) => knownNetworks.remember({ id: 'ada' }, network(n), until + n));
    const known = await Promise.all([7, 6, 5, 4, 0].map((n) => knownNetworks.knownUntil({ id: 'ada' }, network(n))));
    t.deepEqual(known, [until + 7, until + 6, until + 5, undefined, undefined]);
    t.is(await knownNetworks.knownUntil({ id: 'grace' }, network(0)), until);
    t.is((await records.list('known_networks', { limit: 9 })).length, 4);
  });

  test(`${driver.name}: a mark of before the account's sessions ended counts for nothing, even one that comes late`, async (t) => {
    const { knownNetworks, clock } = await openStores(t, driver);
    const until = clock.now() + DAY_MS;
    const ended = { id: 'ada', sessionsEndedAt: clock.now() };
    await knownNetworks.forgetAll('ada');
    await knownNetworks.remember({ id: 'ada' }, '192.0.2.0/24', until);
    t.is(await knownNetworks.knownUntil(ended, '192.0.2.0/24'), undefined);
    await knownNetworks.remember(ended, '192.0.2.0/24', until);
    t.is(await knownNetworks.knownUntil(ended, '192.0.2.0/24'), until);
  });

  test(`${driver.name}: no network can be read in what is stored`, async (t) => {
    const { knownNetworks, records, clock } = await openStores(t, driver);
    await knownNetworks.remember({ id: 'ada' }, '192.0.2.0/24', clock.now() + DAY_MS);
    t.false(JSON.stringify(await records.list('known_networks', { limit: 9 })).includes('192.0'));
  });
});
