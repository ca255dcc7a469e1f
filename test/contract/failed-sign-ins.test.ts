/** Of many failed sign-ins the owner is told once a day, however many processes see them, on any database. */
import test from 'ava';
import { FailureWatch } from '../../src/domain/notices/failed-sign-ins.ts';
import type { EventRecord } from '../../src/ports/events.ts';
import { user } from '../support/accounts.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { openStores } from '../support/stores.ts';

const DAY_SECONDS = 24 * 60 * 60;

await forEachDatabase(test, (driver) => {
  const opened = async (t: Parameters<typeof openStores>[0]) => {
    const stores = await openStores(t, driver);
    const ada = user({ email: 'ada@example.test' });
    await stores.accounts.create(ada);
    // As two processes have them.
    const watches = [1, 2].map(() => new FailureWatch({ ...stores, issuer: 'https://id.example' }));
    let seen = 0;
    const fail = async (times: number, subject: Partial<EventRecord> = { accountId: ada.id }) => {
      const at = stores.clock.now();
      const failed = { at, event: 'sign_in.failed', outcome: 'failure', reason: 'wrong_password' } as const;
      const each = Array.from({ length: times }, () => watches[seen++ % watches.length]);
      await Promise.all(each.map((watch) => watch?.record([{ record: { ...failed, ...subject } }])));
    };
    const told = async () => {
      const { items } = await stores.mails.list({ limit: 100 });
      return items.filter(({ order }) => order !== undefined).length;
    };
    return { ...stores, ada, fail, told };
  };

  test(`${driver.name}: the tenth failure within an hour is told, once, of fifty at once and of those after it`, async (t) => {
    const { fail, told } = await opened(t);
    await fail(9);
    t.is(await told(), 0);
    await fail(50);
    t.is(await told(), 1);
  });

  test(`${driver.name}: no second notice comes within a day, and one may come after it`, async (t) => {
    const { fail, told, clock } = await opened(t);
    await fail(10);
    clock.advance(DAY_SECONDS / 2);
    await fail(30);
    t.is(await told(), 1);
    clock.advance(DAY_SECONDS / 2 + 1);
    await fail(10);
    t.is(await told(), 2);
  });

  test(`${driver.name}: failures that are no guesses, of names that no account has, and of a disabled account are told to nobody`, async (t) => {
    const { fail, told, accounts, ada } = await opened(t);
    await fail(20, { accountId: ada.id, reason: 'busy' });
    await fail(20, { accountReference: 'somebody', reason: 'unknown_account' });
    await accounts.update(ada.id, (current) => ({ ...current, isDisabled: true }));
    await fail(20, { accountId: ada.id, reason: 'account_disabled' });
    t.is(await told(), 0);
  });
});
