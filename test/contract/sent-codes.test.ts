/** A code that was sent is good once, for five guesses, in one sign-in and for one account, on every database. */
import test, { type ExecutionContext } from 'ava';
import { DomainError } from '../../src/domain/domain-error.ts';
import { SecondFactorCodes } from '../../src/domain/factors/second-factor-codes.ts';
import type { MailOrder } from '../../src/domain/mail/outbox.ts';
import { budgets } from '../../src/domain/throttle/budgets.ts';
import type { CodePurpose } from '../../src/storage/factors/sent-codes.ts';
import type { Account } from '../../src/storage/records/accounts.ts';
import { user } from '../support/accounts.ts';
import { forEachDatabase, type TestDatabase } from '../support/drivers.ts';
import { atOnce, tally } from '../support/records.ts';
import { signInBudgetsOver } from '../support/sign-in-budgets.ts';
import { openStores, type Stores } from '../support/stores.ts';

const ADA = user({ id: 'ada', email: 'ada@example.test' });

/** As one process has it. */
function processOver(stores: Omit<Stores, 'reopen'>) {
  const orders: (Omit<MailOrder, 'to'> | undefined)[] = [];
  const outbox = {
    admitCode: () => Promise.resolve(),
    enqueue: async (_to: string, order: Omit<MailOrder, 'to'> | undefined) => void orders.push(order),
  };
  const codes = new SecondFactorCodes({
    ...stores,
    ...signInBudgetsOver(stores),
    codes: stores.sentCodes,
    outbox,
    sender: undefined,
    settings: { mail: 'fallback', phone: 'off' },
    log: { warn: () => undefined },
  });
  return {
    orders,
    async send(interactionUid = 'uid', account = ADA): Promise<string> {
      await codes.send({ interactionUid, account, channel: 'mail', language: 'en', address: '192.0.2.1' });
      return orders.at(-1)?.code ?? '';
    },
    /** What became of it: the code of the error, or that it was accepted. */
    async prove(typed: string, uid = 'uid', account: Account = ADA, address = '192.0.2.1'): Promise<string> {
      try {
        await codes.prove({ interactionUid: uid, account, typed, address, device: undefined }, () => undefined);
        return 'accepted';
      } catch (error) {
        if (error instanceof DomainError) return error.code;
        throw error;
      }
    },
  };
}

const wrong = (code: string): string => (code === '000000' ? '000001' : '000000');

await forEachDatabase(test, (driver: TestDatabase) => {
  const open = async (t: ExecutionContext) => {
    const stores = await openStores(t, driver);
    return { stores, one: processOver(stores), other: processOver(stores) };
  };

  test(`${driver.name}: of fifty who type the right code at once, in two processes, one is let in`, async (t) => {
    const { one, other } = await open(t);
    const code = await one.send();
    const answers = await atOnce(50, (n) => (n % 2 === 0 ? one : other).prove(code, 'uid', ADA, `198.51.${n}.7`));
    t.is(tally(answers, 'accepted'), 1);
    t.is(tally(answers, 'accepted') + tally(answers, 'code_gone') + tally(answers, 'too_many_attempts'), 50);
  });

  test(`${driver.name}: of two hundred wrong codes at once five are compared, and each is paid for`, async (t) => {
    const { one, other } = await open(t);
    const code = await one.send();
    const answers = await atOnce(200, (n) =>
      (n % 2 === 0 ? one : other).prove(wrong(code), 'uid', ADA, `198.51.${n}.7`),
    );
    t.is(tally(answers, 'code_wrong'), 4);
    t.is(tally(answers, 'code_gone'), budgets.account.limit - 4);
    t.is(tally(answers, 'too_many_attempts'), 200 - budgets.account.limit);
  });

  test(`${driver.name}: of two who ask at once one is sent a code, and a process that starts anew knows it`, async (t) => {
    const { stores, one, other } = await open(t);
    await Promise.all([one.send(), other.send()]);
    const sent = [...one.orders, ...other.orders];
    t.is(sent.length, 1);
    t.is(await processOver(stores).prove(sent[0]?.code ?? ''), 'accepted');
  });

  test(`${driver.name}: nothing of a code can be read in the database, and it is gone after ten minutes`, async (t) => {
    const { stores, one } = await open(t);
    const code = await one.send();
    const [stored] = await stores.records.list('sent_codes', { limit: 1 });
    const text = `${stored?.id} ${Buffer.from(stored?.payload ?? []).toString('latin1')}`;
    for (const secret of [code, ADA.email]) t.false(text.includes(secret), secret);
    t.is(stored?.expiresAt, stores.clock.now() + 600_000);
    const purposes: readonly CodePurpose[] = ['second_factor', 'sign_in'];
    t.deepEqual(
      (await Promise.all(purposes.map((purpose) => stores.sentCodes.get(purpose, 'uid')))).map((each) => each?.login),
      [ADA.email, undefined],
    );
    stores.clock.advance(600);
    t.is(await stores.sentCodes.get('second_factor', 'uid'), undefined);
    t.is(await one.prove(code), 'code_gone');
  });
});
