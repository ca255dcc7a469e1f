/** What the queue of mails promises on every database: nothing is lost, and nothing is sent twice without a death. */
import test from 'ava';
import { MailQuotas } from '../../src/domain/mail/mail-quotas.ts';
import { Outbox } from '../../src/domain/mail/outbox.ts';
import { MailNotSent, MailRejected, MailUnanswered } from '../../src/ports/mailer.ts';
import { forEachDatabase } from '../support/drivers.ts';
import { heldMailer, newOrder, outboxOver } from '../support/outboxes.ts';
import { atOnce } from '../support/records.ts';
import { openStores, openStoresInMemory, type Stores } from '../support/stores.ts';
import { until } from '../support/until.ts';

/** As the admin command has it: it sends nothing itself. */
function onlyQueue({ mails, mailTimes: times, clock }: Stores): Outbox {
  return new Outbox({ mails, clock, isOn: true, quotas: new MailQuotas({ times, clock, factor: 1 }) });
}

const waiting = async ({ mails }: Stores) => (await mails.list({ limit: 1000 })).items;
const down = () => Promise.reject(new MailNotSent('CONN ECONNREFUSED'));

await forEachDatabase(test, (driver) => {
  test(`${driver.name}: of 120 mails that wait, two processes that look at once send each one once`, async (t) => {
    const stores = await openStores(t, driver);
    const queue = onlyQueue(stores);
    await atOnce(120, (n) => queue.enqueue(`${n}@example.com`, newOrder(stores), 'act'));
    const [mailer, otherMailer] = [heldMailer(), heldMailer()];
    const outboxes = [outboxOver(stores, mailer), outboxOver(stores, otherMailer)];
    await Promise.all(outboxes.map(({ outbox }) => outbox.deliver()));
    const to = [...mailer.sent, ...otherMailer.sent].map((mail) => mail.to);
    t.is(to.length, 120);
    t.is(new Set(to).size, 120);
    t.deepEqual(await waiting(stores), []);
  });

  test(`${driver.name}: the mail of a process that died while it sent is sent by another, after two minutes`, async (t) => {
    const stores = await openStores(t, driver);
    const dying = heldMailer();
    const mailer = heldMailer();
    const { outbox } = outboxOver(stores, mailer);
    const { promise: isBegun, resolve: begin } = Promise.withResolvers<void>();
    dying.outcome = () => {
      begin();
      return new Promise(() => undefined);
    };
    await outboxOver(stores, dying).outbox.enqueue('ada@example.com', newOrder(stores), 'act');
    await isBegun;

    await outbox.deliver();
    stores.clock.advance(119);
    await outbox.deliver();
    t.deepEqual(mailer.sent, []);
    stores.clock.advance(1);
    await outbox.deliver();
    t.deepEqual(
      mailer.sent.map(({ to }) => to),
      ['ada@example.com'],
    );
    t.deepEqual(await waiting(stores), []);
  });

  test(`${driver.name}: a mail that could not be sent waits for longer each time, and is sent once by then`, async (t) => {
    const stores = await openStores(t, driver);
    const mailer = heldMailer();
    mailer.outcome = down;
    const { outbox, logged, events } = outboxOver(stores, mailer);
    await outbox.enqueue('ada@example.com', newOrder(stores), 'act');
    await outbox.deliver();
    const pauses: number[] = [];
    for (let attempt = 1; attempt < 10; attempt += 1) {
      const [{ dueAt, attempts } = { dueAt: 0, attempts: 0 }] = await waiting(stores);
      t.is(attempts, attempt);
      const pause = (dueAt - stores.clock.now()) / 1000;
      pauses.push(pause);
      stores.clock.advance(pause);
      await outbox.deliver();
    }
    t.deepEqual(pauses, [15, 30, 60, 120, 240, 480, 900, 900, 900]);
    mailer.outcome = () => Promise.resolve();
    stores.clock.advance(900);
    await outbox.deliver();
    await outbox.deliver();
    t.is(mailer.sent.length, 1);
    t.deepEqual(await waiting(stores), []);
    t.deepEqual(events, []);
    t.true(logged.every(({ level, cause }) => level === 'warn' && cause === 'CONN ECONNREFUSED'));
  });
});

test('a mail is tried until it would be of no use, and then dropped with an event that does not say whose it was', async (t) => {
  const stores = await openStoresInMemory(t);
  const mailer = heldMailer();
  mailer.outcome = down;
  const { outbox, events } = outboxOver(stores, mailer);
  await outbox.enqueue('ada@example.com', newOrder(stores, { usefulUntil: stores.clock.now() + 20_000 }), 'act');
  await outbox.deliver();
  stores.clock.advance(15);
  await outbox.deliver();
  t.is((await waiting(stores))[0]?.dueAt, stores.clock.now() + 5000);
  mailer.outcome = () => Promise.resolve();
  stores.clock.advance(5);
  await outbox.deliver();
  t.deepEqual(mailer.sent, []);
  t.deepEqual(await waiting(stores), []);
  t.deepEqual(events, [{ event: 'mail.dropped', reason: 'too_late', detail: 'reset_password' }]);
});

