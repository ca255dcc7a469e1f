/** An account's e-mail address and username can change, and stay taken exactly once: in races and after crashes. */
import test from 'ava';
import type { Records } from '../../src/storage/driver.ts';
import type { AccountStore } from '../../src/storage/records/accounts.ts';
import { user } from '../support/accounts.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

const NEW = 'new@example.test';

const give = (accounts: AccountStore, id: string, details: { readonly email?: string; readonly username?: string }) =>
  accounts.updateIdentifiers(id, (account) => ({ ...account, ...details }));

/** Fails at the nth write, and at all that follow: the process is gone. */
function dyingAt(records: Records, writes: number): Records {
  let left = writes;
  const die = () => {
    left -= 1;
    if (left < 0) throw new Error('killed');
  };
  return {
    ...records,
    async insert(collection, record) {
      die();
      return records.insert(collection, record);
    },
    async replace(collection, record, version) {
      die();
      return records.replace(collection, record, version);
    },
  };
}

/** Runs something before the account is written. */
function beforeAccountIsWritten(records: Records, run: () => Promise<unknown>): Records {
  return {
    ...records,
    async replace(collection, record, version) {
      if (collection === 'accounts') await run();
      return records.replace(collection, record, version);
    },
  };
}

/** Runs something once, before an address is given up. */
function beforeGivingUp(records: Records, run: () => Promise<unknown>): Records {
  let hasRun = false;
  return {
    ...records,
    async replace(collection, record, version) {
      if (collection === 'account_identifiers' && record.expiresAt !== undefined && !hasRun) {
        hasRun = true;
        await run();
      }
      return records.replace(collection, record, version);
    },
  };
}

