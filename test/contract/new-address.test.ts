/** A link that proves a new e-mail address does it once, on any database. */
import test from 'ava';
import { cancelNewAddress, requestNewAddress, useNewAddress } from '../../src/domain/accounts/new-address.ts';
import type { MailOrder } from '../../src/domain/mail/outbox.ts';
import { user } from '../support/accounts.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { openStores } from '../support/stores.ts';

const proof = { authTime: Math.floor(Date.now() / 1000) };

await forEachDatabase(test, (driver) => {
  const fact = `${driver.name}: `;

  const opened = async (t: Parameters<typeof openStores>[0]) => {
    const stores = await openStores(t, driver);
    const deps = {
      ...stores,
      throttle: { payForLink: async () => undefined },
      issuer: 'https://id.example',
      config: { registrationDomains: [] },
    };
    const ada = user({ email: 'ada@example.test', emailVerified: true });
    await stores.accounts.create(ada);
    const request = (typed: string) =>
      requestNewAddress({ account: ada, proof, typed, language: 'en', address: '192.0.2.1' }, deps);
    const tokenTo = async (address: string): Promise<string> => {
      const { items } = await stores.mails.list({ limit: 100 });
      const order = items
        .map((mail) => mail.order as MailOrder)
        .findLast(({ to, text }) => to === address && text === 'confirm_new_email');
      return order?.link?.split('/').at(-1) ?? '';
    };
    return { ...stores, deps, ada, request, tokenTo, use: (token: string) => useNewAddress(token, 'en', deps) };
  };

  test(`${fact}of fifty uses of the link one wins, and the address is the account's and free for nobody else`, async (t) => {
    const { accounts, ada, request, tokenTo, use } = await opened(t);
    await request('new@example.test');
    const token = await tokenTo('new@example.test');
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => use(token)));
    t.deepEqual(
      outcomes.filter((outcome) => outcome !== undefined),
      [{ email: 'new@example.test', isTaken: false }],
    );
    const account = await accounts.findByIdentifier('new@example.test');
    t.like(account, { id: ada.id, emailVerified: true });
    t.is(account?.pendingEmail, undefined);
    t.is(await accounts.findByIdentifier('ada@example.test'), undefined);
    t.deepEqual(await accounts.create(user({ email: 'NEW@example.test' })), { taken: 'email' });
    t.is(await accounts.create(user({ email: 'ada@example.test' })), undefined);
  });

  test(`${fact}of two accounts that prove the same address one gets it`, async (t) => {
    const { accounts, mails, ada, deps, request, use } = await opened(t);
    const bob = user({ email: 'bob@example.test' });
    await accounts.create(bob);
    await request('new@example.test');
    await requestNewAddress(
      { account: bob, proof, typed: 'New@example.test', language: 'en', address: '192.0.2.1' },
      deps,
    );
    const { items } = await mails.list({ limit: 100 });
    const tokens = items
      .map(({ order }) => order as MailOrder)
      .filter(({ text }) => text === 'confirm_new_email')
      .map(({ link }) => link?.split('/').at(-1) ?? '');
    const outcomes = await Promise.all(tokens.map(use));
    t.deepEqual(outcomes.map((outcome) => outcome?.isTaken).toSorted(), [false, true]);
    const owner = await accounts.findByIdentifier('new@example.test');
    const other = await accounts.get(owner?.id === ada.id ? bob.id : ada.id);
    t.is(other?.pendingEmail, undefined);
    t.true(['ada@example.test', 'bob@example.test'].includes(other?.email ?? ''));
  });

  test(`${fact}of a cancellation and a use at once the account is left in one of both states`, async (t) => {
    const { accounts, ada, deps, request, tokenTo, use } = await opened(t);
    await request('new@example.test');
    const token = await tokenTo('new@example.test');
    const [outcome] = await Promise.all([use(token), cancelNewAddress(ada.id, proof, deps)]);
    const account = await accounts.get(ada.id);
    t.is(account?.pendingEmail, undefined);
    t.is(account?.email, outcome === undefined ? 'ada@example.test' : 'new@example.test');
    t.is((await accounts.findByIdentifier(account?.email ?? ''))?.id, ada.id);
  });
});
