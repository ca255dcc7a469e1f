/** What the store of registrations promises. */
import test from 'ava';
import { RegistrationStore } from '../../src/storage/mail/registrations.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { atOnce } from '../support/records.ts';
import { openStores } from '../support/stores.ts';

const DAY = 86_400;

await forEachDatabase(test, (driver) => {
  const open = async (t: Parameters<typeof openStores>[0]) => {
    const stores = await openStores(t, driver);
    const registrations = new RegistrationStore(stores);
    const begun = {
      signIn: 'uid of a sign-in',
      browser: 'hash of a cookie',
      clientId: 'notes',
      language: 'en',
      email: 'wren@example.com',
      passwordHash: 'a hash',
      guesses: 0,
      expiresAt: stores.clock.now() + DAY * 1000,
    };
    return { ...stores, registrations, begun };
  };

  test(`${driver.name}: a registration is found by its sign-in and by its record, until it expires`, async (t) => {
    const { registrations, begun, clock } = await open(t);
    const { id } = await registrations.put(begun);
    t.deepEqual(await registrations.findBySignIn(begun.signIn), { ...begun, id });
    t.deepEqual(await registrations.get(id), { ...begun, id });
    t.is(await registrations.findBySignIn('another'), undefined);
    clock.advance(DAY);
    t.is(await registrations.get(id), undefined);
    t.is(await registrations.update(id, (current) => current), undefined);
  });

  test(`${driver.name}: one sign-in has one registration, the latest`, async (t) => {
    const { registrations, begun, records } = await open(t);
    const { id } = await registrations.put(begun);
    t.is((await registrations.put({ ...begun, email: 'robin@example.com' })).id, id);
    t.is((await registrations.get(id))?.email, 'robin@example.com');
    t.is((await records.list('registrations', { limit: 9 })).length, 1);
  });

  test(`${driver.name}: of fifty guesses at once five are counted`, async (t) => {
    const { registrations, begun } = await open(t);
    const { id } = await registrations.put(begun);
    const counted = await atOnce(50, () =>
      registrations.update(id, (current) =>
        current.guesses < 5 ? { ...current, guesses: current.guesses + 1 } : undefined,
      ),
    );
    t.deepEqual(counted.flatMap((each) => (each === undefined ? [] : [each.guesses])).toSorted(), [1, 2, 3, 4, 5]);
    t.is((await registrations.get(id))?.guesses, 5);
  });

  test(`${driver.name}: nothing of it can be read in the database`, async (t) => {
    const { registrations, begun, records } = await open(t);
    await registrations.put(begun);
    const [stored] = await records.list('registrations', { limit: 1 });
    const text = `${stored?.id} ${Buffer.from(stored?.payload ?? []).toString('latin1')}`;
    for (const secret of [begun.signIn, begun.email, begun.passwordHash, begun.browser])
      t.false(text.includes(secret), secret);
  });
});