/** Runs something once, after the first reservation. */
function afterFirstReservation(records: Records, run: () => Promise<void>): Records {
  let hasRun = false;
  return {
    ...records,
    async insert(collection, record) {
      const isInserted = await records.insert(collection, record);
      if (collection === 'account_identifiers' && !hasRun) {
        hasRun = true;
        await run();
      }
      return isInserted;
    },
  };
}

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: who changes is found by what is new, and what was is free again`, async (t) => {
    const { accounts } = await openStores(t, driver);
    const ada = user({ email: 'ada@example.test', username: 'ada' });
    await accounts.create(ada);
    const changed = { ...ada, email: NEW, username: 'lovelace' };
    t.deepEqual(await give(accounts, ada.id, { email: NEW, username: 'lovelace' }), { account: changed });
    for (const name of [NEW, 'LOVELACE']) t.deepEqual(await accounts.findByIdentifier(name), changed);
    for (const name of ['ada@example.test', 'ada']) t.is(await accounts.findByIdentifier(name), undefined);
    t.is(await accounts.create(user({ email: 'ada@example.test', username: 'ada' })), undefined);
    t.deepEqual(await accounts.create(user({ email: NEW })), { taken: 'email' });
    t.is(await give(accounts, 'nobody', { email: 'x@example.test' }), undefined);
    t.is(await accounts.create(user({ email: 'x@example.test' })), undefined);
  });

  test(`${driver.name}: of what is taken nothing is changed`, async (t) => {
    const { accounts } = await openStores(t, driver);
    const ada = user({ email: 'ada@example.test', username: 'ada' });
    await accounts.create(ada);
    await accounts.create(user({ email: 'info@exämple.test', username: 'grace' }));
    t.deepEqual(await give(accounts, ada.id, { email: 'info@xn--exmple-cua.test' }), { taken: 'email' });
    t.deepEqual(await give(accounts, ada.id, { email: NEW, username: 'Grace' }), { taken: 'username' });
    t.deepEqual(await accounts.findByIdentifier('ada@example.test'), ada);
    t.is(await accounts.create(user({ email: NEW })), undefined);
  });

  test(`${driver.name}: of 20 accounts that want one address at once, and 5 new ones, exactly one has it`, async (t) => {
    const { accounts } = await openStores(t, driver);
    const people = Array.from({ length: 20 }, (_, n) => user({ email: `person${n}@example.test` }));
    for (const person of people) await accounts.create(person);
    const made = atOnce(5, () => accounts.create(user({ email: NEW })));
    const answers = await atOnce(20, (n) => give(accounts, people[n]?.id ?? '', { email: NEW }));
    const created = (await made).filter((answer) => answer === undefined).length;
    t.is(created + answers.filter((answer) => answer !== undefined && 'account' in answer).length, 1);
    const { items } = await accounts.list({ limit: 100 });
    t.is(items.filter(({ email }) => email === NEW).length, 1);
    for (const account of items) t.is((await accounts.findByIdentifier(account.email))?.id, account.id);
  });

  test(`${driver.name}: of many changes of one account the last stays, and all other addresses are free`, async (t) => {
    const { accounts } = await openStores(t, driver);
    const ada = user({ email: 'person0@example.test' });
    await accounts.create(ada);
    await atOnce(12, (n) => give(accounts, ada.id, { email: `person${n % 6}@example.test` }));
    const { email } = (await accounts.get(ada.id)) ?? ada;
    for (let n = 0; n < 6; n += 1) {
      const other = `person${n}@example.test`;
      t.is((await accounts.findByIdentifier(other))?.id, other === email ? ada.id : undefined);
      t.deepEqual(await accounts.create(user({ email: other })), other === email ? { taken: 'email' } : undefined);
    }
  });

  test(`${driver.name}: wherever a change dies, the account is found by what it has, and the rest is free`, async (t) => {
    const stores = await openStores(t, driver);
    const { accounts, clock } = stores;
    let isWhole = false;
    for (let writes = 0; !isWhole && writes < 20; writes += 1) {
      const [before, after] = [`before${writes}@example.test`, `after${writes}@example.test`];
      const ada = user({ email: before, username: `before${writes}` });
      await accounts.create(ada);
      const dying = stores.reopen(dyingAt(stores.records, writes)).accounts;
      const change = give(dying, ada.id, { email: after, username: `after${writes}` });
      isWhole = await change.then(
        () => true,
        () => false,
      );
      const { email } = (await accounts.get(ada.id)) ?? ada;
      t.is((await accounts.findByIdentifier(email))?.id, ada.id, `${writes}`);
      const other = email === before ? after : before;
      t.is(await accounts.findByIdentifier(other), undefined, `${writes}`);
      clock.advance(31);
      t.deepEqual(await accounts.create(user({ email })), { taken: 'email' }, `${writes}`);
      t.is(await accounts.create(user({ email: other, username: other.split('@')[0] ?? '' })), undefined, `${writes}`);
    }
    t.true(isWhole);
  });

  test(`${driver.name}: a change that died can be repeated at once`, async (t) => {
    const stores = await openStores(t, driver);
    for (let writes = 0; writes < 4; writes += 1) {
      const ada = user({ email: `before${writes}@example.test` });
      await stores.accounts.create(ada);
      const wanted = { email: `after${writes}@example.test` };
      const dying = stores.reopen(dyingAt(stores.records, writes)).accounts;
      await t.throwsAsync(give(dying, ada.id, wanted));
      t.deepEqual(await give(stores.accounts, ada.id, wanted), { account: { ...ada, ...wanted } });
      t.is(await stores.accounts.create(user({ email: ada.email })), undefined);
    }
  });

  test(`${driver.name}: a change that comes too late leaves the address to whoever took it over`, async (t) => {
    const stores = await openStores(t, driver);
    const { accounts } = stores;
    const ada = user({ email: 'ada@example.test', emailVerified: true });
    const quick = user({ email: NEW });
    await accounts.create(ada);
    let hasRun = false;
    const slow = beforeAccountIsWritten(stores.records, async () => {
      if (hasRun) return;
      hasRun = true;
      stores.clock.advance(31);
      t.is(await accounts.create(quick), undefined);
    });
    t.deepEqual(await give(stores.reopen(slow).accounts, ada.id, { email: NEW }), { taken: 'email' });
    t.deepEqual(await accounts.get(ada.id), ada);
    t.deepEqual(await accounts.findByIdentifier('ada@example.test'), ada);
    t.deepEqual(await accounts.findByIdentifier(NEW), quick);
  });

  test(`${driver.name}: a slow change gives up nothing that another account has reserved since`, async (t) => {
    const stores = await openStores(t, driver);
    const { accounts } = stores;
    const ada = user({ email: 'ada@example.test' });
    await accounts.create(ada);
    const bob = user({ email: 'ada@example.test' });
    const slow = beforeGivingUp(stores.records, async () => {
      // Gives the old address up in its place.
      await accounts.updateIdentifiers(ada.id, (account) => ({ ...account, name: 'Ada' }));
      t.is(await accounts.create(bob), undefined);
    });
    await give(stores.reopen(slow).accounts, ada.id, { email: NEW });
    t.deepEqual(await accounts.findByIdentifier('ada@example.test'), bob);
    t.deepEqual(await accounts.create(user({ email: 'ada@example.test' })), { taken: 'email' });
  });

  test(`${driver.name}: no account is written with a reservation that another has taken over`, async (t) => {
    const stores = await openStores(t, driver);
    const { accounts, clock } = stores;
    const ada = user({ email: 'ada@example.test' });
    await accounts.create(ada);
    let writes = 0;
    const stalled = afterFirstReservation(stores.records, async () => {
      clock.advance(31);
      t.is(await accounts.create(user({ email: NEW })), undefined);
    });
    const watched = beforeAccountIsWritten(stalled, async () => {
      writes += 1;
    });
    t.deepEqual(await give(stores.reopen(watched).accounts, ada.id, { email: NEW }), { taken: 'email' });
    t.is(writes, 0);
  });

  test(`${driver.name}: an account that is deleted while it changes is gone, with all its addresses`, async (t) => {
    const stores = await openStores(t, driver);
    const { accounts } = stores;
    const ada = user({ email: 'ada@example.test' });
    await accounts.create(ada);
    const deleted = beforeAccountIsWritten(stores.records, () => accounts.remove(ada.id));
    t.is(await give(stores.reopen(deleted).accounts, ada.id, { email: NEW }), undefined);
    for (const email of [ada.email, NEW]) {
      t.is(await accounts.findByIdentifier(email), undefined);
      t.is(await accounts.create(user({ email })), undefined);
    }
  });
});