test('a mail that no process could send while it was of use is found and dropped by the first that starts within a day', async (t) => {
  const stores = await openStoresInMemory(t);
  await onlyQueue(stores).enqueue('ada@example.com', newOrder(stores), 'act');
  stores.clock.advance(2 * 86_400 - 1);
  const mailer = heldMailer();
  const { outbox, events } = outboxOver(stores, mailer);
  await outbox.deliver();
  t.deepEqual(mailer.sent, []);
  t.is(events.length, 1);
});

test('what the server will never take is dropped at once', async (t) => {
  const stores = await openStoresInMemory(t);
  const mailer = heldMailer();
  mailer.outcome = () => Promise.reject(new MailRejected('RCPT TO 550'));
  const { outbox, events, logged } = outboxOver(stores, mailer);
  await outbox.enqueue('ada@example.com', newOrder(stores), 'act');
  await outbox.deliver();
  t.deepEqual(await waiting(stores), []);
  t.deepEqual(events, [{ event: 'mail.dropped', reason: 'rejected', detail: 'reset_password: RCPT TO 550' }]);
  t.deepEqual(logged, []);
});

test('a message that went out without an answer is sent once more and no oftener, and each copy has the same id', async (t) => {
  const stores = await openStoresInMemory(t);
  const mailer = heldMailer();
  const ids: string[] = [];
  mailer.outcome = async (_, { id, beforeMessage }) => {
    await beforeMessage();
    ids.push(id);
    throw new MailUnanswered('CONN ETIMEDOUT');
  };
  const { outbox, events } = outboxOver(stores, mailer);
  await outbox.enqueue('ada@example.com', newOrder(stores), 'act');
  for (let look = 0; look < 5; look += 1) {
    await outbox.deliver();
    stores.clock.advance(900);
  }
  t.is(ids.length, 2);
  t.is(ids[0], ids[1]);
  t.deepEqual(await waiting(stores), []);
  t.deepEqual(events, [{ event: 'mail.dropped', reason: 'unanswered', detail: 'reset_password: CONN ETIMEDOUT' }]);
});

test('a message that the server has answered, or that is not out, did not arrive: it is tried as long as any', async (t) => {
  const stores = await openStoresInMemory(t);
  const mailer = heldMailer();
  mailer.outcome = async (_, { beforeMessage }) => {
    await beforeMessage();
    throw new MailNotSent('DATA 451');
  };
  const { outbox } = outboxOver(stores, mailer);
  await outbox.enqueue('ada@example.com', newOrder(stores), 'act');
  for (let look = 0; look < 5; look += 1) {
    await outbox.deliver();
    stores.clock.advance(900);
  }
  mailer.outcome = () => Promise.resolve();
  await outbox.deliver();
  t.is(mailer.sent.length, 1);
});

test('whoever sends a message has it for longer than its answer may take, and a death then counts as a copy', async (t) => {
  const stores = await openStoresInMemory(t);
  const mailer = heldMailer();
  let copies = 0;
  // As by a process that dies.
  const { promise: isOut, resolve: out } = Promise.withResolvers<void>();
  const hanging = () => {
    const dying = heldMailer();
    dying.outcome = async (_, { beforeMessage }) => {
      await beforeMessage();
      copies += 1;
      out();
      return new Promise(() => undefined);
    };
    return outboxOver(stores, dying).outbox;
  };
  await hanging().enqueue('ada@example.com', newOrder(stores), 'act');
  await isOut;
  const { outbox, events } = outboxOver(stores, mailer);
  stores.clock.advance(11 * 60);
  await outbox.deliver();
  t.deepEqual(mailer.sent, []);
  stores.clock.advance(60);
  void hanging().deliver();
  await until('another copy is out', () => copies === 2);
  stores.clock.advance(12 * 60);
  await outbox.deliver();
  t.deepEqual(mailer.sent, []);
  t.deepEqual(events, [{ event: 'mail.dropped', reason: 'unanswered', detail: 'reset_password' }]);
});

test('a message does not go out of a process whose lease another one has taken over', async (t) => {
  const stores = await openStoresInMemory(t);
  const slow = heldMailer();
  const { promise: isBegun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: goOn, resolve: letGo } = Promise.withResolvers<void>();
  slow.outcome = async (_, { beforeMessage }) => {
    begin();
    await goOn;
    await beforeMessage();
  };
  const first = outboxOver(stores, slow).outbox;
  await first.enqueue('ada@example.com', newOrder(stores), 'act');
  await isBegun;
  stores.clock.advance(120);
  const other = heldMailer();
  await outboxOver(stores, other).outbox.deliver();
  letGo();
  await first.deliver();
  t.deepEqual([slow.sent.length, other.sent.length], [0, 1]);
});

