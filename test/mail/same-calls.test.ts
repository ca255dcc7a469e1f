/** What a form does to storage is the same whoever it is filled in for. */
import test from 'ava';
import { openSqliteDriver } from '../../adapters/sqlite/driver.ts';
import type { MailOrder } from '../../src/domain/mail/outbox.ts';
import { FailureWatch } from '../../src/domain/notices/failed-sign-ins.ts';
import type { EventRecord } from '../../src/ports/events.ts';
import { createKeyRing } from '../../src/storage/encryption/key-ring.ts';
import { KeyedHash } from '../../src/storage/encryption/keyed-hash.ts';
import { user } from '../support/accounts.ts';
import { ManualClock } from '../support/clock.ts';
import { heardRecords } from '../support/heard-records.ts';
import { heldMailer, newOrder, outboxOver } from '../support/outboxes.ts';
import { storesWith } from '../support/stores.ts';

const HERE = '192.0.2.1';

async function counted() {
  const clock = new ManualClock();
  const records = await openSqliteDriver({ location: ':memory:', clock });
  const calls: string[] = [];
  const listening = heardRecords(records, (method, collection) => calls.push(`${method} ${collection}`));
  const deps = {
    records: listening,
    clock,
    ring: createKeyRing([Buffer.alloc(32, 7)]),
    keyedHash: new KeyedHash(Buffer.alloc(32)),
  };
  const stores = storesWith(deps);
  const mailer = heldMailer();
  const { outbox } = outboxOver(stores, mailer);
  return {
    stores,
    mailer,
    outbox,
    clock,
    ofForm: async (to: string, order: Omit<MailOrder, 'to'> | undefined, from = HERE) =>
      outbox.enqueue(to, order, await outbox.admit(to, from)),
    /** In their order, those of the sending apart. */
    async callsOf(act: () => Promise<unknown>) {
      calls.length = 0;
      await act();
      const own = [...calls];
      await outbox.deliver();
      return { own, after: calls.slice(own.length) };
    },
    close: () => records.close(),
  };
}

const FIRST = ['get mail_quotas', 'get mail_quotas', 'insert mail_quotas', 'insert mail_quotas', 'insert mails'];
const FULL = ['get mail_quotas', 'insert mails'];
const LATER = ['get mail_quotas', 'get mail_quotas', 'replace mail_quotas', 'replace mail_quotas', 'insert mails'];

test('a known address, an unknown one, and one that had its mails cost the same calls, before the answer and after', async (t) => {
  const { ofForm, callsOf, mailer, clock, close } = await counted();
  t.teardown(close);
  const order: Omit<MailOrder, 'to'> = newOrder({ clock });
  const known = await callsOf(() => ofForm('ada@example.com', order));
  t.deepEqual(known, { own: FIRST, after: ['list mails', 'remove mails'] });
  const unknown = await callsOf(() => ofForm('bob@example.com', undefined, '198.51.100.1'));
  t.deepEqual(unknown, known);
  for (const [to, what] of [
    ['ada@example.com', order],
    ['ada@example.com', order],
    ['ada@example.com', order],
    ['ada@example.com', order],
    ['bob@example.com', undefined],
    ['bob@example.com', undefined],
    ['bob@example.com', undefined],
    ['bob@example.com', order],
  ] as const)
    t.deepEqual(await callsOf(() => ofForm(to, what)), { ...known, own: LATER });
  t.is(mailer.sent.length, 3);
});

test('beyond the quota of a network every address costs the same calls, and leaves no record', async (t) => {
  const { ofForm, callsOf, mailer, clock, close } = await counted();
  t.teardown(close);
  const calls: (readonly string[])[] = [];
  for (let n = 0; n < 25; n += 1) {
    const { own } = await callsOf(() => ofForm(`${n}@example.com`, newOrder({ clock })));
    calls.push(own);
  }
  for (const own of calls.slice(20)) t.deepEqual(own, FULL);
  for (const to of ['0@example.com', 'nobody@example.com'])
    t.deepEqual((await callsOf(() => ofForm(to, undefined))).own, FULL);
  t.is(mailer.sent.length, 20);
});

test('what is admitted before it is made costs the same, is counted once, and what is not admitted is not sent', async (t) => {
  const { outbox, callsOf, mailer, clock, close } = await counted();
  t.teardown(close);
  for (let n = 0; n < 6; n += 1) {
    const { own } = await callsOf(async () => {
      const admission = await outbox.admit('ada@example.com', HERE);
      t.is(admission.isAdmitted, n < 3);
      await outbox.enqueue('ada@example.com', newOrder({ clock }), admission);
    });
    t.deepEqual(own, n === 0 ? FIRST : LATER);
  }
  t.is(mailer.sent.length, 3);
});

test('looking for mails that are due costs one call where there are none', async (t) => {
  const { callsOf, close } = await counted();
  t.teardown(close);
  t.deepEqual((await callsOf(() => Promise.resolve())).after, ['list mails']);
});

test('the failed sign-in that an owner is told of costs the same as that of a name which no account has', async (t) => {
  const { stores, outbox, callsOf, mailer, clock, close } = await counted();
  t.teardown(close);
  const ada = user({ email: 'ada@example.com' });
  const asleep = user({ email: 'bob@example.com', isDisabled: true });
  for (const account of [ada, asleep]) await stores.accounts.create(account);
  const watch = new FailureWatch({ ...stores, outbox, issuer: 'https://id.example' });
  const fail = (subject: Partial<EventRecord>) =>
    watch.record([
      {
        record: {
          ...{ at: clock.now(), event: 'sign_in.failed', outcome: 'failure', reason: 'wrong_password' },
          ...subject,
        },
      },
    ]);
  for (let failure = 1; failure <= 11; failure += 1) {
    const known = await callsOf(() => fail({ accountId: ada.id }));
    t.deepEqual(known.own.length, failure === 10 ? 6 : 1);
    for (const subject of [{ accountReference: 'nobody' }, { accountId: asleep.id }])
      t.deepEqual(await callsOf(() => fail(subject)), known, `failure ${failure}`);
  }
  t.deepEqual(
    mailer.sent.map(({ to }) => to),
    ['ada@example.com'],
  );
});