test('a mailbox that the server cannot be told has a reason of its own', async (t) => {
  const stores = await openStoresInMemory(t);
  const mailer = heldMailer();
  mailer.outcome = () => Promise.reject(new MailRejected('no SMTPUTF8', 'no_smtputf8'));
  const { outbox, events } = outboxOver(stores, mailer);
  await outbox.enqueue('jürgen@example.com', newOrder(stores), 'act');
  await outbox.deliver();
  t.deepEqual(events, [{ event: 'mail.dropped', reason: 'no_smtputf8', detail: 'reset_password: no SMTPUTF8' }]);
});

test('a mail that a wrong clock has put off for longer than anybody waits is due', async (t) => {
  const stores = await openStoresInMemory(t);
  stores.clock.advance(7 * 86_400);
  const order = newOrder(stores);
  await onlyQueue(stores).enqueue('ada@example.com', order, 'act');
  stores.clock.advance(-7 * 86_400);
  const mailer = heldMailer();
  await outboxOver(stores, mailer).outbox.deliver();
  t.is(mailer.sent.length, 1);
});

test('a process that stops waits for the answer to a message that is out, until its time is over', async (t) => {
  for (const isAnswered of [true, false]) {
    const stores = await openStoresInMemory(t);
    const mailer = heldMailer();
    const { promise: isOut, resolve: out } = Promise.withResolvers<void>();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    mailer.outcome = async (_, { beforeMessage, signal }) => {
      await beforeMessage();
      out();
      const givenUp = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new MailUnanswered('EABORT')));
      });
      await Promise.race([answered, givenUp]);
    };
    const { outbox } = outboxOver(stores, mailer);
    await outbox.enqueue('ada@example.com', newOrder(stores), 'act');
    await isOut;
    const stopped = outbox.stop();
    if (isAnswered) answer();
    await stopped;
    t.is(mailer.sent.length, isAnswered ? 1 : 0);
    t.deepEqual(
      (await waiting(stores)).map(({ unanswered }) => unanswered),
      isAnswered ? [] : [1],
    );
  }
});

test('a text that cannot be made is a fault in the log, and its mail waits until somebody has put it right', async (t) => {
  const stores = await openStoresInMemory(t);
  const mailer = heldMailer();
  const broken = outboxOver(stores, mailer, () => {
    throw new TypeError('no such view');
  });
  await broken.outbox.enqueue('ada@example.com', newOrder(stores), 'act');
  await broken.outbox.deliver();
  t.deepEqual(
    broken.logged.map(({ level }) => level),
    ['error'],
  );
  stores.clock.advance(15);
  await outboxOver(stores, mailer).outbox.deliver();
  t.is(mailer.sent.length, 1);
});

test('what is not sent when the process stops is left for others, and its mailer is told to give up', async (t) => {
  const stores = await openStoresInMemory(t);
  const hanging = heldMailer();
  const { promise: isBegun, resolve: begin } = Promise.withResolvers<void>();
  hanging.outcome = (_, { stopping }) =>
    new Promise((_resolve, reject) => {
      begin();
      stopping.addEventListener('abort', () => reject(new MailNotSent('aborted')));
    });
  const { outbox } = outboxOver(stores, hanging);
  await outbox.enqueue('ada@example.com', newOrder(stores), 'act');
  await isBegun;
  await outbox.stop();
  await outbox.enqueue('bob@example.com', newOrder(stores), 'act');
  await outbox.deliver();
  t.deepEqual(hanging.sent, []);
  const mailer = heldMailer();
  stores.clock.advance(15);
  await outboxOver(stores, mailer).outbox.deliver();
  t.deepEqual(mailer.sent.map(({ to }) => to).sort(), ['ada@example.com', 'bob@example.com']);
});

test('a crowd of mails is sent ten at a time, and the rest waits for the next look', async (t) => {
  const stores = await openStoresInMemory(t);
  const mailer = heldMailer();
  const { promise: open, resolve: letGo } = Promise.withResolvers<void>();
  let [under, most] = [0, 0];
  mailer.outcome = async () => {
    under += 1;
    most = Math.max(most, under);
    await open;
    under -= 1;
  };
  const { outbox } = outboxOver(stores, mailer);
  for (let n = 0; n < 25; n += 1) await outbox.enqueue(`${n}@example.com`, newOrder(stores), 'act');
  const delivered = outbox.deliver();
  await until('ten are under way', () => under === 10);
  letGo();
  await delivered;
  t.is(mailer.sent.length, 25);
  t.is(most, 10);
});

test('whether the server answers is asked once in ten seconds, whatever is sent meanwhile', async (t) => {
  const stores = await openStoresInMemory(t);
  const mailer = heldMailer();
  mailer.reachable = false;
  const { outbox } = outboxOver(stores, mailer);
  t.deepEqual(await atOnce(20, () => outbox.isReachable()), Array(20).fill(false));
  mailer.reachable = true;
  await outbox.enqueue('ada@example.com', newOrder(stores), 'act');
  await outbox.deliver();
  t.false(await outbox.isReachable());
  t.is(mailer.looks, 1);
  stores.clock.advance(10);
  t.true(await outbox.isReachable());
  t.is(mailer.looks, 2);
});
